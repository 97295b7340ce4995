"""Looks at the compressed chunks of a Zarr array before they are decoded.

The decompressors make room for whatever a chunk inflates to, so that a small file could
fill the memory. Chunks inside shards are not looked at.
"""

from __future__ import annotations

import itertools
import math
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescale4dl_core.errors import ReadingError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANY_ZLIB_HEADER = 47
"""`wbits` of zlib for streams with a zlib or a gzip header."""

_WIDEST_FILTER = 8
"""A filter may store each byte of the array as up to eight."""

_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_SIZE_BYTES = (0, 2, 4, 8)
_HEADER_BYTES = 32


def require_bounded_chunks(array: Any, index: tuple[int | slice, ...], name: str) -> None:
    """Raise `ReadingError` where a chunk would inflate to more than its place holds.

    Parameters
    ----------
    array : zarr.Array
        Opened from a folder.
    index : tuple
        What is going to be read: a number or `slice(None)` for each axis.
    name : str
        Name of the folder; it opens the message.
    """
    if array.shards is not None:
        return
    room_bytes = math.prod(array.chunks) * int(array.dtype.itemsize)
    most_bytes = _WIDEST_FILTER * room_bytes
    codec = "".join(type(codec).__name__.lower() for codec in array.compressors)
    for chunk in _chunk_files(array, index):
        if _inflated_bytes(chunk, codec, most_bytes) > most_bytes:
            raise ReadingError(
                f"{name}: a chunk of the Zarr array inflates to more than {most_bytes:,} "
                f"bytes and has room for {room_bytes:,}; the file is damaged. Export it "
                "again."
            )


def _chunk_files(array: Any, index: tuple[int | slice, ...]) -> Iterator[Path]:
    folder = Path(array.store.root) / array.path
    ranges = [
        range(n_chunks) if isinstance(at, slice) else (at // chunk,)
        for at, chunk, n_chunks in zip(index, array.chunks, array.cdata_shape, strict=True)
    ]
    for coordinates in itertools.product(*ranges):
        path = folder / array.metadata.encode_chunk_key(coordinates)
        if path.is_file():
            yield path


def _inflated_bytes(path: Path, codec: str, most_bytes: int) -> int:
    """Return what a chunk inflates to, or some number above `most_bytes`."""
    if "gzip" in codec or "zlib" in codec:
        stream = zlib.decompressobj(_ANY_ZLIB_HEADER)
        return len(stream.decompress(path.read_bytes(), most_bytes + 1))
    with path.open("rb") as file:
        start = file.read(_HEADER_BYTES)
    if "zstd" in codec:
        return _zstd_bytes(start)
    if "blosc" in codec and len(start) >= 8:
        return int(struct.unpack_from("<I", start, 4)[0])
    if "lz4" in codec and len(start) >= 4:
        return int(struct.unpack_from("<I", start)[0])
    return 0


def _zstd_bytes(start: bytes) -> int:
    """Return the content size in a frame header (RFC 8878, section 3.1.1.1), else 0."""
    if not start.startswith(_ZSTD_MAGIC) or len(start) < 14:
        return 0
    descriptor = start[4]
    is_single_segment = bool(descriptor & 0x20)
    n_bytes = _ZSTD_SIZE_BYTES[descriptor >> 6] or int(is_single_segment)
    position = 5 + (not is_single_segment) + (0, 1, 2, 4)[descriptor & 3]
    size = int.from_bytes(start[position : position + n_bytes], "little")
    return size + 256 if n_bytes == 2 else size
