"""Number types of sums and means of pixels, and work on them in bands of bounded memory."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from rescale4dl_core.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.progress import Progress


EXACT_LIMIT = 2**53
"""Integers up to here are exact in a 64-bit float."""


def type_of_sums(pixels: NDArray[Any], n_summed: int) -> np.dtype[Any]:
    """Return the smallest type of 16 bits or more that any `n_summed` pixels fit in.

    Floating-point pixels keep their type (16-bit ones become 32-bit).

    Raises
    ------
    ImageError
        If integer pixels are so large that a sum of them would not be exact.

    Examples
    --------
    >>> type_of_sums(np.zeros((4, 4), np.uint8), 4)
    dtype('uint16')
    >>> type_of_sums(np.zeros((4, 4), np.uint16), 4)
    dtype('uint32')
    """
    if pixels.dtype.kind == "f":
        return np.promote_types(pixels.dtype, np.float32)
    _require_exact(pixels, n_summed)
    largest = np.iinfo(pixels.dtype).max * n_summed
    for bits in (16, 32):
        dtype = np.dtype(f"{pixels.dtype.kind}{bits // 8}")
        if largest <= np.iinfo(dtype).max:
            return dtype
    return np.dtype(f"{pixels.dtype.kind}8")


def type_of_accumulator(pixels: NDArray[Any], n_summed: int) -> np.dtype[Any]:
    """Return a fast type in which any sum of `n_summed` pixels is exact.

    Sums of floating-point pixels are taken in 64 bits.
    """
    if pixels.dtype.kind == "f":
        return np.promote_types(pixels.dtype, np.float64)
    _require_exact(pixels, n_summed)
    if np.iinfo(pixels.dtype).max * n_summed <= np.iinfo(np.int32).max:
        return np.dtype(f"{pixels.dtype.kind}4")
    return np.dtype(f"{pixels.dtype.kind}8")


def as_pixels(values: NDArray[np.floating[Any]], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return `values` as `dtype`: integers are rounded half to even and clipped.

    Examples
    --------
    >>> as_pixels(np.array([-3.0, 0.5, 1.5, 300.0]), np.dtype(np.uint8))
    array([  0,   0,   2, 255], dtype=uint8)
    """
    if dtype.kind == "f":
        return values.astype(dtype, copy=False)
    info = np.iinfo(dtype)
    highest = float(info.max)
    if highest > info.max:
        highest = math.nextafter(highest, 0.0)
    rounded: NDArray[np.float64] = np.rint(values, dtype=np.float64)
    np.clip(rounded, float(info.min), highest, out=rounded)
    return rounded.astype(dtype)


def _require_exact(pixels: NDArray[Any], n_summed: int) -> None:
    info = np.iinfo(pixels.dtype)
    largest = max(int(info.max), -int(info.min))
    if largest * n_summed > EXACT_LIMIT:
        largest = max(int(pixels.max()), -int(pixels.min()))
    if largest * n_summed > EXACT_LIMIT:
        raise ImageError(
            f"Pixel values up to {largest} cannot be added up exactly over {n_summed} "
            f"pixels; the sum must stay below {EXACT_LIMIT}. Convert the image to 32-bit "
            "float, or choose a smaller factor."
        )


Piece = TypeVar("Piece")
BAND_BYTES = 4_000_000
"""Size of the part of the image that one thread works on: about a core's cache."""


def row_bands(n_rows: int, bytes_per_row: int) -> list[slice]:
    """Cut rows 0 to `n_rows` into bands of about `BAND_BYTES`.

    Parameters
    ----------
    n_rows : int
        Rows of the result.
    bytes_per_row : int
        Memory that one such row needs of the source; it sets the height of a band.
    """
    height = max(1, BAND_BYTES // bytes_per_row)
    return [slice(start, min(start + height, n_rows)) for start in range(0, n_rows, height)]


def for_each(
    pieces: Sequence[Piece],
    work: Callable[[Piece], None],
    *,
    progress: Progress,
    message: str,
) -> None:
    """Call `work` with every piece, in threads, and return when all is done.

    Parameters
    ----------
    pieces : sequence
        At least one.
    work : callable
        Computes one piece. It must release the interpreter lock to gain from threads, as
        numpy and compiled code do.
    progress : Progress
        Called in the caller's thread after every piece; what it raises stops the work.
    message : str
        What is being done.
    """
    progress(0.0, message)
    if len(pieces) == 1:
        work(pieces[0])
        progress(1.0, message)
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = [pool.submit(work, piece) for piece in pieces]
        try:
            for n_done, result in enumerate(results, start=1):
                result.result()
                progress(n_done / len(pieces), message)
        finally:
            for result in results:
                result.cancel()
