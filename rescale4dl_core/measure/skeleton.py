"""Width of each object: twice the distance to its edge along its skeleton."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.measure.edge_distance import distances_to_edge_px
from rescale4dl_core.measure.strips import strips_of
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rescale4dl_core.measure.runs import Boxes, ObjectRuns


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
    a separate crop per object, padded with background; see `strips`.
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
