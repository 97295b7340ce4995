"""Turns what the reading libraries raise on broken files into one clear sentence."""

from __future__ import annotations

import logging
import struct
import warnings
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rescale4dl_core.errors import (
    MissingDependencyError,
    ReadingError,
    RescaleError,
    TooLargeError,
)
from rescale4dl_core.reading.signature import FileKind

if TYPE_CHECKING:
    from collections.abc import Iterator

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
