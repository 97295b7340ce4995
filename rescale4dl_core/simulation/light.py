"""From the counts of the sample image to the light that another objective delivers."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescale.area import area_average
from rescale4dl_core.rescale.binning import Binning
from rescale4dl_core.rescale.grid import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.simulation.view import TakenWith

DARK_PERCENTILE, BRIGHT_PERCENTILE = 0.1, 99.8
SAME = 1e-3
"""Pixel sizes and blurs nearer than this share are taken as equal."""


def photoelectrons(pixels: NDArray[Any], taken: TakenWith) -> NDArray[np.float64]:
    """Return the mean photoelectrons per pixel that the counts stand for.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        Counts as acquired.
    taken : TakenWith
        Dark counts and photoelectrons of the brightest pixels.

    Returns
    -------
    ndarray of the same shape, 0 or more

    Raises
    ------
    QuantityError
        If the brightest pixels are no brighter than the dark ones.
    """
    counts = pixels.astype(np.float64)
    dark, bright = np.percentile(counts, [DARK_PERCENTILE, BRIGHT_PERCENTILE])
    if taken.dark_counts is not None:
        dark = taken.dark_counts
    if not bright > dark:
        raise QuantityError(
            f"The brightest pixels of the image have {bright:g} counts and the dark ones "
            f"{dark:g}, so there is no light to simulate. Correct the dark counts or "
            "choose an image with objects."
        )
    electrons: NDArray[np.float64] = np.maximum(counts - dark, 0.0)
    electrons *= taken.brightest_e / (bright - dark)
    return electrons


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


def ratio_of_pixels(sample_um: float, view_um: float) -> RescaleFactor:
    """Return view / sample pixel size, 1 where they are equal.

    Raises
    ------
    QuantityError
        If the sample's pixels are the larger ones.
    """
    ratio = view_um / sample_um
    if ratio < 1 - SAME:
        raise QuantityError(
            f"The sample's pixels are {sample_um:.4g} µm and those of this configuration "
            f"{view_um:.4g} µm: the details that finer pixels would show are not in the "
            "sample, so it cannot be simulated. Choose a coarser configuration, or take a "
            "finer sample image."
        )
    return RescaleFactor(Fraction(max(ratio, 1.0)).limit_denominator(1000))


def blurred(light: NDArray[np.float64], sigma_px: float) -> NDArray[np.float64]:
    """Return the light blurred by a Gaussian; beyond the border it is mirrored."""
    if sigma_px == 0:
        return light
    sigmas = (sigma_px, sigma_px) + (0,) * (light.ndim - 2)
    out: NDArray[np.float64] = ndimage.gaussian_filter(light, sigmas, truncate=5)
    return out


def collected(
    light: NDArray[np.float64], factor: RescaleFactor, progress: Progress = silent
) -> NDArray[np.float64]:
    """Return what larger pixels collect: the sum over the area that each one spans."""
    if factor.ratio == 1:
        return light
    grid = Grid((light.shape[0], light.shape[1]), factor)
    out: NDArray[np.float64] = area_average(
        light, grid, binning=Binning.SUM, progress=progress
    )
    return out
