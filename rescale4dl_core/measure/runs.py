"""The objects of a label image as horizontal runs of pixels, and their bounding boxes.

A run is a stretch of one label within one row. There are far fewer runs than pixels, and
area, moments, hulls and boxes follow from them in integer arithmetic, so everything that is
measured here costs memory and time in proportion to the image, whatever the label values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels


@dataclass(frozen=True, slots=True, eq=False)
class ObjectRuns:
    """All runs of a label image, sorted by object, then row, then column.

    Every object has at least one run; `first[i]` is where the runs of object `i` begin.
    """

    label: NDArray[np.int32]
    """Label value of each object, ascending; shape (n_objects,)."""

    first: NDArray[np.intp]
    """Index of the first run of each object; shape (n_objects,)."""

    owner: NDArray[np.intp]
    """Index of the object that each run belongs to; shape (n_runs,)."""

    row: NDArray[np.int64]
    """Row of each run; shape (n_runs,)."""

    start: NDArray[np.int64]
    """First column of each run; shape (n_runs,)."""

    stop: NDArray[np.int64]
    """Column after the last one of each run; shape (n_runs,)."""

    @property
    def n_objects(self) -> int:
        """How many objects there are."""
        return len(self.label)

    def total(self, per_run: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the sum of `per_run` over the runs of each object."""
        if not self.n_objects:
            return np.zeros(0, np.int64)
        sums: NDArray[np.int64] = np.add.reduceat(per_run, self.first)
        return sums


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Bounding box of each object: the stops lie one beyond the last pixel."""

    row_start: NDArray[np.int64]
    row_stop: NDArray[np.int64]
    column_start: NDArray[np.int64]
    column_stop: NDArray[np.int64]

    @property
    def height_px(self) -> NDArray[np.int64]:
        """Rows that each box spans."""
        return self.row_stop - self.row_start

    @property
    def width_px(self) -> NDArray[np.int64]:
        """Columns that each box spans."""
        return self.column_stop - self.column_start

    def touch_border(self, shape_px: tuple[int, int]) -> NDArray[np.bool_]:
        """Return which boxes reach the first or last row or column of the image."""
        n_rows, n_columns = shape_px
        touching: NDArray[np.bool_] = (
            (self.row_start == 0)
            | (self.column_start == 0)
            | (self.row_stop == n_rows)
            | (self.column_stop == n_columns)
        )
        return touching


def runs_of(labels: Labels) -> ObjectRuns:
    """Split the objects of `labels` into horizontal runs."""
    pixels = labels.pixels
    begins = np.ones(pixels.shape, np.bool_)
    np.not_equal(pixels[:, 1:], pixels[:, :-1], out=begins[:, 1:])
    begin = np.flatnonzero(begins)
    end = np.append(begin[1:], pixels.size)
    value = pixels.ravel()[begin]
    foreground = value > 0
    begin, end = begin[foreground], end[foreground]
    label, owner = np.unique(value[foreground], return_inverse=True)
    by_object = np.argsort(owner, kind="stable")
    begin, end, owner = begin[by_object], end[by_object], owner[by_object]
    row = begin // pixels.shape[1]
    row_begin = row * pixels.shape[1]
    return ObjectRuns(
        label=label,
        first=np.searchsorted(owner, np.arange(len(label))),
        owner=owner,
        row=row,
        start=begin - row_begin,
        stop=end - row_begin,
    )


def boxes_of(runs: ObjectRuns) -> Boxes:
    """Return the bounding box of each object."""
    if not runs.n_objects:
        return Boxes(*(np.zeros(0, np.int64) for _ in range(4)))
    last = np.append(runs.first[1:], len(runs.row)) - 1
    return Boxes(
        row_start=runs.row[runs.first],
        row_stop=runs.row[last] + 1,
        column_start=np.minimum.reduceat(runs.start, runs.first),
        column_stop=np.maximum.reduceat(runs.stop, runs.first),
    )
