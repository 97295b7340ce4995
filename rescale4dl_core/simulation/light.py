"""From the counts of the sample image to photoelectrons, and what can be asked of it."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.quantities import RescaleFactor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.quantities import PixelSize
    from rescale4dl_core.simulation.view import TakenWith

DARK_PERCENTILE, BRIGHT_PERCENTILE = 0.1, 99.8
SAME = 1e-3
"""Pixel sizes and blurs nearer than this share are taken as equal."""


def light_of_counts(pixels: NDArray[Any], taken: TakenWith) -> NDArray[np.float64]:
    """Return the light that the counts stand for: 0 in darkness, 1 in the brightest pixels.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        Counts as acquired.
    taken : TakenWith
        Dark counts and the way of lighting.

    Returns
    -------
    ndarray of the same shape; read noise makes some of it negative

    Raises
    ------
    QuantityError
        If the brightest pixels are no brighter than the dark ones.
    """
    counts = pixels.astype(np.float64)
    darkest, bright = np.percentile(counts, [DARK_PERCENTILE, BRIGHT_PERCENTILE])
    dark = taken.dark_counts
    if dark is None:
        dark = 0.0 if taken.is_transmitted else float(darkest)
    if not bright > dark:
        raise QuantityError(
            f"The brightest pixels of the image have {bright:g} counts and darkness "
            f"{dark:g}, so there is no light to simulate. Correct the camera offset or "
            "choose an image with objects."
        )
    light: NDArray[np.float64] = (counts - dark) / (bright - dark)
    return light


def missing_sigma_um(sample_sigma_um: float, view_sigma_um: float) -> float:
    """Return the blur that has to be added to what the sample image has already.

    Blurs of Gaussian shape add up by their squares.

    Raises
    ------
    QuantityError
        If the sample image is blurrier than the view.
    """
    if sample_sigma_um > view_sigma_um * (1 + SAME):
        raise QuantityError(
            f"The sample was taken with a blur of {sample_sigma_um:.3g} µm and this "
            f"objective blurs by {view_sigma_um:.3g} µm only: the details that it would "
            "show are not in the sample, so it cannot be simulated. Choose an objective of "
            "lower aperture, or take a sample image with a higher one."
        )
    return math.sqrt(max(view_sigma_um**2 - sample_sigma_um**2, 0.0))


def ratio_of_pixels(sample: PixelSize, view_um: float) -> RescaleFactor:
    """Return view / sample pixel size, 1 where they are equal.

    Raises
    ------
    QuantityError
        If the sample's pixels are the larger ones, or not square.
    """
    if not sample.is_square:
        raise QuantityError(
            f"The sample's pixels are {sample.y_um:.4g} µm high and {sample.x_um:.4g} µm "
            "wide, and only square ones can stand for those of a camera. Correct the pixel "
            "size on the Sample page, or take an image with square pixels."
        )
    ratio = view_um / sample.mean_um
    if ratio < 1 - SAME:
        raise QuantityError(
            f"The sample's pixels are {sample.mean_um:.4g} µm and those of this "
            f"configuration {view_um:.4g} µm: the details that finer pixels would show are "
            "not in the sample, so it cannot be simulated. Choose a coarser configuration, "
            "or take a finer sample image."
        )
    return RescaleFactor(Fraction(max(ratio, 1.0)).limit_denominator(1000))
