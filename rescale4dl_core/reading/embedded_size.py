"""How large a JPEG or JPEG 2000 stream inside another file says it is.

The decoders believe the stream and not the file around it, so that a few hundred bytes
could ask for gigabytes.
"""

from __future__ import annotations

import struct

from rescale4dl_core.errors import ReadingError

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
