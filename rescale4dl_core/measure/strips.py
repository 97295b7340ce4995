"""Objects cut out and set side by side, so that many are worked on in one call.

A strip is a binary image of objects of like height, tallest first, with one row or column
of background around each. What looks at neighbouring pixels only, or for the nearest
background pixel, gives there what it gives on a separate, padded crop per object: the
nearest background pixel is never beyond the ring around an object's box, for a pixel
outside the ring comes nearer when it is moved onto the ring along a row or column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rescale4dl_core.measure.runs import Boxes, ObjectRuns

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
