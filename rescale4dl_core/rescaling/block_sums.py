"""Sums, means and rounded means over square blocks of pixels, compiled by numba.

Importing this module imports numba; `rescale.binning` does so for large images only. Each
function fills one band of rows and releases the interpreter lock. The side of the block is
passed as a tuple of that length: its length is part of its type, so that the compiler
unrolls the loops over the block. `of_columns` is room for one row of partial sums, in the
type in which they are exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _sums_of_columns(
    band: NDArray[Any], side: tuple[int, ...], row: int, of_columns: NDArray[Any]
) -> None:
    for column in range(len(of_columns)):
        total = of_columns.dtype.type(0)
        for i in range(len(side)):
            total += band[row * len(side) + i, column]
        of_columns[column] = total


def _sum_of_block(of_columns: NDArray[Any], side: tuple[int, ...], column: int) -> Any:
    total = of_columns.dtype.type(0)
    for j in range(len(side)):
        total += of_columns[column * len(side) + j]
    return total


add_rows = compiled(_sums_of_columns)
add_columns = compiled(_sum_of_block)


def _sums(
    band: NDArray[Any], side: tuple[int, ...], of_columns: NDArray[Any], out: NDArray[Any]
) -> None:
    for row in range(out.shape[0]):
        add_rows(band, side, row, of_columns)
        for column in range(out.shape[1]):
            out[row, column] = add_columns(of_columns, side, column)


def _means(
    band: NDArray[Any], side: tuple[int, ...], of_columns: NDArray[Any], out: NDArray[Any]
) -> None:
    n = len(side) * len(side)
    for row in range(out.shape[0]):
        add_rows(band, side, row, of_columns)
        for column in range(out.shape[1]):
            out[row, column] = add_columns(of_columns, side, column) / n


def _rounded_means(
    band: NDArray[Any], side: tuple[int, ...], of_columns: NDArray[Any], out: NDArray[Any]
) -> None:
    n = len(side) * len(side)
    for row in range(out.shape[0]):
        add_rows(band, side, row, of_columns)
        for column in range(out.shape[1]):
            out[row, column] = np.rint(add_columns(of_columns, side, column) / n)


sums = compiled(_sums)
means = compiled(_means)
rounded_means = compiled(_rounded_means)
