"""What has to be said about a simulated image: cautions, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.simulation.shot_noise import limited_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.simulation.view import TakenWith, View

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
