"""Which format a file is, told by its first bytes and never by its name."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rescale4dl_core.errors import ReadingError

if TYPE_CHECKING:
    from pathlib import Path

SUPPORTED = (
    "TIFF (plain, OME, ImageJ, MetaMorph, SVS, LSM), PNG, JPEG, OME-Zarr, Nikon ND2, Zeiss "
    "CZI and Leica LIF"
)


class FileKind(StrEnum):
    """A family of files that one reader opens."""

    TIFF = "TIFF"
    PNG = "PNG"
    JPEG = "JPEG"
    OME_ZARR = "OME-Zarr"
    ND2 = "ND2"
    CZI = "CZI"
    LIF = "LIF"


_SIGNATURES = (
    (b"II*\0", FileKind.TIFF),
    (b"MM\0*", FileKind.TIFF),
    (b"II+\0", FileKind.TIFF),
    (b"MM\0+", FileKind.TIFF),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\xda\xce\xbe\n", FileKind.ND2),
    (b"\0\0\0\x0cjP  ", FileKind.ND2),
    (b"ZISRAWFILE", FileKind.CZI),
    (b"\x70\0\0\0", FileKind.LIF),
)
_ZARR_FILES = ("zarr.json", ".zattrs", ".zgroup", ".zarray")
_RECOGNISED = (
    (b"PK\x03\x04", "a ZIP archive (Office files such as .xlsx are ZIP archives too)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file (Imaris .ims files are HDF5 too)"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
)


def file_kind(path: Path) -> FileKind:
    """Return the format of the file or OME-Zarr folder at `path`.

    Raises
    ------
    ReadingError
        If nothing readable is there: no such file, an empty one, a folder that is no
        OME-Zarr, or first bytes of no format that is read.
    """
    try:
        if path.is_dir():
            return _folder_kind(path)
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
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            return kind
    raise ReadingError(
        f"{path.name}: this is {_description(start)}, not an image that can be read. "
        f"Readable are {SUPPORTED}; export it as TIFF."
    )


def _folder_kind(path: Path) -> FileKind:
    if any((path / name).is_file() for name in _ZARR_FILES):
        return FileKind.OME_ZARR
    raise ReadingError(
        f"{path.name}: this folder is no OME-Zarr image (no zarr.json or .zattrs in it). "
        "Choose a file in it."
    )


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
