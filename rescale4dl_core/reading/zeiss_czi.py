"""Zeiss CZI: one plane of one scene at full resolution."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.images import ImageInfo
from rescale4dl_core.reading.axes import channel_names
from rescale4dl_core.reading.choices import chosen_scene
from rescale4dl_core.reading.czi_pixels import assemble, pixel_type
from rescale4dl_core.reading.czi_segments import read_header
from rescale4dl_core.reading.memory import require_believable_planes
from rescale4dl_core.reading.opened import OpenedImage
from rescale4dl_core.reading.pixel_size import PixelSizeClaim, resolve_pixel_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from xml.etree import ElementTree

    from numpy.typing import NDArray

    from rescale4dl_core.reading.czi_segments import SubBlock

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
