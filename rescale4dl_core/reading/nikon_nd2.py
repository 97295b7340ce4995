"""Nikon ND2, the present format and the older one built on JPEG 2000."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.images import ImageInfo
from rescale4dl_core.reading.limits import require_believable_planes
from rescale4dl_core.reading.opened import (
    IN_PLANE,
    OpenedImage,
    channel_names,
    chosen_scene,
)
from rescale4dl_core.reading.pixel_size import PixelSizeClaim, resolve_pixel_size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nd2 import ND2File
    from numpy.typing import NDArray

_IN_FRAME = "CYXS"
"""Axes that one frame of the file holds, in this order."""

_N_COLOURS = 3


@contextmanager
def open_nd2(path: Path, scene: int | None) -> Iterator[OpenedImage]:
    """Open an ND2 file; its stage positions are the scenes."""
    from nd2 import ND2File

    with ND2File(path) as file:
        others = [n for axis, n in file.sizes.items() if axis not in IN_PLANE]
        require_believable_planes(path.name, others)
        scenes = _position_names(file)
        chosen = chosen_scene(scenes, scene, name=path.name)
        yield _opened(file, path.name, scenes, chosen)


def _opened(file: ND2File, name: str, scenes: tuple[str, ...], scene: int) -> OpenedImage:
    sizes = {axis: n for axis, n in file.sizes.items() if axis != "P"}
    sizes.setdefault("Y", 1)
    sizes.setdefault("X", 1)
    axes = [axis for axis in sizes if axis not in _IN_FRAME]
    axes += [axis for axis in _IN_FRAME if axis in sizes]
    info = ImageInfo(
        name=name,
        format="ND2",
        axes="".join(axes),
        shape=tuple(sizes[axis] for axis in axes),
        dtype=str(file.dtype),
        known=resolve_pixel_size([_claim(file)]),
        channels=channel_names(_channel_labels(file), sizes.get("C", 1)),
        scenes=scenes,
    )

    def decode(index: tuple[int, ...]) -> NDArray[Any]:
        chosen = dict(zip((axis for axis in axes if axis not in "YXS"), index, strict=True))
        channel = chosen.pop("C", None)
        loops = [(axis, n) for axis, n in file.sizes.items() if axis not in _IN_FRAME]
        at = [scene if axis == "P" else chosen[axis] for axis, _ in loops]
        number = int(np.ravel_multi_index(at, [n for _, n in loops])) if loops else 0
        frame = _with_channels_first(np.asarray(file.read_frame(number)), file)
        expected = [sizes[axis] for axis in _IN_FRAME if axis in sizes]
        if frame.size != math.prod(expected):
            raise ReadingError(
                f"{name}: frame {number} holds {frame.size} values instead of "
                f"{math.prod(expected)}. Save the file anew in NIS-Elements."
            )
        frame = frame.reshape(expected)
        return np.array(frame if channel is None else frame[channel])

    frame_values = math.prod(sizes.get(axis, 1) for axis in _IN_FRAME)
    return OpenedImage(info, decode, frame_values * file.dtype.itemsize)


def _with_channels_first(frame: NDArray[Any], file: ND2File) -> NDArray[Any]:
    """Return a frame of axes C, Y, X with RGB last; other components are channels."""
    n_components = file.components_per_channel
    if n_components in (1, _N_COLOURS):
        return frame
    whole = frame.reshape(-1, file.attributes.heightPx, frame.shape[-2], n_components)
    return np.moveaxis(whole, -1, 1)


def _position_names(file: ND2File) -> tuple[str, ...]:
    points = [
        point.name
        for loop in file.experiment
        if loop.type == "XYPosLoop"
        for point in loop.parameters.points
    ]
    n_positions = file.sizes.get("P", 1)
    names = points if len(points) == n_positions else [None] * n_positions
    return tuple(name or f"position {index}" for index, name in enumerate(names))


def _claim(file: ND2File) -> PixelSizeClaim:
    """Return the calibration in µm; the distance of planes only where there are some."""
    size = file.voxel_size()
    return PixelSizeClaim(
        "ND2", size.y, size.x, size.z if "Z" in file.sizes else None, "µm"
    )


def _channel_labels(file: ND2File) -> list[str]:
    channels = getattr(file.metadata, "channels", None) or []
    return [channel.channel.name for channel in channels]
