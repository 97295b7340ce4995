"""Zeiss CZI: its segments, its compressed tiles, and one plane of a scene made of them.

Read by our own code, as the libraries that open CZI are GPL, LGPL or lack Zstd.
"""

from __future__ import annotations

import math
import struct
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.etree import ElementTree

import numpy as np

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.images import ImageInfo
from rescale4dl_core.reading.limits import (
    HEADER_BYTES,
    require_believable_planes,
    require_stated_size,
)
from rescale4dl_core.reading.opened import OpenedImage, channel_names, chosen_scene
from rescale4dl_core.reading.pixel_size import PixelSizeClaim, resolve_pixel_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray


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


PIXEL_TYPES: dict[int, tuple[str, int]] = {
    0: ("uint8", 1),
    1: ("uint16", 1),
    2: ("float32", 1),
    3: ("uint8", 3),
    4: ("uint16", 3),
    8: ("float32", 3),
    9: ("uint8", 4),
    12: ("int32", 1),
}
"""Dtype and number of samples (blue, green, red, alpha) of each pixel type."""

_UNCOMPRESSED, _JPEG, _LZW, _JPEG_XR, _ZSTD0, _ZSTD1 = 0, 1, 2, 4, 5, 6


def pixel_type(code: int, name: str) -> tuple[np.dtype[Any], int]:
    """Return dtype and number of samples of a pixel type.

    Raises
    ------
    ReadingError
        If the type is complex or unknown.
    """
    if code not in PIXEL_TYPES:
        raise ReadingError(
            f"{name}: its pixels are of CZI type {code}, which holds no grey or colour "
            "values. Export it from ZEN as 8-bit, 16-bit or 32-bit float."
        )
    dtype, n_samples = PIXEL_TYPES[code]
    return np.dtype(dtype), n_samples


def assemble(
    file: BinaryIO,
    blocks: Iterable[SubBlock],
    canvas: NDArray[Any],
    origin_px: tuple[int, int],
    name: str,
) -> None:
    """Paste the tiles of one plane into `canvas`, the later over the earlier.

    Parameters
    ----------
    file : binary file
        The open CZI file.
    blocks : iterable of SubBlock
        Full-resolution tiles of the plane, in the order of their mosaic index.
    canvas : ndarray of shape (rows, columns) or (rows, columns, samples)
        Changed in place.
    origin_px : tuple of int
        Row and column, in the coordinates of the blocks, of the canvas's first pixel.
    """
    for block in blocks:
        tile = _decoded(file, block, name)
        row = block.start["Y"] - origin_px[0]
        column = block.start["X"] - origin_px[1]
        if tile.ndim < canvas.ndim:
            tile = tile[..., np.newaxis]
        canvas[row : row + tile.shape[0], column : column + tile.shape[1]] = tile


def _decoded(file: BinaryIO, block: SubBlock, name: str) -> NDArray[Any]:
    dtype, n_samples = pixel_type(block.pixel_type, name)
    shape = (block.stored_size["Y"], block.stored_size["X"], n_samples)
    n_bytes = int(np.prod(shape)) * dtype.itemsize
    payload = read_payload(file, block, name)
    if block.compression in (_JPEG, _JPEG_XR):
        require_stated_size(name, payload[:HEADER_BYTES], shape[0] * shape[1])
        tile = _picture(payload, block.compression)
    else:
        raw = _uncompressed(payload, block.compression, n_bytes, name)
        if len(raw) < n_bytes:
            raise ReadingError(
                f"{name}: the file ends before its last pixels; it was cut short. Copy it "
                "again."
            )
        tile = np.frombuffer(raw[:n_bytes], dtype.newbyteorder("<")).reshape(shape)
        tile = tile[..., 2::-1] if n_samples >= 3 else tile
    if tile.shape[:2] != shape[:2]:
        raise ReadingError(
            f"{name}: a tile of the file has {tile.shape[0]} x {tile.shape[1]} px instead "
            f"of {shape[0]} x {shape[1]}. Save it anew in ZEN."
        )
    return tile if n_samples >= 3 else tile.reshape(shape[:2])


def _picture(payload: bytes, compression: int) -> NDArray[Any]:
    """Return a tile stored as JPEG or JPEG XR, whose colours come out as red first."""
    import imagecodecs

    if compression == _JPEG:
        return np.asarray(imagecodecs.jpeg8_decode(payload))
    return np.asarray(imagecodecs.jpegxr_decode(payload))


def _uncompressed(payload: bytes, compression: int, n_bytes: int, name: str) -> bytes:
    """Return at most `n_bytes` bytes, however much a stream would inflate to."""
    if compression == _UNCOMPRESSED:
        return payload
    import imagecodecs

    if compression == _LZW:
        return bytes(imagecodecs.lzw_decode(payload, out=n_bytes))
    if compression == _ZSTD0:
        return bytes(imagecodecs.zstd_decode(payload, out=n_bytes))
    if compression == _ZSTD1:
        return _zstd1(payload, n_bytes)
    raise ReadingError(
        f"{name}: its pixels are compressed in a way of the camera maker (CZI compression "
        f"{compression}) that no freely licensed reader opens. Open it in ZEN and save it "
        "uncompressed or with Zstd."
    )


