"""A look before booking: the sample as another objective, camera and binning show it.

Counts become photoelectrons; the blur that is missing is added; larger pixels collect what
falls on them, more or less of it by the light of the configuration; and the camera adds its
noise and its limits. A lower magnification is so told from mere binning: its point spread
function is wider and its light another.
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
from rescale4dl_core.simulation.blur import Spread
from rescale4dl_core.simulation.configured_view import (
    BRIGHT_PERCENTILE,
    light_of_counts,
    missing_sigma_um,
    ratio_of_pixels,
)
from rescale4dl_core.simulation.shot_noise import (
    arrive,
    brightest_by_noise,
    limited_share,
    noise_share,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.quantities import RescaleFactor
    from rescale4dl_core.simulation.configured_view import TakenWith, View


MOST_SATURATED_PERCENT = 0.01
MOST_BELOW_DARK_E = 20.0
"""Three standard deviations of the read noise of a noisy camera."""

_OTHERWISE = 2.0
"""Stated and read photoelectrons further apart than this factor are worth a sentence."""

_WORSE = 1.03
_BRIGHT_BACKGROUND = 1 / 3
"""Of the way from the darkest to the brightest pixels; phase contrast with bright halos
has its background at 0.4."""


def notes_on_the_sample(
    taken: TakenWith,
    electrons: NDArray[np.float64],
    sample_e: float,
    by_noise_e: float,
) -> tuple[str, ...]:
    """Return what is not known of the sample, or does not fit it.

    Parameters
    ----------
    taken : TakenWith
        What the user told.
    electrons : ndarray
        Photoelectrons of the sample.
    sample_e, by_noise_e : float
        Those of its brightest pixels as used, and as its noise tells.
    """
    notes = []
    if taken.psf_sigma_um is None:
        notes.append(
            "The aperture that the sample was taken with is not known; it was taken to be "
            "as sharp as its pixels, so the simulated image may be blurrier than the real "
            "one. Type the aperture in on this page."
        )
    notes += _of_the_offset(taken, electrons)
    limited = limited_share(electrons)
    if limited:
        notes.append(
            f"{100 * limited:.2g} % of the pixels of your image share its highest value: "
            "they are saturated, and brighter in truth than the simulated ones."
        )
    if by_noise_e > _OTHERWISE * sample_e:
        notes.append(
            f"Your image has less noise than {sample_e:,.0f} photoelectrons in its "
            "brightest pixels have: it had more light, or was smoothed. The noise that is "
            "missing was added."
        )
    if by_noise_e * _OTHERWISE < sample_e:
        notes.append(
            f"Your image has more noise than {sample_e:,.0f} photoelectrons have: that of "
            f"{by_noise_e:,.0f}, or fine texture that looks like it."
        )
    return tuple(notes)


def light_in_words(taken: TakenWith, sample_e: float, by_noise_e: float) -> tuple[str, ...]:
    """Return how many photoelectrons were taken and why, where the user gave none."""
    if taken.brightest_e is not None:
        return ()
    why = "by its noise" if sample_e == by_noise_e else "for want of a better number"
    return (
        f"The brightest pixels of your image are taken to have {sample_e:,.0f} "
        f"photoelectrons, {why}. Objects of a few pixels or fine texture make that too "
        "few; smoothing, denoising or JPEG too many: type the number in where you know "
        "it.",
    )


def notes_on_the_view(
    view: View, snr: float, real_snr: float, saturated_percent: float
) -> tuple[str, ...]:
    """Return what limits the simulated image.

    Parameters
    ----------
    view : View
        The configuration.
    snr, real_snr : float
        Signal / noise of the brightest pixels in the simulated image, and of a real one.
    saturated_percent : float
        Pixels at the camera's limit.
    """
    notes = []
    if real_snr > _WORSE * snr:
        notes.append(
            f"The light per area is {view.light_ratio:.3g} times your sample's, whose "
            "noise is amplified with it: a real image would have a signal / noise of "
            f"{real_snr:.3g}."
            if view.light_ratio > 1
            else "The noise of your sample is still in the simulated image: a real one "
            f"would have a signal / noise of {real_snr:.3g}."
        )
    if saturated_percent > MOST_SATURATED_PERCENT:
        notes.append(
            f"{saturated_percent:.2g} % of the pixels reach the camera's limit: shorten "
            "the exposure."
        )
    return tuple(notes)


def _of_the_offset(taken: TakenWith, electrons: NDArray[np.float64]) -> list[str]:
    darkest_e, middle_e, brightest_e = np.percentile(electrons, [0.1, 50, 99.8])
    if taken.dark_counts is not None:
        if darkest_e > -MOST_BELOW_DARK_E:
            return []
        return [
            f"The darkest pixels lie {-darkest_e:,.0f} photoelectrons below the camera "
            "offset, more than read noise explains: correct the offset."
        ]
    if taken.is_transmitted:
        return [
            "The camera offset is not known, and 0 counts were taken. Type it in: with "
            "100 counts of offset, there is less light than shown."
        ]
    notes = [
        "The camera offset is not known, so the darkest pixels were taken to have no "
        "light: real background, and its noise, is left out. Type the offset in."
    ]
    if middle_e > darkest_e + _BRIGHT_BACKGROUND * (brightest_e - darkest_e):
        notes.append(
            "The background is bright: if this is transmitted light, choose that above."
        )
    return notes


OFFSET_COUNTS = 100.0
"""Of one reading, so that read noise does not go below 0."""

_OFFSET_SHARE = 1 / 16
"""Of the range at most: with 8 bits, 100 counts would waste 40 % of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """A simulated image, and how its numbers are turned back into photoelectrons."""

    pixels: NDArray[Any]
    """16-bit integers, 32-bit ones where sums of pixels need them."""

    offset_counts: float
    e_per_count: float
    saturated_percent: float


