"""Decoding the sub-blocks of a CZI file and putting the tiles of a mosaic together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.reading.czi_segments import read_payload
from rescale4dl_core.reading.embedded_size import HEADER_BYTES, require_stated_size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from rescale4dl_core.reading.czi_segments import SubBlock

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
