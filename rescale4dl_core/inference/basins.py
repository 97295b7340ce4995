"""Objects as deep and large basins of a landscape of 8-bit heights, compiled by numba.

Importing this module imports numba; `unet` does so when it first makes labels. Pixels are
taken lowest first and joined to the basins they touch. Where two basins meet they become
one unless both are deep and large enough there: the dynamics of a basin (Grimaud 1992),
with its area beside it. So what parts two objects is how much "inside" drops between them,
not how likely it is anywhere. Growing the seeds is a watershed (Meyer 1994): with 254
heights the queue is one list per height, so that the work grows with the number of pixels
and nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.compiled import compiled, index_type

if TYPE_CHECKING:
    from numpy.typing import NDArray


N_HEIGHTS = 256
NOT_REACHED = np.iinfo(np.int32).min


def _root(basin: NDArray[Any], at: int) -> int:
    """Return the lowest pixel of the basin of `at`, and shorten the way to it."""
    while basin[at] >= 0:
        if basin[basin[at]] >= 0:
            basin[at] = basin[basin[at]]
        at = basin[at]
    return at


root_of = compiled(_root)


def _join(
    heights: NDArray[np.uint8],
    in_order: NDArray[Any],
    limits: tuple[int, int, int],
    basin: NDArray[Any],
    shores: NDArray[np.uint8],
) -> None:
    """Fill `basin`: minus the area at a root, else a pixel on the way to the root.

    `shores` gets, at the root, the lowest height at which another object was met.
    """
    least_depth, least_area_px, highest_root = limits
    rows, columns = heights.shape
    height_at = heights.ravel()
    met = np.empty(8, np.int64)
    for at in in_order:
        height = height_at[at]
        row, column = at // columns, at % columns
        n_met, lowest = 0, at
        for r in range(max(0, row - 1), min(rows, row + 2)):
            for c in range(max(0, column - 1), min(columns, column + 2)):
                if basin[r * columns + c] == NOT_REACHED:
                    continue
                root = root_of(basin, r * columns + c)
                is_new = True
                for i in range(n_met):
                    is_new &= met[i] != root
                if is_new:
                    met[n_met] = root
                    n_met += 1
                    if lowest == at or height_at[root] < height_at[lowest]:
                        lowest = root
        if n_met == 0:
            basin[at] = -1
            continue
        basin[at] = lowest
        basin[lowest] -= 1
        for i in range(n_met):
            root = met[i]
            if root == lowest:
                continue
            deep = height - max(height_at[root], height_at[lowest]) >= least_depth
            large = min(-basin[root], -basin[lowest]) >= least_area_px
            if deep and large and height_at[root] <= highest_root:
                shores[root] = min(shores[root], height)
                shores[lowest] = min(shores[lowest], height)
            else:
                shores[lowest] = min(shores[lowest], shores[root])
                basin[lowest] += basin[root]
                basin[root] = lowest


join = compiled(_join)


def _name(
    heights: NDArray[np.uint8],
    highest_root: int,
    basin: NDArray[Any],
    shores: NDArray[np.uint8],
    labels: NDArray[np.int32],
) -> None:
    """Label the pixels of each basin below its shore, in the order of the first ones."""
    n_labels = 0
    height_at, label_at = heights.ravel(), labels.ravel()
    for at in range(height_at.size):
        if basin[at] == NOT_REACHED:
            continue
        root = root_of(basin, at)
        if height_at[root] > highest_root or height_at[at] >= shores[root]:
            continue
        if label_at[root] == 0:
            n_labels += 1
            label_at[root] = n_labels
        label_at[at] = label_at[root]


name = compiled(_name)


def seeds_of(
    heights: NDArray[np.uint8], *, depth: int, area_px: int, highest: int
) -> NDArray[np.int32]:
    """Return one labelled seed for each basin that is an object.

    Parameters
    ----------
    heights : uint8 ndarray of shape (rows, columns), C-contiguous
        0 is outside, 1 to 255 are heights.
    depth : int
        How far below the place where they meet both basins must reach to stay two.
    area_px : int
        How large both must be there.
    highest : int
        A basin whose lowest point is higher than this is no object.

    Returns
    -------
    int32 ndarray of shape (rows, columns)
        1, 2, ... in the order of their first pixel; 0 elsewhere.
    """
    index = index_type(heights.size)
    inside = np.flatnonzero(heights).astype(index)
    in_order = inside[np.argsort(heights.ravel()[inside], kind="stable")]
    basin = np.full(heights.size, NOT_REACHED, index)
    shores = np.full(heights.size, N_HEIGHTS - 1, np.uint8)
    join(heights, in_order, (depth, area_px, highest), basin, shores)
    labels = np.zeros(heights.shape, np.int32)
    name(heights, highest, basin, shores, labels)
    return labels


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
