"""Settings of the classical segmentation to start from, read off the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from rescale4dl_core.segmentation.foreground import foreground_of, smooth_intensity
from rescale4dl_core.segmentation.scale import blob_width_px
from rescale4dl_core.segmentation.settings import ClassicalSettings, Threshold

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rescale4dl_core.images import Image

DARK_BACKGROUND_BELOW = 0.2
"""Fluorescence leaves most of the image near the dark end of its range of intensities;
transmitted light puts the background in the middle or at the bright end."""


def suggest_settings(image: Image) -> ClassicalSettings:
    """Suggest settings by the brightness of the background and the width of the objects.

    They are a start to be looked at, not an answer: crowded colonies, crossing worms and
    objects with bright rims need a person or a network.

    Raises
    ------
    ImageError
        If all pixels have the same value.
    """
    values = smooth_intensity(image, 1.0)
    bright = _objects_are_bright(values)
    spacing_px = blob_width_px(values if bright else -values)
    first = _settings(bright, spacing_px=spacing_px, width_px=spacing_px)
    return _settings(bright, spacing_px=spacing_px, width_px=_part_width_px(image, first))


def _settings(bright: bool, *, spacing_px: float, width_px: float) -> ClassicalSettings:
    """Return settings for objects of `width_px`; the shares were tried on real images.

    Dark objects (phase contrast, stained tissue) lie close together: their neighbourhood
    has to be little wider than the objects are apart.
    """
    window_px = 2.2 * width_px if bright else 1.4 * spacing_px
    return ClassicalSettings(
        threshold=Threshold.LOCAL,
        objects_are_bright=bright,
        smoothing_px=0.5 if width_px < 12 else 1.0,
        local_window_px=max(3, 2 * round(window_px / 2) + 1),
        smallest_diameter_px=round(0.5 * width_px, 1),
        split_distance_px=max(1.0, round(0.3 * width_px, 1)),
        neck_percent=85.0 if bright else 70.0,
    )


def _objects_are_bright(values: NDArray[np.float32]) -> bool:
    lowest, highest = np.percentile(values, [0.5, 99.5])
    counts, edges = np.histogram(values, bins=100)
    most_frequent = edges[counts.argmax()]
    if most_frequent - lowest > DARK_BACKGROUND_BELOW * (highest - lowest):
        return False
    local = values - ndimage.uniform_filter(values, 51)
    local -= local.mean()
    return float(np.mean(local * local * local)) > 0


def _part_width_px(image: Image, settings: ClassicalSettings) -> float:
    """Return the median width of what `settings` find, at the middle of each part."""
    from skimage import feature

    find_peaks: Callable[..., NDArray[np.intp]] = feature.peak_local_max
    depth = ndimage.distance_transform_edt(foreground_of(image, settings))
    peaks = find_peaks(
        depth,
        min_distance=max(1, round(settings.split_distance_px / 2)),
        threshold_abs=max(1.0, settings.smallest_diameter_px / 4),
        exclude_border=False,
    )
    if not len(peaks):
        return 2 * settings.smallest_diameter_px
    return float(2 * np.median(depth[tuple(peaks.T)]))
