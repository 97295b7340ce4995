"""PNG and JPEG: one plane, grey or colour, and no pixel size worth the name."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.images import ImageInfo
from rescale4dl_core.reading.opened import OpenedImage, chosen_scene
from rescale4dl_core.reading.pixel_size import print_density_remark, resolve_pixel_size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.ImageFile import ImageFile

_N_SAMPLES = {"RGB": 3, "RGBA": 4, "LA": 2}
_DTYPES = {"1": "bool", "I;16": "uint16", "I;16B": "uint16", "I": "int32"}
_DEEP_COLOUR = ("RGB;16B", "RGBA;16B", "LA;16B")
"""What Pillow would cut down to 8 bits."""


@contextmanager
def open_png(path: Path, scene: int | None) -> Iterator[OpenedImage]:
    """Open a PNG file: grey of 1 to 16 bits, colour, or a palette."""
    from PIL.PngImagePlugin import PngImageFile

    with path.open("rb") as file, PngImageFile(file) as picture:
        yield _opened(picture, path, "PNG", scene)


@contextmanager
def open_jpeg(path: Path, scene: int | None) -> Iterator[OpenedImage]:
    """Open a JPEG file, grey or colour."""
    from PIL.JpegImagePlugin import JpegImageFile

    with path.open("rb") as file, JpegImageFile(file) as picture:
        yield _opened(picture, path, "JPEG", scene)


def _opened(
    picture: ImageFile, path: Path, format_name: str, scene: int | None
) -> OpenedImage:
    scenes = ("image 0",)
    chosen_scene(scenes, scene, name=path.name)
    mode = "RGB" if picture.mode in ("CMYK", "YCbCr", "LAB") else picture.mode
    n_samples = _N_SAMPLES.get(mode, 1)
    is_deep = bool(picture.tile) and picture.tile[0].args in _DEEP_COLOUR
    dtype = np.dtype("uint16" if is_deep else _DTYPES.get(mode, "uint8"))
    columns, rows = picture.size
    shape = (rows, columns) if n_samples == 1 else (rows, columns, n_samples)
    info = ImageInfo(
        name=path.name,
        format=format_name,
        axes="YX" if n_samples == 1 else "YXS",
        shape=shape,
        dtype=str(dtype),
        known=resolve_pixel_size([], remarks=_density_remarks(picture, format_name)),
        channels=("channel 0",),
        scenes=scenes,
    )

    def decode(_index: tuple[int, ...]) -> NDArray[Any]:
        if is_deep:
            import imagecodecs

            picture.verify()
            return np.asarray(imagecodecs.png_decode(path.read_bytes()))
        return np.array(picture if picture.mode == mode else picture.convert(mode))

    return OpenedImage(
        info, decode, int(np.prod(shape)) * dtype.itemsize, _palette(picture)
    )


def _density_remarks(picture: ImageFile, format_name: str) -> list[str]:
    density = picture.info.get("dpi")
    if density is None:
        return []
    x_inch, y_inch = (1 / float(dots) if dots else float("nan") for dots in density)
    remark = print_density_remark(f"{format_name} header", y_inch, x_inch, "inch")
    return [remark] if remark else []


def _palette(picture: ImageFile) -> NDArray[Any] | None:
    if picture.mode != "P" or picture.palette is None:
        return None
    colours = picture.getpalette("RGB") or []
    return np.array(colours, np.uint8).reshape(-1, 3)
