"""Width of each object: twice the exact distance to its edge along its skeleton.

A distance transform of the whole image computes far more than the skeleton needs. Here the
distance along the row is laid out once; from each pixel asked for, the rows above and below
are then searched until they are further away than the nearest background found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.measuring.runs import strips_of
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rescale4dl_core.measuring.runs import Boxes, ObjectRuns


def distances_to_edge_px(
    mask: NDArray[np.bool_], at: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the distance from object pixels to the nearest background pixel centre.

    The numbers are those of `scipy.ndimage.distance_transform_edt`, bit for bit: both are
    square roots of the same whole numbers.

    Parameters
    ----------
    mask : ndarray of shape (rows, columns)
        True on objects; the first and last row and column are background.
    at : ndarray of shape (n,)
        Flat indices of object pixels.

    Returns
    -------
    ndarray of shape (n,)
        Distances in px, 1 or more.
    """
    n_columns = mask.shape[1]
    along_row = _distance_along_row_px(mask.ravel())
    squared = along_row[at] ** 2
    open_ends = np.arange(len(at))
    rows_away = 0
    while len(open_ends):
        rows_away += 1
        open_ends = open_ends[squared[open_ends] > rows_away**2]
        pixel = at[open_ends]
        above = along_row[pixel - rows_away * n_columns]
        below = along_row[pixel + rows_away * n_columns]
        found = np.minimum(above, below) ** 2 + rows_away**2
        squared[open_ends] = np.minimum(squared[open_ends], found)
    return np.sqrt(squared)


def _distance_along_row_px(pixels: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the distance to the nearest background pixel of the row, 0 on background."""
    ends = np.flatnonzero(np.diff(pixels.view(np.int8), prepend=np.int8(0)))
    begin, length = ends[::2], ends[1::2] - ends[::2]
    first = np.repeat(begin, length)
    from_left = np.flatnonzero(pixels) - first + 1
    from_right = np.repeat(length, length) - from_left + 1
    distance = np.zeros(len(pixels), np.int64)
    distance[pixels] = np.minimum(from_left, from_right)
    return distance


@dataclass(frozen=True, slots=True, eq=False)
class SkeletonWidths:
    """Width along the skeleton of each object, in px; arrays of shape (n_objects,)."""

    min_px: NDArray[np.float64]
    median_px: NDArray[np.float64]
    mean_px: NDArray[np.float64]
    max_px: NDArray[np.float64]


def skeleton_widths(
    runs: ObjectRuns, boxes: Boxes, *, progress: Progress = silent
) -> SkeletonWidths:
    """Return 2 x the Euclidean distance to the background on the skeleton (Zhang 1984).

    What lies beyond the border of the image counts as background. The numbers are those of
    a separate crop per object, padded with background; see `strips_of`.
    """
    from skimage import morphology

    skeletonize: Callable[[NDArray[Any]], NDArray[np.bool_]] = morphology.skeletonize
    widths = SkeletonWidths(*(np.empty(runs.n_objects) for _ in range(4)))
    n_done = 0
    for strip in strips_of(runs, boxes):
        at = np.flatnonzero(skeletonize(strip.mask))
        width_px = 2 * distances_to_edge_px(strip.mask, at)
        position = strip.position_of(at)
        ascending = np.lexsort((width_px, position))
        _summarise(width_px[ascending], np.bincount(position), strip.members, widths)
        n_done += len(strip.members)
        progress(n_done / runs.n_objects, f"measured {n_done} of {runs.n_objects} objects")
    return widths


def _summarise(
    width_px: NDArray[np.float64],
    count: NDArray[np.intp],
    members: NDArray[np.intp],
    widths: SkeletonWidths,
) -> None:
    """Enter the objects `members`; each has `count` widths, in ascending order."""
    after = np.cumsum(count)
    first = after - count
    low, high = first + (count - 1) // 2, first + count // 2
    widths.min_px[members] = width_px[first]
    widths.max_px[members] = width_px[after - 1]
    widths.mean_px[members] = np.add.reduceat(width_px, first) / count
    widths.median_px[members] = (width_px[low] + width_px[high]) / 2
