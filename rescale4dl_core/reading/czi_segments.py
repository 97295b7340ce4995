"""The containers of a CZI file: header, metadata, and the list of its sub-blocks.

Field order and sizes follow Zeiss, "ZEISS CZI file format" (ZISRAW), design
specification 1.2.2. Every number is little-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.etree import ElementTree

from rescale4dl_core.errors import ReadingError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEGMENT_HEADER = struct.Struct("<16sqq")
_FILE_HEADER = struct.Struct("<8x8x16x16siqqiq")
_METADATA_SIZES = struct.Struct("<ii")
_METADATA_HEADER_BYTES = 256
_ENTRY = struct.Struct("<2siqiib5xi")
_DIMENSION = struct.Struct("<4siifi")
_SUB_BLOCK_SIZES = struct.Struct("<iiq")
_SUB_BLOCK_HEADER_BYTES = 256
_DIRECTORY_HEADER = struct.Struct("<i124x")
_MOST_DIMENSIONS = 32
_BROKEN_HEADER_ERRORS = (
    struct.error,
    UnicodeDecodeError,
    ElementTree.ParseError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class SubBlock:
    """One rectangle of pixels: where it is in the file and where in the image."""

    file_position: int
    pixel_type: int
    compression: int
    start: dict[str, int]
    """First index along each dimension, keyed by its letter (X, Y, C, Z, T, S, M, ...)."""

    size: dict[str, int]
    """Extent in the image along each dimension."""

    stored_size: dict[str, int]
    """Extent as stored; smaller than `size` in the levels of a pyramid."""

    @property
    def is_full_resolution(self) -> bool:
        """Whether the pixels are stored one by one and not averaged for a pyramid."""
        return all(self.stored_size[axis] == self.size[axis] for axis in "XY")


@dataclass(frozen=True, slots=True)
class CziHeader:
    """What a CZI file says before any pixel is read."""

    metadata: ElementTree.Element
    sub_blocks: tuple[SubBlock, ...]


def read_header(file: BinaryIO, name: str) -> CziHeader:
    """Read the metadata and the list of sub-blocks.

    Raises
    ------
    ReadingError
        If a segment is missing or broken, or if the file is one part of several.
    """
    try:
        return _header(file, name)
    except _BROKEN_HEADER_ERRORS as error:
        raise _broken(name) from error


def read_payload(file: BinaryIO, block: SubBlock, name: str) -> bytes:
    """Return the stored, still compressed bytes of a sub-block.

    Raises
    ------
    ReadingError
        If the file ends before them.
    """
    try:
        start = _find_segment(file, block.file_position, b"ZISRAWSUBBLOCK", name)
        file.seek(start)
        metadata_bytes, _, data_bytes = _unpack(_SUB_BLOCK_SIZES, file)
        entry_bytes = _ENTRY.size + _DIMENSION.size * len(block.start)
        header_bytes = max(_SUB_BLOCK_HEADER_BYTES, _SUB_BLOCK_SIZES.size + entry_bytes)
        file.seek(start + header_bytes + metadata_bytes)
        return _exactly(file, data_bytes)
    except (struct.error, OverflowError) as error:
        raise _broken(name) from error


def _header(file: BinaryIO, name: str) -> CziHeader:
    start = _find_segment(file, 0, b"ZISRAWFILE", name)
    file.seek(start)
    _, file_part, directory, metadata, _, _ = _unpack(_FILE_HEADER, file)
    if file_part:
        raise ReadingError(
            f"{name}: this is part {file_part} of a CZI that is spread over several files. "
            "Save it as one file in ZEN."
        )
    return CziHeader(_metadata(file, metadata, name), tuple(_blocks(file, directory, name)))


def _metadata(file: BinaryIO, position: int, name: str) -> ElementTree.Element:
    start = _find_segment(file, position, b"ZISRAWMETADATA", name)
    file.seek(start)
    xml_bytes, _ = _unpack(_METADATA_SIZES, file)
    file.seek(start + _METADATA_HEADER_BYTES)
    return ElementTree.fromstring(_exactly(file, xml_bytes).decode("utf-8-sig"))


def _blocks(file: BinaryIO, position: int, name: str) -> Iterator[SubBlock]:
    file.seek(_find_segment(file, position, b"ZISRAWDIRECTORY", name))
    (n_blocks,) = _unpack(_DIRECTORY_HEADER, file)
    for _ in range(n_blocks):
        schema, pixel_type, at, _, compression, _, n_dimensions = _unpack(_ENTRY, file)
        if schema != b"DV" or not 0 < n_dimensions <= _MOST_DIMENSIONS:
            raise _broken(name)
        rows = [_unpack(_DIMENSION, file) for _ in range(n_dimensions)]
        letters = [row[0].rstrip(b"\0").decode("ascii") for row in rows]
        size = {letter: row[2] for letter, row in zip(letters, rows, strict=True)}
        stored = {
            letter: row[4] or row[2] for letter, row in zip(letters, rows, strict=True)
        }
        if not {"X", "Y"} <= size.keys() or min(*size.values(), *stored.values()) < 1:
            raise _broken(name)
        begin = {letter: row[1] for letter, row in zip(letters, rows, strict=True)}
        yield SubBlock(at, pixel_type, compression, begin, size, stored)


def _find_segment(file: BinaryIO, position: int, wanted: bytes, name: str) -> int:
    """Return where the content of the segment at `position` begins."""
    if position < 0:
        raise _broken(name)
    file.seek(position)
    identity, _, _ = _unpack(_SEGMENT_HEADER, file)
    if identity.rstrip(b"\0") != wanted:
        raise _broken(name)
    return position + _SEGMENT_HEADER.size


def _unpack(layout: struct.Struct, file: BinaryIO) -> tuple[Any, ...]:
    return layout.unpack(file.read(layout.size))


def _exactly(file: BinaryIO, n_bytes: int) -> bytes:
    """Return the next `n_bytes`, which a broken header may put at more than there are."""
    here = file.tell()
    end = file.seek(0, 2)
    if not 0 <= n_bytes <= end - here:
        raise struct.error("the file ends before its data")
    file.seek(here)
    return file.read(n_bytes)


def _broken(name: str) -> ReadingError:
    return ReadingError(
        f"{name}: the CZI file is damaged or was cut short. Copy it again from the "
        "microscope, or open it in ZEN and save it anew."
    )
