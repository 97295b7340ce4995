"""The objects of a label image as horizontal runs of pixels, as boxes and as strips.

A run is a stretch of one label within one row. There are far fewer runs than pixels, and
area, moments, hulls and boxes follow from them in integer arithmetic, so everything that is
measured here costs memory and time in proportion to the image, whatever the label values.
A strip is a binary image of objects of like height, tallest first, with one row or column
of background around each, so that many are worked on in one call. What looks at
neighbouring pixels only, or for the nearest background pixel, gives there what it gives on
a separate, padded crop per object: the nearest background pixel is never beyond the ring
around an object's box, for a pixel outside the ring comes nearer when it is moved onto the
ring along a row or column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

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


STRIP_PIXELS = 1 << 19
"""A strip is closed at this many pixels: small enough for the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A binary image of several objects side by side."""

    members: NDArray[np.intp]
    """Index of each object, from left to right."""

    right_px: NDArray[np.int64]
    """Column of the background to the right of each object."""

    mask: NDArray[np.bool_]
    """Shape (rows, columns); True on the objects."""

    def position_of(self, pixel: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the position in `members` of the object at each flat pixel index."""
        position: NDArray[np.intp] = np.searchsorted(
            self.right_px, pixel % self.mask.shape[1]
        )
        return position


def strips_of(runs: ObjectRuns, boxes: Boxes) -> Iterator[Strip]:
    """Yield strips that hold every object once, tall objects first."""
    order = np.argsort(-boxes.height_px, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    by_rank = np.argsort(rank[runs.owner], kind="stable")
    run_rank = rank[runs.owner[by_rank]]
    for begin, end in _groups(boxes.height_px[order], boxes.width_px[order]):
        first, after = np.searchsorted(run_rank, [begin, end])
        position = run_rank[first:after] - begin
        yield _paint(runs, boxes, order[begin:end], by_rank[first:after], position)


def _groups(
    height_px: NDArray[np.int64], width_px: NDArray[np.int64]
) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of the objects of each strip; heights come in falling order."""
    right_px = np.cumsum(width_px + 1)
    begin = 0
    while begin < len(height_px):
        left_px = right_px[begin] - width_px[begin] - 1
        room_px = STRIP_PIXELS // (height_px[begin] + 2)
        fits = int(np.searchsorted(right_px, left_px + room_px, side="right"))
        alike = int(np.searchsorted(-height_px, -(height_px[begin] // 2), side="right"))
        end = max(begin + 1, min(fits, alike))
        yield begin, end
        begin = end


def _paint(
    runs: ObjectRuns,
    boxes: Boxes,
    members: NDArray[np.intp],
    strip_runs: NDArray[np.intp],
    position: NDArray[np.intp],
) -> Strip:
    """Draw the objects `members` from their runs; `position` is each run's object."""
    right_px = np.cumsum(boxes.width_px[members] + 1)
    n_columns = int(right_px[-1]) + 1
    left_px = right_px - boxes.width_px[members]
    owner = runs.owner[strip_runs]
    row = runs.row[strip_runs] - boxes.row_start[owner] + 1
    column = runs.start[strip_runs] - boxes.column_start[owner] + left_px[position]
    begin = row * n_columns + column
    steps = np.zeros((int(boxes.height_px[members].max()) + 2, n_columns), np.int8)
    steps.flat[begin] = 1
    steps.flat[begin + runs.stop[strip_runs] - runs.start[strip_runs]] = -1
    inside = np.cumsum(steps, dtype=np.int8).reshape(steps.shape)
    return Strip(members, right_px, inside.view(np.bool_))
