"""OME-Zarr folders of versions 0.1 to 0.5, on Zarr 2 and 3.

Their metadata, the bounds of what a chunk may inflate to, and one plane.
"""

from __future__ import annotations

import itertools
import math
import struct
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.images import ImageInfo
from rescale4dl_core.reading.limits import require_believable_planes
from rescale4dl_core.reading.opened import (
    IN_PLANE,
    UNNAMED,
    OpenedImage,
    channel_names,
    chosen_scene,
    named,
)
from rescale4dl_core.reading.pixel_size import PixelSizeClaim, resolve_pixel_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


_OLD_AXES = "TCZYX"
"""Axes of versions 0.1 and 0.2, which do not name them."""

_LETTER_OF_TYPE = {"channel": "C", "time": "T"}


@dataclass(frozen=True, slots=True)
class Multiscale:
    """What the metadata of one image say."""

    axes: tuple[str, ...]
    finest: str
    """Path, inside the group, of the array with full resolution."""

    claim: PixelSizeClaim
    channels: tuple[str, ...]


def image_groups(root: Any, name: str) -> list[tuple[str, Any]]:
    """Return every image of a Zarr hierarchy with its name.

    That is the group itself, the fields of the wells of a plate, or the series that
    bioformats2raw numbers from 0.

    Raises
    ------
    ReadingError
        If there is no image.
    """
    attributes = _attributes(root)
    if "multiscales" in attributes:
        return [("image 0", root)]
    fields = list(_plate_fields(root, attributes))
    paths = fields or sorted(root.group_keys(), key=_as_number)
    groups = [(path, root[path]) for path in paths]
    images = [
        (path, group) for path, group in groups if "multiscales" in _attributes(group)
    ]
    if not images:
        raise ReadingError(
            f"{name}: this Zarr folder holds no OME-Zarr image (no multiscales in its "
            "metadata). Choose the folder of the image itself."
        )
    return images


def multiscale_of(group: Any, name: str) -> Multiscale:
    """Return axes, finest level, pixel size and channel names of an image group.

    Raises
    ------
    ReadingError
        If the metadata contradict the array.
    """
    attributes = _attributes(group)
    image = attributes["multiscales"][0]
    level = image["datasets"][0]
    finest = str(level["path"])
    n_axes = group[finest].ndim
    described = image.get("axes") or list(_OLD_AXES[-n_axes:])
    if len(described) != n_axes:
        raise ReadingError(
            f"{name}: the OME-Zarr metadata name {len(described)} axes, the array has "
            f"{n_axes}. Export the image again."
        )
    axes = tuple(_letter(axis) for axis in described)
    scales = [
        a * b for a, b in zip(_scale(level, n_axes), _scale(image, n_axes), strict=True)
    ]
    has_scale = not all(math.isnan(scale) for scale in scales)
    lengths = {
        axis: (scale, axis_info.get("unit") if isinstance(axis_info, dict) else None)
        for axis, scale, axis_info in zip(axes, scales, described, strict=True)
        if has_scale
    }
    labels = attributes.get("omero", {}).get("channels", ())
    return Multiscale(
        axes,
        finest,
        PixelSizeClaim.per_axis("OME-Zarr", lengths),
        tuple(str(channel.get("label") or "") for channel in labels),
    )


def _attributes(group: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = group.attrs.asdict()
    inner = attributes.get("ome")
    return inner if isinstance(inner, dict) else attributes


def _plate_fields(root: Any, attributes: dict[str, Any]) -> Iterator[str]:
    for well in attributes.get("plate", {}).get("wells", ()):
        fields = _attributes(root[well["path"]]).get("well", {}).get("images", ())
        for field in fields:
            yield f"{well['path']}/{field['path']}"


def _as_number(text: str) -> tuple[bool, int, str]:
    return (not text.isdecimal(), int(text) if text.isdecimal() else 0, text)


def _letter(axis: str | dict[str, str]) -> str:
    """Return the letter of an axis, named in full since version 0.4."""
    if isinstance(axis, str):
        return axis.upper() if len(axis) == 1 else UNNAMED
    name = axis["name"].upper()
    return name if len(name) == 1 else _LETTER_OF_TYPE.get(axis.get("type", ""), UNNAMED)


def _scale(node: dict[str, Any], n_axes: int) -> list[float]:
    """Return the scale of a level (NaN where it has none) or of the image (1)."""
    for transformation in node.get("coordinateTransformations") or ():
        if transformation.get("type") == "scale":
            return [float(value) for value in transformation["scale"]]
    return [math.nan if "path" in node else 1.0] * n_axes


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


_CHUNKS_AT_ONCE = 10
"""How many chunks zarr decodes at the same time."""


@contextmanager
def open_ome_zarr(path: Path, scene: int | None) -> Iterator[OpenedImage]:
    """Open an OME-Zarr image, the images of a plate, or a bare Zarr array."""
    import zarr

    node = zarr.open(str(path), mode="r")
    if isinstance(node, zarr.Array):
        yield _opened(node, None, path.name, ("image 0",))
        return
    groups = image_groups(node, path.name)
    scenes = tuple(name for name, _ in groups)
    _, group = groups[chosen_scene(scenes, scene, name=path.name)]
    multiscale = multiscale_of(group, path.name)
    yield _opened(group[multiscale.finest], multiscale, path.name, scenes)


def _opened(
    array: Any, multiscale: Multiscale | None, name: str, scenes: tuple[str, ...]
) -> OpenedImage:
    axes = named(multiscale.axes if multiscale else UNNAMED * array.ndim)
    n_channels = array.shape[axes.index("C")] if "C" in axes else 1
    others = [n for axis, n in zip(axes, array.shape, strict=True) if axis not in IN_PLANE]
    require_believable_planes(name, others)
    info = ImageInfo(
        name=name,
        format="OME-Zarr" if multiscale else "Zarr",
        axes=axes,
        shape=tuple(array.shape),
        dtype=str(array.dtype.newbyteorder("=")),
        known=resolve_pixel_size([multiscale.claim] if multiscale else []),
        channels=channel_names(multiscale.channels if multiscale else (), n_channels),
        scenes=scenes,
    )

    def decode(index: tuple[int, ...]) -> NDArray[Any]:
        chosen = iter(index)
        full = tuple(slice(None) if axis in IN_PLANE else next(chosen) for axis in axes)
        kept = [axis for axis in axes if axis in IN_PLANE]
        require_bounded_chunks(array, full, name)
        plane = np.asarray(array[full])
        return np.transpose(plane, [kept.index(axis) for axis in "YXS" if axis in kept])

    return OpenedImage(info, decode, _decoded_bytes(array, axes))


def _decoded_bytes(array: Any, axes: str) -> int:
    """Return the size of one plane, or of the chunks in work at once if they are larger."""
    in_plane = [
        (length, chunk)
        for axis, length, chunk in zip(axes, array.shape, array.chunks, strict=True)
        if axis in IN_PLANE
    ]
    plane = math.prod(length for length, _ in in_plane)
    n_chunks = math.prod(math.ceil(length / chunk) for length, chunk in in_plane)
    at_once = min(n_chunks, _CHUNKS_AT_ONCE) * math.prod(array.chunks)
    return int(max(plane, at_once) * array.dtype.itemsize)
