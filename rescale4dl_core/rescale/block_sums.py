"""Sums, means and rounded means over square blocks of pixels, compiled by numba.

Importing this module imports numba; `rescale.binning` does so for large images only. Each
function fills one band of rows and releases the interpreter lock. The side of the block is
passed as a tuple of that length: its length is part of its type, so that the compiler
unrolls the loops over the block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile when first called, and keep the result on disk where that is possible."""
    try:
        compiled: Callable[..., Any] = njit(nogil=True, cache=True)(function)
    except RuntimeError:
        compiled = njit(nogil=True)(function)
    return compiled


def _block_sum(
    band: NDArray[Any], side: tuple[int, ...], zero: Any, row: int, column: int
) -> Any:
    total = zero
    for j in range(len(side)):
        of_column = zero
        for i in range(len(side)):
            of_column += band[row * len(side) + i, column * len(side) + j]
        total += of_column
    return total


_compiled_sum = _compiled(_block_sum)


def _sums(band: NDArray[Any], side: tuple[int, ...], zero: Any, out: NDArray[Any]) -> None:
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            out[row, column] = _compiled_sum(band, side, zero, row, column)


def _means(band: NDArray[Any], side: tuple[int, ...], zero: Any, out: NDArray[Any]) -> None:
    n = len(side) * len(side)
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            out[row, column] = _compiled_sum(band, side, zero, row, column) / n


def _rounded_means(
    band: NDArray[Any], side: tuple[int, ...], zero: Any, out: NDArray[Any]
) -> None:
    n = len(side) * len(side)
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            mean = _compiled_sum(band, side, zero, row, column) / n
            out[row, column] = np.rint(mean)


sums = _compiled(_sums)
means = _compiled(_means)
rounded_means = _compiled(_rounded_means)