def read_out(
    electrons: NDArray[np.float64], view: View, rng: np.random.Generator
) -> Counts:
    """Return the counts of photoelectrons in saved pixels.

    Each physical pixel is made a whole number by itself, in steps of its full well over its
    range, and a camera that bins after readout adds these numbers. Where the full well is
    not known, the range ends at the brightest pixel.
    """
    if view.excess_noise > 1:
        added = view.excess_noise - 1
        electrons = added * rng.gamma(np.maximum(electrons, 0.0) / added)
    n = view.n_conversions
    electrons = electrons + rng.normal(0, view.read_noise_of_sum_e, electrons.shape)
    highest = 2.0**view.bit_depth - 1
    offset = min(OFFSET_COUNTS, math.floor(_OFFSET_SHARE * highest))
    well_e = view.well_of_sum_e or max(float(electrons.max()), 1.0)
    step_e = well_e / n / (highest - offset)
    rounding_e = step_e * math.sqrt((n - 1) / 12)
    counts = n * offset + (electrons + rng.normal(0, rounding_e, electrons.shape)) / step_e
    saturated = counts >= n * highest if view.full_well_e else np.zeros(1, bool)
    kept = np.clip(np.rint(counts), 0, n * highest)
    narrow = n * highest <= np.iinfo(np.uint16).max
    return Counts(
        pixels=kept.astype(np.uint16 if narrow else np.uint32),
        offset_counts=n * offset,
        e_per_count=step_e,
        saturated_percent=100.0 * float(saturated.mean()),
    )


def noise_e(signal_e: float, excess: float, view: View, e_per_count: float) -> float:
    """Return the noise of a saved pixel: light, gain, readings and their rounding."""
    light = (excess + view.excess_noise - 1) * signal_e
    rounding = view.n_conversions * e_per_count**2 / 12
    return math.sqrt(max(light, 0.0) + view.read_noise_of_sum_e**2 + rounding)


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
