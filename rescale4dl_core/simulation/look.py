"""A look before booking: the sample as another objective, camera and binning show it.

Counts become photoelectrons; the blur that is missing is added; larger pixels collect what
falls on them, more or less of it by the light of the configuration; and the camera adds its
noise and its limits. A lower magnification is so told from mere binning: its point spread
function is wider and its light another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.simulation.light import (
    BRIGHT_PERCENTILE,
    light_of_counts,
    missing_sigma_um,
    ratio_of_pixels,
)
from rescale4dl_core.simulation.look_notes import (
    light_in_words,
    notes_on_the_sample,
    notes_on_the_view,
)
from rescale4dl_core.simulation.readout import noise_e, read_out
from rescale4dl_core.simulation.shot_noise import arrive, brightest_by_noise, noise_share
from rescale4dl_core.simulation.spread import Spread

if TYPE_CHECKING:
    from rescale4dl_core.quantities import RescaleFactor
    from rescale4dl_core.simulation.view import TakenWith, View

SIMULATED = "simulated"

USUAL_BRIGHTEST_E, MOST_BRIGHTEST_E = 1000.0, 100_000.0
"""Where the noise says nothing, or more than the full well of cameras: it was smoothed."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """The sample image as a configuration would show it."""

    image: Image
    """Counts; the field is that of the sample, not the camera's whole field."""

    factor: RescaleFactor
    """Pixel size of the view / of the sample."""

    added_sigma_um: float
    """Blur that had to be added."""

    sample_brightest_e: float
    """Photoelectrons of the sample's brightest pixels, stated or read from its noise."""

    brightest_e: float
    """Photoelectrons of the brightest pixels (99.8 %) before new noise."""

    snr_brightest: float
    """Signal / noise there, of this image."""

    saturated_percent: float
    offset_counts: float
    e_per_count: float
    """Photoelectrons = (counts - offset) x this."""

    notes: tuple[str, ...]
    """What limits the image."""

    assumptions: tuple[str, ...]
    """What had to be taken as given."""


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
        If the pixel size is unknown or not square, the sample is coarser or blurrier than
        the view, or it is too small for one pixel of the view.
    """
    if image.pixel_size is None:
        raise QuantityError(
            f"{image.name}: the pixel size is not known, and without it nothing can be "
            "said about another microscope. Type the pixel size in first."
        )
    factor = ratio_of_pixels(image.pixel_size, view.pixel_um)
    added_um = missing_sigma_um(taken.psf_sigma_um or 0.0, view.psf_sigma_um)
    rng = np.random.default_rng(seed)
    progress(0.1, "From counts to light")
    light = light_of_counts(image.pixels, taken)
    by_noise_e = brightest_by_noise(light)
    sample_e = taken.brightest_e or _believable(by_noise_e)
    share, electrons = noise_share(sample_e, by_noise_e), sample_e * light
    progress(0.2, "Blurring by what is missing")
    spread = Spread.of(image.shape, added_um / image.pixel_size.mean_um, factor)
    arrived = arrive(electrons, spread, view.light_ratio, share, rng, progress)
    progress(0.8, "Reading the camera out")
    counts = read_out(arrived.electrons, view, rng)
    brightest_e = float(np.percentile(arrived.mean_e, BRIGHT_PERCENTILE))
    noises = [
        noise_e(brightest_e, excess, view, counts.e_per_count)
        for excess in (arrived.excess, 1.0)
    ]
    snr, real_snr = (brightest_e / noise if noise > 0 else 0.0 for noise in noises)
    known = KnownPixelSize(PixelSize.square(view.pixel_um), SIMULATED)
    return Look(
        image=Image.parse(counts.pixels, name=image.name, known=known),
        factor=factor,
        added_sigma_um=added_um,
        sample_brightest_e=sample_e,
        brightest_e=brightest_e,
        snr_brightest=snr,
        saturated_percent=counts.saturated_percent,
        offset_counts=counts.offset_counts,
        e_per_count=counts.e_per_count,
        notes=(
            *notes_on_the_sample(taken, electrons, sample_e, by_noise_e),
            *notes_on_the_view(view, snr, real_snr, counts.saturated_percent),
        ),
        assumptions=(*light_in_words(taken, sample_e, by_noise_e), *view.assumptions),
    )


def _believable(by_noise_e: float) -> float:
    return by_noise_e if by_noise_e <= MOST_BRIGHTEST_E else USUAL_BRIGHTEST_E
