"""What every file format offers once its header is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rescale4dl_core.images import ImageInfo

IN_PLANE = "YXS"
"""Axes that belong to one plane: rows, columns, RGB samples."""


@dataclass(frozen=True, slots=True)
class OpenedImage:
    """One scene of an open file: its header, and a way to decode one of its planes."""

    info: ImageInfo

    decode: Callable[[tuple[int, ...]], NDArray[Any]]
    """From one index per axis that is not Y, X or S, in the order of `info.axes`, to an
    array of shape (rows, columns) or (rows, columns, samples)."""

    decoded_bytes: int
    """Memory that decoding one plane takes, told by the header alone."""

    palette: NDArray[Any] | None = None
    """Colour table of shape (n, 3) where the pixels are indices into it."""
