"""The per-object table of a label image: area, centroid, elongation, width."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.measuring.runs import boxes_of, runs_of
from rescale4dl_core.measuring.skeleton import skeleton_widths
from rescale4dl_core.measuring.solidity import hull_area_px
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.runs import Boxes, ObjectRuns


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


@dataclass(frozen=True, slots=True, eq=False)
class ObjectTable:
    """One row per object of a label image, in the order of the label values.

    All columns are read-only arrays of shape (n_objects,). Objects cut by the border of
    the image are listed too; `inside` leaves them out.
    """

    label: NDArray[np.int32]
    area_px: NDArray[np.int64]
    """Number of pixels."""

    centroid_row_px: NDArray[np.float64]
    """The centre of the first pixel is at 0."""

    centroid_column_px: NDArray[np.float64]
    equivalent_diameter_px: NDArray[np.float64]
    """Diameter of the circle of the same area, 2 sqrt(A / pi): Eq. 1."""

    skeleton_diameter_px: NDArray[np.float64]
    """Median width along the skeleton: 2 x distance to the edge."""

    skeleton_diameter_min_px: NDArray[np.float64]
    skeleton_diameter_mean_px: NDArray[np.float64]
    skeleton_diameter_max_px: NDArray[np.float64]
    elongation: NDArray[np.float64]
    """Major over minor axis of the second moments, 1 or more."""

    solidity: NDArray[np.float64]
    """Area over the area of the digital convex hull, at most 1."""

    touches_border: NDArray[np.bool_]
    """Whether the object reaches the first or last row or column of the image."""

    def __post_init__(self) -> None:
        for column in self.columns().values():
            column.setflags(write=False)

    def __len__(self) -> int:
        return len(self.label)

    @property
    def inside(self) -> ObjectTable:
        """The rows of the objects that do not touch the border."""
        kept = ~self.touches_border
        rows = {name: values[kept] for name, values in self.columns().items()}
        return ObjectTable(**rows)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, in order, for a CSV file."""
        return {column.name: getattr(self, column.name) for column in fields(self)}


def measure_objects(labels: Labels, *, progress: Progress = silent) -> ObjectTable:
    """Measure every object of a label image.

    The diameters are those of a crop per object, padded with background: touching
    neighbours and the border of the image do not change them. A label in several pieces is
    one object. Memory grows linearly with the image.

    Parameters
    ----------
    labels : Labels
        The label image; label values need not be consecutive.
    progress : Progress
        Called after each group of objects; may raise `CancelledError`.

    Examples
    --------
    >>> from rescale4dl_core.labels import Labels
    >>> table = measure_objects(
    ...     Labels.parse(np.array([[0, 0, 0], [0, 7, 7]]), source="example")
    ... )
    >>> table.label.tolist(), table.area_px.tolist(), table.elongation.tolist()
    ([7], [2], [2.0])
    """
    runs = runs_of(labels)
    boxes = boxes_of(runs)
    moments = moments_of(runs, boxes)
    widths = skeleton_widths(runs, boxes, progress=progress)
    return ObjectTable(
        label=runs.label,
        area_px=moments.area_px,
        centroid_row_px=moments.centroid_row_px,
        centroid_column_px=moments.centroid_column_px,
        equivalent_diameter_px=2 * np.sqrt(moments.area_px / np.pi),
        skeleton_diameter_px=widths.median_px,
        skeleton_diameter_min_px=widths.min_px,
        skeleton_diameter_mean_px=widths.mean_px,
        skeleton_diameter_max_px=widths.max_px,
        elongation=moments.elongation,
        solidity=moments.area_px / hull_area_px(runs),
        touches_border=boxes.touch_border(labels.shape),
    )