def _zstd1(payload: bytes, n_bytes: int) -> bytes:
    """Decode Zstd with the header that may say low and high bytes are stored apart.

    Byte 0 is the length of the header; after it a chunk of type 1 carries one byte whose
    lowest bit is that flag (Zeiss, CZI compression formats, "zstd1").
    """
    import imagecodecs

    header_bytes = payload[0]
    is_split = header_bytes >= 3 and payload[1] == 1 and bool(payload[2] & 1)
    raw = bytes(imagecodecs.zstd_decode(payload[header_bytes:], out=n_bytes))
    if not is_split:
        return raw
    halves = np.frombuffer(raw, np.uint8).reshape(2, -1)
    return halves.T.tobytes()


_NOT_AXES = "XYSM"
"""Rows and columns come last, scenes are chosen first, tiles are put together."""

_IMAGE = "./Metadata/Information/Image/Dimensions"


@contextmanager
def open_czi(path: Path, scene: int | None) -> Iterator[OpenedImage]:
    """Open a CZI file and read its header and one scene's list of tiles."""
    with path.open("rb") as file:
        header = read_header(file, path.name)
        blocks = [block for block in header.sub_blocks if block.is_full_resolution]
        if not blocks:
            raise ReadingError(
                f"{path.name}: the CZI file holds no pixels at full resolution. Save it "
                "anew in ZEN."
            )
        numbers = sorted({block.start.get("S", 0) for block in blocks})
        scenes = _scene_names(header.metadata, numbers)
        number = numbers[chosen_scene(scenes, scene, name=path.name)]
        blocks = [block for block in blocks if block.start.get("S", 0) == number]
        yield _opened(file, path.name, blocks, header.metadata, scenes)


def _opened(
    file: BinaryIO,
    name: str,
    blocks: Sequence[SubBlock],
    metadata: ElementTree.Element,
    scenes: tuple[str, ...],
) -> OpenedImage:
    axes = [axis for axis in reversed(blocks[0].start) if axis not in _NOT_AXES]
    first = {axis: min(block.start.get(axis, 0) for block in blocks) for axis in axes}
    lengths = [
        max(block.start.get(axis, 0) for block in blocks) + 1 - first[axis] for axis in axes
    ]
    require_believable_planes(name, lengths)
    origin_px, extent_px = _frame(blocks)
    types = [pixel_type(block.pixel_type, name) for block in blocks]
    dtype = np.result_type(*(dtype for dtype, _ in types))
    n_samples = 3 if max(n for _, n in types) >= 3 else 1
    plane_shape = extent_px if n_samples == 1 else (*extent_px, n_samples)
    n_channels = lengths[axes.index("C")] if "C" in axes else 1
    info = ImageInfo(
        name=name,
        format="CZI",
        axes="".join(axes) + ("YX" if n_samples == 1 else "YXS"),
        shape=(*lengths, *plane_shape),
        dtype=str(dtype),
        known=resolve_pixel_size([_claim(metadata)]),
        channels=channel_names(
            _channel_labels(metadata, first.get("C", 0), n_channels), n_channels
        ),
        scenes=scenes,
    )

    def decode(index: tuple[int, ...]) -> NDArray[Any]:
        wanted = {axis: first[axis] + i for axis, i in zip(axes, index, strict=True)}
        tiles = [
            block
            for block in blocks
            if all(block.start.get(axis, 0) == at for axis, at in wanted.items())
        ]
        if not tiles:
            raise ReadingError(
                f"{name}: this plane was not acquired; the file holds no pixels of it. "
                "Choose another one."
            )
        canvas = np.zeros(plane_shape, dtype)
        tiles.sort(key=lambda tile: tile.start.get("M", 0))
        assemble(file, tiles, canvas, origin_px, name)
        return canvas

    return OpenedImage(info, decode, math.prod(plane_shape) * dtype.itemsize)


def _frame(blocks: Sequence[SubBlock]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return first row and column of all tiles together, and their rows and columns."""
    origin = [min(block.start[axis] for block in blocks) for axis in "YX"]
    end = [max(block.start[axis] + block.size[axis] for block in blocks) for axis in "YX"]
    return (origin[0], origin[1]), (end[0] - origin[0], end[1] - origin[1])


def _claim(metadata: ElementTree.Element) -> PixelSizeClaim:
    """Return the scaling, which CZI keeps in metres."""
    lengths: dict[str, float | None] = {"X": None, "Y": None, "Z": None}
    for distance in metadata.iterfind("./Metadata/Scaling/Items/Distance"):
        value = distance.findtext("Value", "").strip()
        axis = distance.get("Id", "")
        if axis in lengths and value:
            lengths[axis] = float(value)
    return PixelSizeClaim("CZI", lengths["Y"], lengths["X"], lengths["Z"], "m")


def _scene_names(metadata: ElementTree.Element, numbers: Sequence[int]) -> tuple[str, ...]:
    named = {
        scene.get("Index"): scene.get("Name")
        for scene in metadata.iterfind(f"{_IMAGE}/S/Scenes/Scene")
    }
    return tuple(named.get(str(number)) or f"scene {number}" for number in numbers)


def _channel_labels(metadata: ElementTree.Element, first: int, n: int) -> list[str]:
    channels = metadata.iterfind(f"{_IMAGE}/Channels/Channel")
    return [channel.get("Name", "") for channel in channels][first : first + n]
