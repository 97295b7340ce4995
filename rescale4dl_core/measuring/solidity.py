"""Solidity of each object: its area over that of its convex hull, both in pixels.

The hull is the digital one: all pixels whose centres lie in the convex hull of the
object's pixel centres. It makes a disc, a rod at any angle and a single pixel exactly or
very nearly 1 at every size; the hull of the pixel corners would put a disc of 6 px at 0.86.
It is what scikit-image calls ``convex_hull_image(offset_coordinates=False)``; the solidity
of ``regionprops`` widens the hull by half a pixel first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.measuring.runs import ObjectRuns


def hull_area_px(runs: ObjectRuns) -> NDArray[np.int64]:
    """Return how many pixels the digital convex hull of each object holds.

    The hull is a polygon with corners on the grid, so by Pick's theorem it covers
    A + B/2 + 1 grid points, with A its area and B the number of grid points on its edge.
    """
    if not runs.n_objects:
        return np.zeros(0, np.int64)
    opens = np.ones(len(runs.row), np.bool_)
    opens[1:] = (np.diff(runs.row) != 0) | (np.diff(runs.owner) != 0)
    closes = np.append(opens[1:], True)
    left = _hull_chain(runs.owner[opens], runs.row[opens], runs.start[opens])
    right = _hull_chain(runs.owner[closes], runs.row[closes], 1 - runs.stop[closes])

    top = -right.column[right.first] - left.column[left.first]
    bottom = -right.column[right.last] - left.column[left.last]
    twice_area = -right.twice_area() - left.twice_area()
    edge_points = left.edge_points() + right.edge_points() + top + bottom
    hull: NDArray[np.int64] = (twice_area + edge_points) // 2 + 1
    return hull


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """One side of each hull, from the top row of the object to the bottom row."""

    owner: NDArray[np.intp]
    row: NDArray[np.int64]
    column: NDArray[np.int64]

    @property
    def first(self) -> NDArray[np.intp]:
        return np.flatnonzero(np.diff(self.owner, prepend=-1))

    @property
    def last(self) -> NDArray[np.intp]:
        return np.append(self.first[1:], len(self.owner)) - 1

    def twice_area(self) -> NDArray[np.int64]:
        """Return twice the area between the chain and column 0, with its sign."""
        return self._total(np.diff(self.row) * (self.column[1:] + self.column[:-1]))

    def edge_points(self) -> NDArray[np.int64]:
        """Return how many grid points lie on the chain, its first one not counted."""
        return self._total(np.gcd(np.diff(self.row), np.diff(self.column)))

    def _total(self, per_edge: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the sum over the edges of each object."""
        within = np.diff(self.owner) == 0
        sums: NDArray[np.int64] = np.add.reduceat(
            np.append(np.where(within, per_edge, 0), 0), self.first
        )
        return sums


def _hull_chain(
    owner: NDArray[np.intp], row: NDArray[np.int64], column: NDArray[np.int64]
) -> _Chain:
    """Return the corners of the convex hull on the side of small columns.

    A point on or beyond the line between two other points of its object is no corner, so
    all such points can be dropped at once, for all objects, until none is left.
    """
    while True:
        inner = owner[2:] == owner[:-2]
        drop = inner & (
            (column[1:-1] - column[:-2]) * (row[2:] - row[:-2])
            >= (column[2:] - column[:-2]) * (row[1:-1] - row[:-2])
        )
        if not drop.any():
            return _Chain(owner, row, column)
        keep = np.ones(len(owner), np.bool_)
        keep[1:-1] = ~drop
        owner, row, column = owner[keep], row[keep], column[keep]
