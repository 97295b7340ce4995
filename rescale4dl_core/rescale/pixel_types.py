"""Which number type holds a sum or a mean of pixels, and how a value is put into it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import ImageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
