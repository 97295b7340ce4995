"""Labels on another grid: each new pixel takes the label at its centre, none is invented.

Where the centre of a new pixel falls on the edge between two old ones (at every even
factor), always taking the same side would shift all objects by half an old pixel against
the image. The side alternates over rows and columns instead, so that the corners around a
centre are taken equally often and the shift averages out. It alternates symmetrically
about the centre of the image: mirroring the labels before rescaling or after it is the
same wherever whole new pixels, an even number of them, fill the image. The measurements
are in docs/decisions/0004-label-registration.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from rescale4dl_core.rescaling.grid import Grid


@dataclass(frozen=True, slots=True)
class Centres:
    """The old pixels nearest to the centres of the new ones, along one axis.

    Examples
    --------
    >>> from fractions import Fraction
    >>> centres = Centres.of(4, Fraction(2))
    >>> centres.outer, centres.inner
    (array([0, 2, 5, 7]), array([1, 3, 4, 6]))
    >>> Centres.of(3, Fraction(3)).has_ties
    False
    """

    outer: NDArray[np.intp]
    """The nearest old pixel; of two as near, the one towards the border of the image."""

    inner: NDArray[np.intp]
    """The nearest old pixel; of two as near, the one towards the centre of the image."""

    @classmethod
    def of(cls, n_new: int, ratio: Fraction) -> Centres:
        """Lay `n_new` pixels of size `ratio` over pixels of size 1, from the same edge."""
        numerator, denominator = ratio.as_integer_ratio()
        doubled = [(2 * k + 1) * numerator for k in range(n_new)]
        after = np.array([at // (2 * denominator) for at in doubled], np.intp)
        before = np.array(
            [(centre - 1) // (2 * denominator) for centre in doubled], np.intp
        )
        starts = np.arange(n_new) < n_new / 2
        return cls(np.where(starts, before, after), np.where(starts, after, before))

    @property
    def has_ties(self) -> bool:
        """Whether any centre lies on the edge between two old pixels."""
        return bool((self.outer != self.inner).any())

    def at_distance(self, parity: int) -> NDArray[np.intp]:
        """Return the new pixels at an even (0) or odd (1) distance from the border."""
        n = len(self.outer)
        position = np.arange(n)
        return np.flatnonzero(np.minimum(position, n - 1 - position) % 2 == parity)


def nearest_labels(pixels: NDArray[Any], grid: Grid) -> NDArray[Any]:
    """Return a label image on `grid`, registered to the image on the same grid.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns)
        Label image.
    grid : Grid
        The new grid, coarser or finer.

    Returns
    -------
    ndarray of shape `grid.shape`, same dtype
    """
    ratio = grid.factor.ratio
    if ratio.numerator == 1:
        times = ratio.denominator
        return np.repeat(np.repeat(pixels, times, axis=0), times, axis=1)
    rows, columns = (Centres.of(n_new, ratio) for n_new in grid.shape)
    if not (rows.has_ties or columns.has_ties):
        return pixels[np.ix_(rows.outer, columns.outer)]
    out = np.empty(grid.shape, pixels.dtype)
    for row in (0, 1):
        for column in (0, 1):
            old_rows = rows.inner if (row + column) % 2 else rows.outer
            old_columns = columns.inner if row else columns.outer
            new_rows, new_columns = rows.at_distance(row), columns.at_distance(column)
            taken = pixels[np.ix_(old_rows[new_rows], old_columns[new_columns])]
            out[np.ix_(new_rows, new_columns)] = taken
    return out
