"""Exact Euclidean distance to the background, at a few pixels of a binary image.

A distance transform of the whole image computes far more than the skeleton needs. Here the
distance along the row is laid out once; from each pixel asked for, the rows above and below
are then searched until they are further away than the nearest background found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
