"""Which pixels belong to objects: smoothing, threshold and filling of holes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from rescale4dl_core.errors import ImageError
from rescale4dl_core.segmentation.settings import ClassicalSettings, Threshold

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rescale4dl_core.images import Image


def foreground_of(image: Image, settings: ClassicalSettings) -> NDArray[np.bool_]:
    """Return the pixels that are brighter (or darker) than the threshold.

    Raises
    ------
    ImageError
        If all pixels have the same value.
    """
    values = smooth_intensity(image, settings.smoothing_px)
    level: float | NDArray[np.float32] = settings.manual_level
    if settings.threshold is not Threshold.MANUAL:
        level = threshold_level(values, settings)
    mask = values > level if settings.objects_are_bright else values < level
    return _without_small_holes(mask, math.pi / 4 * settings.split_distance_px**2)


def smooth_intensity(image: Image, smoothing_px: float) -> NDArray[np.float32]:
    """Return the intensity after a Gaussian of `smoothing_px`; refuse constant images."""
    values = image.intensity.astype(np.float32)
    lowest, highest = float(values.min()), float(values.max())
    if lowest == highest:
        raise ImageError(
            f"{image.name}: every pixel has the value {lowest:g}, so there is nothing to "
            "tell objects from background. Choose another image, channel or plane."
        )
    if smoothing_px == 0:
        return values
    smooth: NDArray[np.float32] = ndimage.gaussian_filter(values, smoothing_px)
    return smooth


def threshold_level(
    values: NDArray[np.float32], settings: ClassicalSettings
) -> float | NDArray[np.float32]:
    """Return the automatic threshold: one value, or one per pixel for the local mean.

    The local mean is moved towards the objects by a third of the Otsu threshold of the
    differences from it, so that noise around the mean of an empty region is no object.
    """
    from skimage import filters

    rules: dict[Threshold, Callable[[NDArray[np.float32]], float]] = {
        Threshold.OTSU: filters.threshold_otsu,
        Threshold.LI: filters.threshold_li,
        Threshold.TRIANGLE: filters.threshold_triangle,
    }
    if settings.threshold in rules:
        return float(rules[settings.threshold](values))
    mean: NDArray[np.float32] = ndimage.uniform_filter(values, settings.local_window_px)
    otsu, difference = rules[Threshold.OTSU], values - mean
    middle = (otsu(difference) - otsu(-difference)) / 2  # of a gap without any pixel
    return mean + np.float32(middle / 3)


def _without_small_holes(mask: NDArray[np.bool_], largest_px: float) -> NDArray[np.bool_]:
    """Fill the holes of at most `largest_px` pixels; larger gaps lie between objects."""
    holes, _ = ndimage.label(~mask)
    area_px = np.bincount(holes.ravel())
    fill = area_px <= largest_px
    fill[0] = True
    edges = (holes[0], holes[-1], holes[:, 0], holes[:, -1])
    fill[np.unique(np.concatenate(edges))] = False
    fill[0] = True
    filled: NDArray[np.bool_] = fill[holes]
    return filled
