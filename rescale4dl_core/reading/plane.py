"""One plane of any file, as stored: the step that images and masks share."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.progress import silent
from rescale4dl_core.reading.choices import plane_index
from rescale4dl_core.reading.failures import broken_file_explained
from rescale4dl_core.reading.memory import require_moderate_size
from rescale4dl_core.reading.selection import Selection
from rescale4dl_core.reading.signature import FileKind, file_kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from rescale4dl_core.images import ImageInfo
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.reading.opened import OpenedImage


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Pixels as stored, of shape (rows, columns) or (rows, columns, samples)."""

    pixels: NDArray[Any]
    info: ImageInfo
    palette: NDArray[Any] | None
    """Colour table of shape (n, 3) where the pixels are indices into it."""


@contextmanager
def opened(path: Path, scene: int | None) -> Iterator[OpenedImage]:
    """Open the file at `path` with the reader that its first bytes ask for.

    Raises
    ------
    ReadingError
        If the file is missing, empty, broken or of no format that is read.
    SelectionError
        If it has no such scene.
    """
    path = Path(path)
    kind = file_kind(path)
    with broken_file_explained(path.name, kind), _reader(kind, path, scene) as image:
        yield image


def read_plane(
    path: Path,
    selection: Selection | None = None,
    *,
    allow_large: bool = False,
    progress: Progress = silent,
) -> Plane:
    """Decode the one plane that `selection` means; `read_image` gives the errors."""
    selection = selection or Selection()
    with opened(path, selection.scene) as image:
        info = image.info
        index = plane_index(info, selection)
        shape_px = (info.size_of("Y"), info.size_of("X"))
        require_moderate_size(
            info.name, shape_px, image.decoded_bytes, allow_large=allow_large
        )
        progress(0.0, f"Reading {info.name}")
        stored = image.decode(index)
        pixels = np.ascontiguousarray(stored, stored.dtype.newbyteorder("="))
        progress(1.0, f"Read {info.name}")
        return Plane(pixels, info, image.palette)


def _reader(
    kind: FileKind, path: Path, scene: int | None
) -> AbstractContextManager[OpenedImage]:
    match kind:
        case FileKind.TIFF:
            from rescale4dl_core.reading.tiff import open_tiff as open_file
        case FileKind.PNG:
            from rescale4dl_core.reading.png_jpeg import open_png as open_file
        case FileKind.JPEG:
            from rescale4dl_core.reading.png_jpeg import open_jpeg as open_file
        case FileKind.OME_ZARR:
            from rescale4dl_core.reading.ome_zarr import open_ome_zarr as open_file
        case FileKind.ND2:
            from rescale4dl_core.reading.nikon_nd2 import open_nd2 as open_file
        case FileKind.CZI:
            from rescale4dl_core.reading.zeiss_czi import open_czi as open_file
        case FileKind.LIF:
            from rescale4dl_core.reading.leica_lif import open_lif as open_file
    return open_file(path, scene)
