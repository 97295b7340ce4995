"""Growing labelled seeds over a landscape of 8-bit heights, compiled by numba.

Importing this module imports numba; `unet` does so when it first makes labels. The result
is that of a watershed (Meyer 1994): pixels are taken lowest first, and in the order in
which they were reached where they are equally high. With 254 heights the queue is one list
per height, so that the work grows with the number of pixels and nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

N_HEIGHTS = 256


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile when first called, and keep the result on disk where that is possible."""
    try:
        compiled: Callable[..., Any] = njit(nogil=True, cache=True)(function)
    except RuntimeError:
        compiled = njit(nogil=True)(function)
    return compiled


def _reach(
    at: int,
    landscape: NDArray[np.uint8],
    labels: NDArray[np.int32],
    queue: tuple[NDArray[np.int64], ...],
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


reach = _compiled(_reach)


def _grow(landscape: NDArray[np.uint8], labels: NDArray[np.int32], n_to_reach: int) -> None:
    rows, columns = landscape.shape
    place = np.empty(n_to_reach, np.int64)
    first = np.full(N_HEIGHTS, -1, np.int64)
    queue = (place, np.empty(n_to_reach, np.int64), first, np.full(N_HEIGHTS, -1, np.int64))
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
        first[height] = queue[1][taken]
        before = n_reached
        n_reached = reach(place[taken], landscape, labels, queue, n_reached)
        for index in range(before, n_reached):
            lowest = landscape[place[index] // columns, place[index] % columns]
            height = min(height, lowest)


grow = _compiled(_grow)
"""Grow `labels` in place over `landscape`, both C-contiguous and writable.

Parameters: the landscape (0 not to be entered, 1 seed, 2 to 255 heights), the labels of its
seeds (0 elsewhere), and the number of pixels above 1.
"""
