"""Turns what the reading libraries raise on broken files into one clear sentence."""

from __future__ import annotations

import logging
import struct
import warnings
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rescale4dl_core.errors import ReadingError, RescaleError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rescale4dl_core.reading.signature import FileKind

BROKEN_FILE_ERRORS = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    NotImplementedError,
    SyntaxError,
    struct.error,
    zlib.error,
    Warning,
)
"""What the libraries were seen to raise on damaged headers, offsets and streams."""

_LIBRARY_LOGGERS = ("tifffile", "czifile", "liffile", "nd2", "PIL", "zarr")
_LONGEST_REASON = 120


@contextmanager
def broken_file_explained(name: str, kind: FileKind) -> Iterator[None]:
    """Raise `ReadingError` where a library fails on the file called `name`.

    Our own errors pass unchanged. What the libraries log or warn of does not reach the
    terminal: what matters is reported in notes and errors.
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
    except MemoryError:
        raise TooLargeError(
            f"{name}: there is not enough memory to decode this image. Export a part of it."
        ) from None
    except BROKEN_FILE_ERRORS as error:
        reason = " ".join(str(error).split())[:_LONGEST_REASON] or type(error).__name__
        raise ReadingError(
            f"{name}: the file starts like {kind} but is damaged, incomplete or of a "
            f"variant that cannot be read ({reason}). Copy it again from the microscope, "
            "or open it in Fiji and save it as TIFF."
        ) from error
