"""A look before booking: the sample as another objective, camera and binning show it.

Counts become photoelectrons; the blur that is missing is added; larger pixels collect what
falls on them, more or less of it by the light of the configuration; and the camera adds
shot noise, read noise and its limits. A lower magnification is so told from mere binning:
its point spread function is wider and its light another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.simulation.light import (
    blurred,
    collected,
    missing_sigma_um,
    photoelectrons,
    ratio_of_pixels,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.quantities import RescaleFactor
    from rescale4dl_core.simulation.view import TakenWith, View

OFFSET_COUNTS = 100.0
SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """The sample image as a configuration would show it."""

    image: Image
    """16-bit counts; the field is that of the sample, not the camera's whole field."""

    factor: RescaleFactor
    """Pixel size of the view / of the sample."""

    added_sigma_um: float
    """Blur that had to be added."""

    brightest_e: float
    """Photoelectrons of the brightest pixels (99.8 %) before noise."""

    snr_brightest: float
    """Signal / noise there: S / sqrt(S + R^2)."""

    saturated_percent: float
    notes: tuple[str, ...]


def look(
    image: Image,
    taken: TakenWith,
    view: View,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Look:
    """Simulate `image` as `view` would show it.

    Parameters
    ----------
    image : Image
        The sample, with known pixel size.
    taken : TakenWith
        How it was taken.
    view : View
        The configuration to try.
    seed : int
        Of the noise: the same seed gives the same image.
    progress : Progress
        Called between the steps; what it raises stops the work.

    Raises
    ------
    QuantityError
        If the pixel size is unknown, the sample is coarser or blurrier than the view, or it
        is too small for one pixel of the view.
    """
    if image.pixel_size is None:
        raise QuantityError(
            f"{image.name}: the pixel size is not known, and without it nothing can be "
            "said about another microscope. Type the pixel size in first."
        )
    sample_um = image.pixel_size.mean_um
    factor = ratio_of_pixels(sample_um, view.pixel_um)
    sharpness_um = taken.psf_sigma_um or 0.0
    added_um = missing_sigma_um(sharpness_um, view.psf_sigma_um)
    progress(0.1, "From counts to light")
    light = view.light_ratio * photoelectrons(image.pixels, taken)
    progress(0.3, "Blurring by what is missing")
    light = collected(blurred(light, added_um / sample_um), factor, progress)
    progress(0.8, "Adding noise")
    counts, saturated_percent = _counts(light, view, np.random.default_rng(seed))
    brightest_e = float(np.percentile(light, 99.8))
    known = KnownPixelSize(PixelSize.square(view.pixel_um), SIMULATED)
    return Look(
        image=Image.parse(counts, name=image.name, known=known),
        factor=factor,
        added_sigma_um=added_um,
        brightest_e=brightest_e,
        snr_brightest=_snr(brightest_e, view),
        saturated_percent=saturated_percent,
        notes=tuple(_notes(taken, factor, saturated_percent)),
    )


def _snr(signal_e: float, view: View) -> float:
    noise_e = math.hypot(math.sqrt(signal_e), view.read_noise_of_sum_e)
    return signal_e / noise_e if noise_e > 0 else 0.0


def _counts(
    light: NDArray[np.float64], view: View, rng: np.random.Generator
) -> tuple[NDArray[Any], float]:
    """Return counts and the percentage of pixels at the camera's limit."""
    electrons = rng.poisson(light) + rng.normal(0, view.read_noise_of_sum_e, light.shape)
    highest = 2.0**view.bit_depth - 1
    well_e = view.well_of_sum_e or max(float(electrons.max()), 1.0)
    counts = OFFSET_COUNTS + electrons * (highest - OFFSET_COUNTS) / well_e
    saturated = counts >= highest if view.well_of_sum_e else np.zeros(1, bool)
    kept = np.clip(np.rint(counts), 0, min(highest, np.iinfo(np.uint16).max))
    return kept.astype(np.uint16), 100.0 * float(saturated.mean())


def _notes(taken: TakenWith, factor: RescaleFactor, saturated_percent: float) -> list[str]:
    notes = []
    if taken.psf_sigma_um is None:
        notes.append(
            "The aperture that the sample was taken with is not known; it was taken to be "
            "as sharp as its pixels, so the simulated image may be blurrier than the real "
            "one. Type the aperture in on this page."
        )
    if factor.ratio < 2:
        notes.append(
            "The noise of the sample image itself is still in the simulated one, because "
            "few of its pixels are averaged: real images would be a little cleaner."
        )
    if saturated_percent > 0.01:
        notes.append(
            f"{saturated_percent:.2g} % of the pixels reach the camera's limit: shorten "
            "the exposure."
        )
    return notes
