"""Growing labelled seeds over a landscape of 8-bit heights, compiled by numba.

Importing this module imports numba; `unet` does so when it first makes labels. The result
is that of a watershed (Meyer 1994): pixels are taken lowest first, and in the order in
which they were reached where they are equally high. With 254 heights the queue is one list
per height, so that the work grows with the number of pixels and nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.compiled import compiled, index_type

if TYPE_CHECKING:
    from numpy.typing import NDArray

N_HEIGHTS = 256


def _reach(
    at: int,
    landscape: NDArray[np.uint8],
    labels: NDArray[np.int32],
    queue: tuple[NDArray[Any], ...],
    n_reached: int,
) -> int:
    """Give the label at `at` to its free neighbours, put them in line, count them all."""
    place, following, first, last = queue
    rows, columns = landscape.shape
    row, column = at // columns, at % columns
    for side in range(4):
        r = row + (side == 3) - (side == 0)
        c = column + (side == 2) - (side == 1)
        if r < 0 or c < 0 or r >= rows or c >= columns:
            continue
        height = landscape[r, c]
        if height < 2 or labels[r, c] != 0:
            continue
        labels[r, c] = labels[row, column]
        place[n_reached] = r * columns + c
        following[n_reached] = -1
        if first[height] < 0:
            first[height] = n_reached
        else:
            following[last[height]] = n_reached
        last[height] = n_reached
        n_reached += 1
    return n_reached


reach = compiled(_reach)


def _grow(
    landscape: NDArray[np.uint8],
    labels: NDArray[np.int32],
    queue: tuple[NDArray[Any], ...],
) -> None:
    place, following, first, _ = queue
    rows, columns = landscape.shape
    n_reached = 0
    for row in range(rows):
        for column in range(columns):
            if landscape[row, column] == 1:
                at = row * columns + column
                n_reached = reach(at, landscape, labels, queue, n_reached)
    height = 2
    while height < N_HEIGHTS:
        taken = first[height]
        if taken < 0:
            height += 1
            continue
        first[height] = following[taken]
        before = n_reached
        n_reached = reach(place[taken], landscape, labels, queue, n_reached)
        for index in range(before, n_reached):
            lowest = landscape[place[index] // columns, place[index] % columns]
            height = min(height, lowest)


grow = compiled(_grow)


def grow_seeds(landscape: NDArray[np.uint8], labels: NDArray[np.int32]) -> None:
    """Grow the seeds of a landscape over what is higher, until all of it is reached.

    Parameters
    ----------
    landscape : uint8 ndarray of shape (rows, columns), C-contiguous
        0 is not entered, 1 is a seed, 2 to 255 are heights.
    labels : int32 ndarray of the same shape, C-contiguous
        The labels of the seeds, 0 elsewhere; filled in place.
    """
    n_to_reach = int(np.count_nonzero(landscape > 1))
    index = index_type(landscape.size)
    place, following = np.empty(n_to_reach, index), np.empty(n_to_reach, index)
    first, last = np.full((2, N_HEIGHTS), -1, index)
    grow(landscape, labels, (place, following, first, last))
