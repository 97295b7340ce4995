"""Limits on what is decoded without asking, and on what a header may claim."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from rescale4dl_core.errors import ReadingError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Sequence


MOST_PLANES = 1_000_000
"""A header that lists more planes is not believed."""

LIMIT_BYTES = 2_000_000_000
"""2 GB: what a laptop with 8 GB can hold beside a browser."""


def require_moderate_size(
    name: str, shape_px: tuple[int, int], decoded_bytes: int, *, allow_large: bool
) -> None:
    """Raise `TooLargeError` before an array of more than 2 GB is decoded unasked."""
    if allow_large or decoded_bytes <= LIMIT_BYTES:
        return
    rows, columns = shape_px
    raise TooLargeError(
        f"{name}: one plane is {rows:,} x {columns:,} px and decoding it takes "
        f"{decoded_bytes / 1e9:,.1f} GB; without asking, {LIMIT_BYTES / 1e9:.0f} GB is the "
        "limit. Export a part of it (a crop, or a lower level of the pyramid), or allow "
        "large images (--allow-large)."
    )


def require_believable_planes(name: str, lengths: Sequence[int]) -> None:
    """Raise `ReadingError` where the axes besides rows and columns hold no sane number.

    Called before anything is allocated for each plane, so that a broken header cannot
    ask for more memory than there is.
    """
    n_planes = math.prod(lengths)
    if not 0 < n_planes <= MOST_PLANES:
        raise ReadingError(
            f"{name}: the header lists {n_planes:,} planes, which no file holds; it is "
            "damaged. Copy or export the image again."
        )


HEADER_BYTES = 4096
"""How much of a stream is looked at; its size comes among the first segments."""

_JPEG_START = b"\xff\xd8"
_JPEG_2000_SIZE = b"\xff\x4f\xff\x51"
_FRAME_MARKERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""SOF0 to SOF15 without the tables that share the range (ITU-T T.81, table B.1)."""

_PADDING_FACTOR = 2
_SMALL_PX = 1_000_000


def stated_px(start: bytes) -> int | None:
    r"""Return rows times columns that a stream states, None where it is no JPEG.

    >>> stated_px(b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x40\x00\x30")
    3072
    """
    if start.startswith(_JPEG_START):
        return _jpeg_px(start)
    position = start.find(_JPEG_2000_SIZE)
    if position < 0 or len(start) < position + 16:
        return None
    columns, rows = struct.unpack_from(">II", start, position + 8)
    return int(columns) * int(rows)


def require_stated_size(name: str, start: bytes, expected_px: int) -> None:
    """Raise `ReadingError` where a stream states far more pixels than its place has."""
    stated = stated_px(start)
    if stated is not None and stated > max(_PADDING_FACTOR * expected_px, _SMALL_PX):
        raise ReadingError(
            f"{name}: a part of {expected_px:,} pixels holds a stream of {stated:,}; the "
            "file is damaged. Copy or export it again."
        )


def _jpeg_px(start: bytes) -> int | None:
    position = len(_JPEG_START)
    while position + 9 <= len(start) and start[position] == 0xFF:
        marker = start[position + 1]
        if marker in _FRAME_MARKERS:
            rows, columns = struct.unpack_from(">HH", start, position + 5)
            return int(rows) * int(columns)
        position += 2 + int(struct.unpack_from(">H", start, position + 2)[0])
    return None
