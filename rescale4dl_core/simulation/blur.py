"""Where the light of every sample pixel goes: blurred, then gathered by larger pixels.

The blur is the discrete analogue of a Gaussian, exp(-t) I_n(t) with t = sigma² (Lindeberg,
IEEE PAMI 12:234, 1990): never negative, its sum is 1, its variance is sigma² however
narrow it is, and two of them in a row are one with the sum of their variances. Beyond the
border the sample is mirrored. A larger pixel takes of each sample pixel the share of its
area that it spans.

The share of a pixel's light that arrives at another one is also the probability that one of
its photoelectrons would have arrived there. Electrons that are sent out one by one, by
chance, arrive as independent Poisson numbers if they set out as such: blurring and summing
an image would blur its noise as well, and adding shot noise to it would count it twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse, special

from rescale4dl_core.rescaling.area import Overlaps
from rescale4dl_core.rescaling.grid import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.progress import Progress
    from rescale4dl_core.quantities import RescaleFactor


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Share of each old pixel's light in each new one, along both axes."""

    rows: Any
    """Sparse matrix of shape (new rows, old rows)."""

    columns: Any
    """Sparse matrix of shape (new columns, old columns)."""

    @classmethod
    def of(
        cls, shape_px: tuple[int, int], sigma_px: float, factor: RescaleFactor
    ) -> Spread:
        """Return the spread over an image of `shape_px`.

        Raises
        ------
        QuantityError
            If the image is too small for one new pixel.
        """
        new_shape = Grid(shape_px, factor).shape
        rows, columns = (
            _gathering(n_old, n_new, factor) @ _blurring(n_old, sigma_px)
            for n_old, n_new in zip(shape_px, new_shape, strict=True)
        )
        return cls(sparse.csr_array(rows), sparse.csr_array(columns))

    @property
    def carried_share(self) -> float:
        """Variance of summed noise / that of Poisson noise of the same sum.

        1 where whole pixels are summed, little where a wide blur averages.
        """
        shares = [(axis.multiply(axis).sum() / axis.sum()) for axis in self._axes]
        return float(math.prod(shares))

    def sums(self, light: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the light that arrives: (new rows, new columns, ...)."""
        for axis, matrix in enumerate(self._axes):
            light = _along(matrix, light, axis)
        return light

    def sums_of_squares(self, variance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the variance of `sums` where that of each old pixel is given."""
        for axis, matrix in enumerate(self._axes):
            variance = _along(matrix.multiply(matrix).tocsr(), variance, axis)
        return variance

    def scattered(
        self,
        electrons: NDArray[np.int64],
        kept: float,
        rng: np.random.Generator,
        progress: Progress,
    ) -> NDArray[np.int64]:
        """Send out each electron by chance; `kept` is the probability that it is used.

        Parameters
        ----------
        electrons : ndarray of int, 0 or more, shape (rows, columns) or (rows, columns, 3)
            Photoelectrons of the sample.
        kept : float
            Between 0 and 1.
        rng : numpy.random.Generator
            Source of chance.
        progress : Progress
            Called for every few rows and columns; what it raises stops the work.
        """
        for axis, matrix in enumerate(self._axes):
            arriving = matrix.tocsc() * (kept if axis == 0 else 1.0)
            electrons = _scattered_along(arriving, electrons, axis, rng, progress)
        return electrons

    @property
    def _axes(self) -> tuple[Any, Any]:
        return self.rows, self.columns


def _blurring(n_px: int, sigma_px: float) -> Any:
    """Return the matrix of the discrete Gaussian, mirrored at both ends."""
    reach = math.ceil(5 * sigma_px) + 3 if sigma_px > 0 else 0
    offsets = np.arange(-reach, reach + 1)
    weights = special.ive(np.abs(offsets), sigma_px**2)
    weights /= weights.sum()
    source = np.repeat(np.arange(n_px), len(offsets))
    target = (np.arange(n_px)[:, None] + offsets).ravel() % (2 * n_px)
    target = np.minimum(target, 2 * n_px - 1 - target)
    values = np.tile(weights, n_px)
    return sparse.coo_array((values, (target, source)), shape=(n_px, n_px)).tocsr()


def _gathering(n_old: int, n_new: int, factor: RescaleFactor) -> Any:
    """Return the matrix of the shares of old pixels that new ones span."""
    overlaps = Overlaps.of(n_new, factor.ratio)
    n_spanned = len(overlaps.length_px)
    old = np.minimum(overlaps.first + np.arange(n_spanned)[:, None], n_old - 1)
    new = np.broadcast_to(np.arange(n_new), old.shape)
    matrix = sparse.coo_array(
        (overlaps.length_px.ravel(), (new.ravel(), old.ravel())), shape=(n_new, n_old)
    ).tocsr()
    matrix.eliminate_zeros()
    return matrix


def _along(matrix: Any, values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    moved = np.moveaxis(values, axis, 0)
    flat = matrix @ moved.reshape(len(moved), -1)
    return np.moveaxis(flat.reshape(-1, *moved.shape[1:]), 0, axis)


def _scattered_along(
    arriving: Any,
    electrons: NDArray[np.int64],
    axis: int,
    rng: np.random.Generator,
    progress: Progress,
) -> NDArray[np.int64]:
    moved = np.moveaxis(electrons, axis, 0)
    flat = moved.reshape(len(moved), -1)
    out = np.zeros((arriving.shape[0], flat.shape[1]), np.int64)
    for old, line in enumerate(flat):
        if old % 32 == 0:
            progress(0.3 + 0.25 * (axis + old / len(flat)), "Collecting photoelectrons")
        here = slice(arriving.indptr[old], arriving.indptr[old + 1])
        shares = arriving.data[here]
        lost = max(0.0, 1.0 - float(shares.sum()))
        chances = np.append(shares, lost)
        arrived = rng.multinomial(line, chances / chances.sum())
        out[arriving.indices[here]] += arrived[:, :-1].T
    return np.moveaxis(out.reshape(-1, *moved.shape[1:]), 0, axis)
