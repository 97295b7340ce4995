"""Leica LIF: each image of the project is a scene."""

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
    SPECTRAL,
    OpenedImage,
    channel_names,
    chosen_scene,
)
from rescale4dl_core.reading.pixel_size import PixelSizeClaim, resolve_pixel_size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from liffile import LifImage
    from numpy.typing import NDArray

_DIMENSIONS = "./Data/Image/ImageDescription/Dimensions/DimensionDescription"
_CHANNELS = "./Data/Image/ImageDescription/Channels/ChannelDescription"
_DIMENSION_IDS = {"1": "X", "2": "Y", "3": "Z"}


@contextmanager
def open_lif(path: Path, scene: int | None) -> Iterator[OpenedImage]:
    """Open a LIF project and read the header of one of its images."""
    from liffile import LifFile, LifImage

    with LifFile(path) as project:
        images = [
            image
            for image in project.images
            if isinstance(image, LifImage) and {"Y", "X"} <= set(image.dims)
        ]
        if not images:
            raise ReadingError(
                f"{path.name}: the LIF project holds no image with rows and columns. "
                "Choose another file."
            )
        scenes = tuple(image.name for image in images)
        image = images[chosen_scene(scenes, scene, name=path.name)]
        yield _opened(image, path.name, scenes)


def _opened(image: LifImage, name: str, scenes: tuple[str, ...]) -> OpenedImage:
    axes = tuple(image.dims)
    shape = tuple(image.shape)
    others = [n for axis, n in zip(axes, shape, strict=True) if axis not in IN_PLANE]
    require_believable_planes(name, others)
    in_frame = set(image.frames.frame_dims)
    is_plain = {"Y", "X"} <= in_frame <= set(IN_PLANE)
    info = ImageInfo(
        name=name,
        format="LIF",
        axes="".join(axis[0] for axis in axes),
        shape=shape,
        dtype=str(image.dtype),
        known=resolve_pixel_size([_claim(image)]),
        channels=channel_names(
            [item.get("LUTName", "") for item in image.xml_element.iterfind(_CHANNELS)],
            int(image.sizes.get("C", 1)),
        ),
        scenes=scenes,
        wavelengths=_wavelengths(image),
    )

    def decode(index: tuple[int, ...]) -> NDArray[Any]:
        others = [axis for axis in axes if axis not in IN_PLANE]
        chosen = dict(zip(others, index, strict=True))
        if is_plain:
            frame, kept = image.frame(out=None, **chosen), list(image.frames.frame_dims)
        else:
            full = tuple(chosen.get(axis, slice(None)) for axis in axes)
            frame, kept = image.asarray()[full], [a for a in axes if a in IN_PLANE]
        return np.transpose(frame, [kept.index(axis) for axis in "YXS" if axis in kept])

    plane = math.prod(n for axis, n in zip(axes, shape, strict=True) if axis in IN_PLANE)
    decoded = plane * image.dtype.itemsize if is_plain else image.nbytes
    return OpenedImage(info, decode, decoded)


def _claim(image: LifImage) -> PixelSizeClaim:
    """Return the step along each axis: its length is from first to last pixel centre."""
    steps: dict[str, float | None] = {"X": None, "Y": None, "Z": None}
    unit = "m"
    for dimension in image.xml_element.iterfind(_DIMENSIONS):
        axis = _DIMENSION_IDS.get(dimension.get("DimID", ""))
        n_elements = int(dimension.get("NumberOfElements", 1))
        if axis is None or n_elements < 2:
            continue
        steps[axis] = abs(float(dimension.get("Length", "nan"))) / (n_elements - 1)
        if axis != "Z":
            unit = dimension.get("Unit", "") or unit
    return PixelSizeClaim("LIF", steps["Y"], steps["X"], steps["Z"], unit)


def _wavelengths(image: LifImage) -> tuple[str, ...]:
    """Return the steps of a wavelength sweep in nm, from the metres of the file."""
    sweeps = [axis for axis in image.dims if axis in SPECTRAL]
    steps = [
        [f"{value * 1e9:.0f} nm" for value in image.coords.get(axis, ())]
        or [f"wavelength {i}" for i in range(image.sizes[axis])]
        for axis in sweeps
    ]
    if not steps:
        return ()
    names = steps[0]
    for more in steps[1:]:
        names = [f"{first}, {second}" for first in names for second in more]
    return tuple(names)
