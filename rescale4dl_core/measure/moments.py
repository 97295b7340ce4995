"""Area, centroid and elongation of each object, from its runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.measure.runs import Boxes, ObjectRuns

PIXEL_VARIANCE_PX2 = 1 / 12
"""Second moment of a unit square about its centre."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Zeroth to second moments of each object; arrays of shape (n_objects,)."""

    area_px: NDArray[np.int64]
    centroid_row_px: NDArray[np.float64]
    centroid_column_px: NDArray[np.float64]
    elongation: NDArray[np.float64]


def moments_of(runs: ObjectRuns, boxes: Boxes) -> Moments:
    """Return area, centroid and elongation of each object.

    The elongation is the ratio of the axes, major to minor, of the ellipse with the second
    moments of the object, a pixel being a unit square: exactly 4 for a 4 x 1 rectangle,
    1 for a square or a single pixel. (regionprops takes pixels as points and gives a
    one-pixel-wide line a minor axis of 0.)
    """
    length = runs.stop - runs.start
    area = runs.total(length)
    row = runs.row - boxes.row_start[runs.owner]
    start = runs.start - boxes.column_start[runs.owner]
    stop = start + length
    columns = _sum_below(stop) - _sum_below(start)
    columns_squared = _sum_of_squares_below(stop) - _sum_of_squares_below(start)

    mean_row = runs.total(length * row) / area
    mean_column = runs.total(columns) / area
    row_variance = runs.total(length * row**2) / area - mean_row**2 + PIXEL_VARIANCE_PX2
    column_variance = (
        runs.total(columns_squared) / area - mean_column**2 + PIXEL_VARIANCE_PX2
    )
    covariance = runs.total(row * columns) / area - mean_row * mean_column
    middle = (row_variance + column_variance) / 2
    spread = np.hypot((row_variance - column_variance) / 2, covariance)
    return Moments(
        area_px=area,
        centroid_row_px=boxes.row_start + mean_row,
        centroid_column_px=boxes.column_start + mean_column,
        elongation=np.sqrt((middle + spread) / (middle - spread)),
    )


def _sum_below(stop: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0 + 1 + ... + (stop - 1)."""
    return stop * (stop - 1) // 2


def _sum_of_squares_below(stop: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0 + 1 + 4 + ... + (stop - 1) squared."""
    return (stop - 1) * stop * (2 * stop - 1) // 6
