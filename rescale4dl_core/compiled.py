"""Loops over pixels, compiled by numba; importing this module imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile when first called, and keep the result on disk where that is possible."""
    try:
        result: Callable[..., Any] = njit(nogil=True, cache=True)(function)
    except RuntimeError:
        result = njit(nogil=True)(function)
    return result


def index_type(n_pixels: int) -> type[np.int32 | np.int64]:
    """Return the smallest type that counts so many pixels."""
    return np.int32 if n_pixels < np.iinfo(np.int32).max else np.int64
