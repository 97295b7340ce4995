"""One plane of any file, as stored: the step that images and masks share."""

from __future__ import annotations

import logging
import struct
import warnings
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import (
    MissingDependencyError,
    ReadingError,
    RescaleError,
    TooLargeError,
)
from rescale4dl_core.progress import silent
from rescale4dl_core.reading.memory import require_moderate_size
from rescale4dl_core.reading.opened import Selection, plane_index
from rescale4dl_core.reading.signature import FileKind, file_kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from rescale4dl_core.images import ImageInfo
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.reading.opened import OpenedImage


_ANY_FORMAT = (OSError, EOFError, ValueError, RuntimeError)
"""ValueError covers broken text and JSON, RuntimeError all errors of the codecs."""

_BROKEN_FILE_ERRORS: dict[FileKind, tuple[type[Exception], ...]] = {
    FileKind.TIFF: (
        *(TypeError, KeyError, IndexError, ZeroDivisionError, struct.error),
        *_ANY_FORMAT,
    ),
    FileKind.PNG: (SyntaxError, struct.error, zlib.error, *_ANY_FORMAT),
    FileKind.JPEG: (SyntaxError, struct.error, *_ANY_FORMAT),
    FileKind.OME_ZARR: (TypeError, KeyError, IndexError, AttributeError, *_ANY_FORMAT),
    FileKind.ND2: (
        *(TypeError, KeyError, IndexError, AttributeError, ZeroDivisionError),
        *(struct.error, zlib.error, *_ANY_FORMAT),
    ),
    FileKind.CZI: _ANY_FORMAT,
    FileKind.LIF: (
        *(SyntaxError, KeyError, IndexError, AssertionError, ZeroDivisionError),
        *(struct.error, *_ANY_FORMAT),
    ),
}
"""What the library of each format was seen to raise on damaged files; SyntaxError is how
both Pillow and the XML parser call one, KeyError how a header without a field shows."""

_LIBRARY_LOGGERS = ("tifffile", "liffile", "nd2", "PIL", "zarr")
_INSTALL_NAMES = {"PIL": "pillow"}
_CODECS = "imagecodecs"
_LONGEST_REASON = 120


@contextmanager
def broken_file_explained(name: str, kind: FileKind) -> Iterator[None]:
    """Raise `ReadingError` where a library fails on the file called `name`.

    Our own errors pass unchanged. What the libraries log or warn of does not reach the
    terminal: what matters is reported in notes and errors.

    Raises
    ------
    ReadingError
        If the file is damaged or of a variant that its library does not know.
    TooLargeError
        If there is not enough memory.
    MissingDependencyError
        If the library of the format cannot be imported.
    """
    for logger in map(logging.getLogger, _LIBRARY_LOGGERS):
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except RescaleError:
        raise
    except ImportError as error:
        package = (error.name or str(kind)).partition(".")[0]
        raise _missing(package, name, kind) from error
    except MemoryError as error:
        raise TooLargeError(
            f"{name}: there is not enough memory to decode this image. Export a part of it."
        ) from error
    except _BROKEN_FILE_ERRORS[kind] as error:
        if f"'{_CODECS}' package" in str(error):
            raise _missing(_CODECS, name, kind) from error
        raise ReadingError(
            f"{name}: the file starts like {kind} but is damaged, incomplete or of a "
            f"variant that cannot be read ({_reason(error)}). Copy it again from the "
            "microscope, or open it in Fiji and save it as TIFF."
        ) from error


def _missing(package: str, name: str, kind: FileKind) -> MissingDependencyError:
    return MissingDependencyError(
        package,
        needed_for=f"Reading {name} ({kind})",
        install=_INSTALL_NAMES.get(package, package),
    )


def _reason(error: Exception) -> str:
    """Return what the library says in one short line."""
    text = " ".join(str(error).split())
    return text[:_LONGEST_REASON] or type(error).__name__


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
