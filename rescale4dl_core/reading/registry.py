"""The formats that are read: one row each, and which of them a file is.

A new format is a new module with a function that opens it, and a row in `FORMATS`.
Errors, help texts and the check of a folder's files all follow from the row.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.errors import ReadingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from rescale4dl_core.reading.opened import OpenedImage

    Reader = Callable[[Path, int | None], AbstractContextManager[OpenedImage]]
    """Opens a file or folder and one of its scenes, the first where none is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One row: all that is known of a format outside the module that reads it."""

    name: str
    """What an error calls it: "TIFF", "CZI"."""

    in_words: str
    """How a list of formats names it: with its maker, or the dialects that are read."""

    suffixes: tuple[str, ...]
    """How its files are usually named; help only, the first bytes decide."""

    first_bytes: tuple[bytes, ...]
    """What its files start with, one of them; empty where it is a folder."""

    files_inside: tuple[str, ...]
    """Names of which a folder of this format holds at least one; empty for a file."""

    holds_labels: bool
    """Whether masks may come in it: not where storing changes the values."""

    reader: Callable[[], Reader]
    """Imports the function that opens it, only once such a file is opened."""

    broken_errors: tuple[type[Exception], ...]
    """What its library was seen to raise on damaged files."""

    library: str
    """Package that decodes it, under its name for import; its log is kept silent."""

    installed_as: str
    """What pip calls that package."""

    saved_anew_in: str
    """Program that opens such a file, to save a doubtful one anew."""

    @property
    def is_folder(self) -> bool:
        """Whether an image of this format is a folder, which no browser uploads."""
        return bool(self.files_inside)

    def __str__(self) -> str:
        return self.name


def _tiff() -> Reader:
    from rescale4dl_core.reading.tiff import open_tiff

    return open_tiff


def _png() -> Reader:
    from rescale4dl_core.reading.png_jpeg import open_png

    return open_png


def _jpeg() -> Reader:
    from rescale4dl_core.reading.png_jpeg import open_jpeg

    return open_jpeg


def _ome_zarr() -> Reader:
    from rescale4dl_core.reading.ome_zarr import open_ome_zarr

    return open_ome_zarr


def _nd2() -> Reader:
    from rescale4dl_core.reading.nikon_nd2 import open_nd2

    return open_nd2


def _czi() -> Reader:
    from rescale4dl_core.reading.zeiss_czi import open_czi

    return open_czi


def _lif() -> Reader:
    from rescale4dl_core.reading.leica_lif import open_lif

    return open_lif


_BROKEN = (OSError, EOFError, ValueError, RuntimeError)
"""In any format: ValueError covers broken text and JSON, RuntimeError the codecs'."""

_NO_SUCH_FIELD = (TypeError, KeyError, IndexError)
"""How a header shows that lacks a field or has one of another kind."""

_NO_SUCH_NUMBER = (ZeroDivisionError, struct.error)
"""How a header shows that ends too early or has sizes of 0."""

