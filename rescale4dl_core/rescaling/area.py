"""Coarser pixels by any factor: the exact area-weighted mean of the pixels they span."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.rescaling.binning import Binning
from rescale4dl_core.rescaling.pixel_types import (
    as_pixels,
    for_each,
    row_bands,
    type_of_sums,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from rescale4dl_core.rescaling.grid import Grid


@dataclass(frozen=True, slots=True)
class Overlaps:
    """How much of each old pixel each new pixel spans, along one axis.

    Examples
    --------
    >>> from fractions import Fraction
    >>> overlaps = Overlaps.of(2, Fraction(5, 2))
    >>> overlaps.first, overlaps.length_px.tolist()
    (array([0, 2]), [[1.0, 0.5], [1.0, 1.0], [0.5, 1.0], [0.0, 0.0]])
    """

    first: NDArray[np.intp]
    """First old pixel that each new one touches."""

    length_px: NDArray[np.float64]
    """Length of overlap with it and with the following ones: (number spanned, new)."""

    @classmethod
    def of(cls, n_new: int, ratio: Fraction) -> Overlaps:
        """Lay `n_new` pixels of size `ratio` over pixels of size 1, from the same edge."""
        numerator, denominator = ratio.as_integer_ratio()
        first = [k * numerator // denominator for k in range(n_new)]
        lengths = np.empty((math.ceil(ratio) + 1, n_new))
        edges = [k * numerator / denominator for k in range(n_new + 1)]
        start, stop = np.array(edges[:-1]), np.array(edges[1:])
        for i in range(len(lengths)):
            pixel = np.array(first) + i
            lengths[i] = np.minimum(pixel + 1, stop) - np.maximum(pixel, start)
        return cls(np.array(first, np.intp), np.maximum(lengths, 0.0))

    def total(self, pixels: NDArray[Any], axis: int) -> NDArray[np.float64]:
        """Return the sum along `axis` of the old pixels, weighted by their overlap."""
        old = np.moveaxis(pixels, axis, 0)
        last = len(old) - 1
        shape = (-1,) + (1,) * (old.ndim - 1)
        totals = np.zeros((len(self.first), *old.shape[1:]))
        for i, length in enumerate(self.length_px):
            taken = old[np.minimum(self.first + i, last)]
            totals += taken * length.reshape(shape)
        return np.moveaxis(totals, 0, axis)

    def band(self, band: slice) -> tuple[slice, Overlaps]:
        """Return the old pixels that the new ones of `band` touch, and their overlaps."""
        first = self.first[band]
        start = int(first[0])
        stop = int(first[-1]) + len(self.length_px)
        return slice(start, stop), Overlaps(first - start, self.length_px[:, band])


def area_average(
    pixels: NDArray[Any],
    grid: Grid,
    *,
    binning: Binning = Binning.MEAN,
    progress: Progress = silent,
) -> NDArray[Any]:
    """Return `pixels` on the coarser `grid`, each new pixel averaging the area it spans.

    For a whole factor the result is that of binning.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        Any integer or floating-point dtype.
    grid : Grid
        The new grid, 1x or coarser.
    binning : Binning
        MEAN weighs by area and keeps the dtype, integers rounded half to even. SUM gives
        that mean times the area, what one larger detector would have collected, in the
        dtype of `type_of_sums`.
    progress : Progress
        Called after every band of rows.

    Returns
    -------
    ndarray of shape `grid.shape` and the RGB axis where there is one
    """
    ratio = grid.factor.ratio
    n_rows, n_columns = grid.shape
    of_rows, of_columns = Overlaps.of(n_rows, ratio), Overlaps.of(n_columns, ratio)
    if binning is Binning.MEAN:
        area_px, dtype = float(ratio * ratio), pixels.dtype
    else:
        area_px, dtype = 1.0, type_of_sums(pixels, math.ceil(ratio * ratio))
    out = np.empty((n_rows, n_columns, *pixels.shape[2:]), dtype)

    def fill_band(band: slice) -> None:
        old_rows, overlaps = of_rows.band(band)
        totals = of_columns.total(overlaps.total(pixels[old_rows], axis=0), axis=1)
        out[band] = as_pixels(totals / area_px, dtype)

    for_each(
        row_bands(n_rows, int(pixels[0].size * 8 * ratio)),
        fill_band,
        progress=progress,
        message=f"Averaging areas of {float(ratio):.6g} x {float(ratio):.6g} px",
    )
    return out
