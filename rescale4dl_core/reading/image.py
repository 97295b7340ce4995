"""Images of any format: what a file holds, one plane as stored, and as an image.

Masks take the plane as stored too (`read_plane`), which is why palettes and transparency
wait until `as_image`.
"""

from __future__ import annotations

import logging
import warnings
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
from rescale4dl_core.images import Image
from rescale4dl_core.progress import silent
from rescale4dl_core.reading.limits import require_moderate_size
from rescale4dl_core.reading.opened import Selection, plane_index
from rescale4dl_core.reading.registry import FORMATS, format_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rescale4dl_core.images import ImageInfo
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.reading.opened import OpenedImage
    from rescale4dl_core.reading.registry import Format

ALPHA_DROPPED = "The image has a transparency channel, which was left out."
PALETTE_APPLIED = "The image has a colour table, which was applied: it is read as colour."

_CODECS = "imagecodecs"
_LONGEST_REASON = 120


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """One plane as the file stores it."""

    pixels: NDArray[Any]
    """Of shape (rows, columns) or (rows, columns, samples)."""

    info: ImageInfo
    format: Format
    palette: NDArray[Any] | None
    """Colour table of shape (n, 3) where the pixels are indices into it."""


def read_info(path: Path, *, scene: int | None = None) -> ImageInfo:
    """Return what a file holds, from its header alone.

    Parameters
    ----------
    path : Path
        A file of any supported format, or an OME-Zarr folder.
    scene : int, optional
        Index of the scene to describe, from 0; the first where none is given.

    Raises
    ------
    ReadingError
        If the file is missing, empty, broken or of no format that is read.
    SelectionError
        If it has no such scene.
    """
    with _opened(path, scene) as (image, _):
        return image.info


def read_image(
    path: Path,
    selection: Selection | None = None,
    *,
    allow_large: bool = False,
    progress: Progress = silent,
) -> Image:
    """Read one plane of a file, or an RGB picture; only that plane is decoded.

    Parameters
    ----------
    path : Path
        A file of any supported format, or an OME-Zarr folder.
    selection : Selection, optional
        What to read; may be left out where the file holds a single image.
    allow_large : bool
        Whether more than 2 GB may be decoded.

    Returns
    -------
    Image
        Grey of shape (rows, columns), or colour of shape (rows, columns, 3), in the
        dtype of the file. Transparency is dropped with a note, palettes become colour.

    Raises
    ------
    ReadingError
        If the file is missing, empty, broken or of no format that is read.
    SelectionError
        If the file holds several images and none is chosen; the message lists them.
    TooLargeError
        If decoding would take more than 2 GB and `allow_large` is false.
    ImageError
        If pixels are NaN, infinite or no real numbers.
    """
    return as_image(read_plane(path, selection, allow_large=allow_large, progress=progress))


def as_image(plane: Plane) -> Image:
    """Return a plane as an image, its palette applied and its transparency dropped."""
    pixels = plane.pixels
    notes: tuple[str, ...] = ()
    if plane.palette is not None:
        pixels, notes = plane.palette[pixels], (PALETTE_APPLIED,)
    if pixels.ndim == 3 and pixels.shape[-1] in (2, 4):
        pixels = pixels[..., 0] if pixels.shape[-1] == 2 else pixels[..., :3]
        notes = (ALPHA_DROPPED,)
    return Image.parse(pixels, name=plane.info.name, known=plane.info.known, notes=notes)


def read_plane(
    path: Path,
    selection: Selection | None = None,
    *,
    allow_large: bool = False,
    progress: Progress = silent,
) -> Plane:
    """Decode the one plane that `selection` means; `read_image` gives the errors."""
    selection = selection or Selection()
    with _opened(path, selection.scene) as (image, format_):
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
        return Plane(pixels, info, format_, image.palette)


@contextmanager
def _opened(path: Path, scene: int | None) -> Iterator[tuple[OpenedImage, Format]]:
    """Open the file at `path` with the reader that its first bytes ask for."""
    path = Path(path)
    format_ = format_of(path)
    with (
        _broken_file_explained(path.name, format_),
        format_.reader()(path, scene) as image,
    ):
        yield image, format_


@contextmanager
def _broken_file_explained(name: str, format_: Format) -> Iterator[None]:
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
    for logger in (logging.getLogger(row.library) for row in FORMATS):
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except RescaleError:
        raise
    except ImportError as error:
        package = (error.name or format_.library).partition(".")[0]
        raise _missing(package, name, format_) from error
    except MemoryError as error:
        raise TooLargeError(
            f"{name}: there is not enough memory to decode this image. Export a part of it."
        ) from error
    except format_.broken_errors as error:
        if f"'{_CODECS}' package" in str(error):
            raise _missing(_CODECS, name, format_) from error
        raise ReadingError(
            f"{name}: the file starts like {format_} but is damaged, incomplete or of a "
            f"variant that cannot be read ({_reason(error)}). Copy it again from the "
            f"microscope, or open it in {format_.saved_anew_in} and save it as TIFF."
        ) from error


def _missing(package: str, name: str, format_: Format) -> MissingDependencyError:
    return MissingDependencyError(
        package,
        needed_for=f"Reading {name} ({format_})",
        install=format_.installed_as if package == format_.library else package,
    )


def _reason(error: Exception) -> str:
    """Return what the library says in one short line."""
    text = " ".join(str(error).split())
    return text[:_LONGEST_REASON] or type(error).__name__