FORMATS = (
    Format(
        name="TIFF",
        in_words="TIFF (plain, OME, ImageJ, MetaMorph, SVS, LSM)",
        suffixes=(".tif", ".tiff", ".stk", ".svs", ".lsm"),
        first_bytes=(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
        files_inside=(),
        holds_labels=True,
        reader=_tiff,
        broken_errors=(*_BROKEN, *_NO_SUCH_FIELD, *_NO_SUCH_NUMBER),
        library="tifffile",
        installed_as="tifffile",
        saved_anew_in="Fiji",
    ),
    Format(
        name="PNG",
        in_words="PNG",
        suffixes=(".png",),
        first_bytes=(b"\x89PNG\r\n\x1a\n",),
        files_inside=(),
        holds_labels=True,
        reader=_png,
        # Pillow calls a broken picture a SyntaxError.
        broken_errors=(*_BROKEN, SyntaxError, struct.error, zlib.error),
        library="PIL",
        installed_as="pillow",
        saved_anew_in="Fiji",
    ),
    Format(
        name="JPEG",
        in_words="JPEG",
        suffixes=(".jpg", ".jpeg"),
        first_bytes=(b"\xff\xd8\xff",),
        files_inside=(),
        holds_labels=False,
        reader=_jpeg,
        broken_errors=(*_BROKEN, SyntaxError, struct.error),
        library="PIL",
        installed_as="pillow",
        saved_anew_in="Fiji",
    ),
    Format(
        name="OME-Zarr",
        in_words="OME-Zarr",
        suffixes=(".zarr",),
        first_bytes=(),
        files_inside=("zarr.json", ".zattrs", ".zgroup", ".zarray"),
        holds_labels=True,
        reader=_ome_zarr,
        broken_errors=(*_BROKEN, *_NO_SUCH_FIELD, AttributeError),
        library="zarr",
        installed_as="zarr",
        saved_anew_in="Fiji",
    ),
    Format(
        name="ND2",
        in_words="Nikon ND2",
        suffixes=(".nd2",),
        first_bytes=(b"\xda\xce\xbe\n", b"\0\0\0\x0cjP  "),
        files_inside=(),
        holds_labels=True,
        reader=_nd2,
        broken_errors=(
            *_BROKEN,
            *_NO_SUCH_FIELD,
            *_NO_SUCH_NUMBER,
            AttributeError,
            zlib.error,
        ),
        library="nd2",
        installed_as="nd2",
        saved_anew_in="NIS-Elements or Fiji",
    ),
    Format(
        name="CZI",
        in_words="Zeiss CZI",
        suffixes=(".czi",),
        first_bytes=(b"ZISRAWFILE",),
        files_inside=(),
        holds_labels=True,
        reader=_czi,
        broken_errors=(*_BROKEN, IndexError),
        library="imagecodecs",
        installed_as="imagecodecs",
        saved_anew_in="ZEN or Fiji",
    ),
    Format(
        name="LIF",
        in_words="Leica LIF",
        suffixes=(".lif",),
        first_bytes=(b"\x70\0\0\0",),
        files_inside=(),
        holds_labels=True,
        reader=_lif,
        # The parser of XML calls a broken text a SyntaxError, too.
        broken_errors=(
            *_BROKEN,
            *_NO_SUCH_FIELD,
            *_NO_SUCH_NUMBER,
            SyntaxError,
            AssertionError,
        ),
        library="liffile",
        installed_as="liffile",
        saved_anew_in="LAS X or Fiji",
    ),
)
"""Every format that is read, in the order in which lists name them."""

_RECOGNISED = (
    (b"PK\x03\x04", "a ZIP archive (Office files such as .xlsx are ZIP archives too)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file (Imaris .ims files are HDF5 too)"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
)
"""Files that are no images to us, but can be called by their name."""


def in_words(formats: Sequence[Format] = FORMATS, conjunction: str = "and") -> str:
    """Return a list of formats for a sentence.

    >>> in_words(FORMATS[1:3]), in_words(FORMATS[1:2])
    ('PNG and JPEG', 'PNG')
    """
    return _listed([row.in_words for row in formats], conjunction)


def files_and_folders_in_words() -> str:
    """Return what may be opened: formats of one file, then those that are folders."""
    files = [row for row in FORMATS if not row.is_folder]
    return f"{in_words(files)}; folders ({in_words(_folders())}) by their path."


def folders_in_words() -> str:
    """Return what a folder must be to be opened: "OME-Zarr folder"."""
    return f"{in_words(_folders(), 'or')} folder"


def masks_in_words() -> str:
    """Return which formats hold masks, as a sentence."""
    unfit = [row for row in FORMATS if not row.holds_labels]
    return f"Any format but {in_words(unfit)}, which changes the values a little."


def suffixes_in_words() -> str:
    """Return every format with the suffixes that its files usually have."""
    rows = (f"{row.in_words}: {', '.join(row.suffixes)}" for row in FORMATS)
    return f"Formats that are read, told by content and not by suffix: {'; '.join(rows)}."


def format_of(path: Path) -> Format:
    """Return the format of the file or folder at `path`, by its bytes and not its name.

    Raises
    ------
    ReadingError
        If nothing readable is there: no such file, an empty one, a folder that is no
        image, or first bytes of no format that is read.
    """
    try:
        if path.is_dir():
            return _format_of_folder(path)
        with path.open("rb") as file:
            start = file.read(64)
    except FileNotFoundError:
        raise ReadingError(
            f"{path.name}: there is no such file in {path.parent}. Check the path."
        ) from None
    except PermissionError:
        raise ReadingError(
            f"{path.name}: the file may not be opened by this user. Ask for the right to "
            "read it, or copy it."
        ) from None
    except ReadingError:
        raise
    except (OSError, ValueError) as error:
        raise ReadingError(
            f"{path.name}: the file cannot be opened ({_reason(error)}). Check the path."
        ) from None
    if not start:
        raise ReadingError(
            f"{path.name}: the file is empty (0 bytes). Copy or export it again."
        )
    for row in FORMATS:
        if start.startswith(row.first_bytes):
            return row
    raise ReadingError(
        f"{path.name}: this is {_description(start)}, not an image that can be read. "
        f"Readable are {in_words()}; export it as TIFF."
    )


def _format_of_folder(path: Path) -> Format:
    for row in _folders():
        if any((path / name).is_file() for name in row.files_inside):
            return row
    expected = _listed([name for row in _folders() for name in row.files_inside], "or")
    raise ReadingError(
        f"{path.name}: this folder is no {in_words(_folders(), 'or')} image (no "
        f"{expected} in it). Choose a file in it."
    )


def _folders() -> list[Format]:
    return [row for row in FORMATS if row.is_folder]


def _description(start: bytes) -> str:
    for signature, name in _RECOGNISED:
        if start.startswith(signature):
            return name
    try:
        text = start[:48].decode()
    except UnicodeDecodeError:
        return "a file of an unknown format"
    return "a text file" if text.isprintable() or "\n" in text else "of an unknown format"


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def _listed(names: Sequence[str], conjunction: str) -> str:
    *others, last = names
    return f"{', '.join(others)} {conjunction} {last}" if others else last
