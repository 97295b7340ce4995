"""OME-Zarr folders of versions 0.1 to 0.5, on Zarr 2 and 3."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.images import ImageInfo
from rescale4dl_core.reading.axes import UNNAMED, channel_names, named
from rescale4dl_core.reading.choices import chosen_scene
from rescale4dl_core.reading.memory import require_believable_planes
from rescale4dl_core.reading.opened import IN_PLANE, OpenedImage
from rescale4dl_core.reading.pixel_size import resolve_pixel_size
from rescale4dl_core.reading.zarr_chunks import require_bounded_chunks
from rescale4dl_core.reading.zarr_metadata import image_groups, multiscale_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from rescale4dl_core.reading.zarr_metadata import Multiscale

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
