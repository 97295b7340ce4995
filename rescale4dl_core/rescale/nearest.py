"""Labels on another grid: each new pixel takes the label at its centre, none is invented.

Where the centre of a new pixel falls on the edge between two old ones (every even factor),
always taking the same side would shift all objects by half an old pixel against the
image. The side alternates from pixel to pixel instead, over rows and columns, so that the
four corners around a centre are taken equally often and the shift averages out
(docs/decisions/0004-label-registration.md has the measurements).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from rescale4dl_core.rescale.grid import Grid


@dataclass(frozen=True, slots=True)
class Centres:
    """The old pixels nearest to the centres of the new ones, along one axis.

    Examples
    --------
    >>> from fractions import Fraction
    >>> centres = Centres.of(3, Fraction(2))
    >>> centres.before, centres.after
    (array([0, 2, 4]), array([1, 3, 5]))
    >>> Centres.of(3, Fraction(3)).has_ties
    False
    """

    before: NDArray[np.intp]
    """The nearest old pixel; where two are as near, the one on the left or above."""

    after: NDArray[np.intp]
    """The same; where two are as near, the one on the right or below."""

    @classmethod
    def of(cls, n_new: int, ratio: Fraction) -> Centres:
        """Lay `n_new` pixels of size `ratio` over pixels of size 1, from the same edge."""
        numerator, denominator = ratio.as_integer_ratio()
        doubled = [(2 * k + 1) * numerator for k in range(n_new)]
        after = [centre // (2 * denominator) for centre in doubled]
        before = [(centre - 1) // (2 * denominator) for centre in doubled]
        return cls(np.array(before, np.intp), np.array(after, np.intp))

    @property
    def has_ties(self) -> bool:
        """Whether any centre lies on the edge between two old pixels."""
        return bool((self.before != self.after).any())


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
    n_rows, n_columns = grid.shape
    if ratio.numerator == 1:
        times = ratio.denominator
        return np.repeat(np.repeat(pixels, times, axis=0), times, axis=1)
    rows, columns = Centres.of(n_rows, ratio), Centres.of(n_columns, ratio)
    if not (rows.has_ties or columns.has_ties):
        return pixels[np.ix_(rows.after, columns.after)]
    out = np.empty((n_rows, n_columns), pixels.dtype)
    for row in (0, 1):
        for column in (0, 1):
            old_rows = rows.after if (row + column) % 2 else rows.before
            old_columns = columns.after if row else columns.before
            out[row::2, column::2] = pixels[
                np.ix_(old_rows[row::2], old_columns[column::2])
            ]
    return out
