"""A data set that comes as a zip file, from anyone: checked first, then unpacked.

Nothing is written before every name and size in the zip has been looked at, and nothing
stays where unpacking fails.
"""

from __future__ import annotations

import re
import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from rescale4dl_core.errors import OutputError, ReadingError, RescaleError
from rescale4dl_core.evaluation.folders import sampling_factor
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO


LARGEST_TOTAL_BYTES = 8 * 1024**3
MOST_FILES = 20_000
HIGHEST_RATIO = 500
"""Unpacked / packed: label images that are nearly empty reach 300."""

SMALL_BYTES = 100 * 1024**2
"""What unpacks to no more than this does no harm at any ratio."""

LONGEST_NAME = 400
"""Characters of a name with its folders."""

ADVICE = "Pack the folder of the data set anew, with the zip program of your system."
# An entry takes 46 bytes beside its name, so 1 kB each is ample.
_LONGEST_DIRECTORY_BYTES = MOST_FILES * 1024
_BAND_BYTES = 1024**2
_JUNK_FOLDERS = frozenset(("__macosx",))
_JUNK_FILES = frozenset(("thumbs.db", "desktop.ini"))
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Encrypted, strongly encrypted, headers masked: bits 0, 6 and 13 (APPNOTE 4.4.4).
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    NotImplementedError,
    UnicodeDecodeError,
)


@dataclass(frozen=True, slots=True)
class UnpackedZip:
    """What came out of a zip file."""

    folder: Path
    n_files: int
    left_out: tuple[str, ...]
    """Names of what a system adds to a zip unasked: __MACOSX, .DS_Store, Thumbs.db."""


@dataclass(frozen=True, slots=True)
class _Member:
    info: zipfile.ZipInfo
    path: PurePosixPath


def unpack_dataset(
    zip_path: Path, folder: Path, *, progress: Progress = silent
) -> UnpackedZip:
    """Unpack a zip file into `folder`, which must not be there yet.

    Parameters
    ----------
    zip_path : Path
        The file; it is not changed.
    folder : Path
        Where to unpack; removed again if anything goes wrong.
    progress : Progress
        Called after every file and every few megabytes.

    Raises
    ------
    ReadingError
        If the file is no zip or is damaged, is encrypted, unpacks to more than
        `LARGEST_TOTAL_BYTES` or `MOST_FILES`, holds links, or has names that are absolute,
        lead out of the folder or occur twice (in capitals or not).
    OutputError
        If the disk is full.
    """
    with _removed_on_failure(folder), _explained(zip_path.name):
        folder.mkdir(parents=True)
        _require_short_directory(zip_path)
        with zipfile.ZipFile(zip_path) as archive:
            members = _checked(archive, zip_path)
            kept = [member for member in members if not _is_junk(member.path)]
            if not kept:
                raise ReadingError(f"{zip_path.name} holds no file. {ADVICE}")
            _require_space(kept, folder, zip_path.name)
            _write(archive, kept, folder, progress)
    left_out = tuple(str(member.path) for member in members if _is_junk(member.path))
    progress(1.0, f"Unpacked {len(kept)} files")
    return UnpackedZip(folder, len(kept), left_out)


@contextmanager
def _removed_on_failure(folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Say in words of the user what the libraries find wrong with a zip file."""
    try:
        yield
    except RescaleError:
        raise
    except _DAMAGED as error:
        raise ReadingError(f"{name} is damaged, or no zip file. {ADVICE}") from error
    except OSError as error:
        raise OutputError(
            f"{name} cannot be unpacked ({error.strerror or error}). Free some space, and "
            "shorten names that are very long."
        ) from error


def _require_short_directory(zip_path: Path) -> None:
    """Refuse a list of contents that would fill the memory when it is read.

    Its length stands at the end of the file, in the larger form of it where there is one.
    """
    with zip_path.open("rb") as file:
        end = file.seek(0, 2)
        # The longest comment, the end record, and the locator and end record of zip64.
        start = file.seek(max(0, end - 65_535 - 22 - 20 - 56))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile(f"no end record after byte {start}")
    length: int = struct.unpack_from("<L", tail, at + 12)[0]
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07") and at >= 76:
        length = struct.unpack_from("<Q", tail, at - 76 + 40)[0]
    if length > _LONGEST_DIRECTORY_BYTES:
        raise _too_many(zip_path.name)


def _checked(archive: zipfile.ZipFile, zip_path: Path) -> list[_Member]:
    """Return the files in the zip, folders left out; raise if one is not to be trusted."""
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise _too_many(zip_path.name)
    total_bytes = sum(info.file_size for info in infos)
    packed_bytes = zip_path.stat().st_size
    if total_bytes > LARGEST_TOTAL_BYTES:
        raise ReadingError(
            f"{zip_path.name} unpacks to {total_bytes / 1024**3:.1f} GB; up to "
            f"{LARGEST_TOTAL_BYTES / 1024**3:.0f} GB are unpacked. Give the data set in "
            "parts."
        )
    # Members that overlap are packed into less than their sum (Fifield 2019).
    if sum(info.compress_size for info in infos) > packed_bytes or (
        total_bytes > max(SMALL_BYTES, HIGHEST_RATIO * packed_bytes)
    ):
        raise ReadingError(
            f"{zip_path.name} unpacks to {total_bytes / 1024**2:.0f} MB from "
            f"{packed_bytes / 1024**2:.1f} MB, far more than images do, so it was not "
            f"unpacked. {ADVICE}"
        )
    for info in infos:
        _require_plain(info, zip_path.name)
    members = [_Member(info, _path_of(info, zip_path.name)) for info in infos]
    files = [member for member in members if not _is_folder(member.info)]
    _require_different([member.path for member in files], zip_path.name)
    return files


def _require_plain(info: zipfile.ZipInfo, name: str) -> None:
    """Refuse what cannot be read, and links, which could lead anywhere."""
    shown = _shown(info.filename)
    if info.flag_bits & _ENCRYPTED_FLAGS:
        raise ReadingError(
            f"{name} is encrypted ({shown}). Pack the data set without a password."
        )
    if info.compress_type not in _READABLE:
        raise ReadingError(
            f"{shown} in {name} is packed in an unusual way (method "
            f"{info.compress_type}). {ADVICE}"
        )
    # Systems without such modes leave 0.
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ReadingError(
            f"{shown} in {name} is a link or a device, not a file. Put the file itself "
            "into the zip."
        )


def _path_of(info: zipfile.ZipInfo, name: str) -> PurePosixPath:
    """Return where a member belongs below the folder; some write backslashes."""
    # zipfile cuts `filename` at a null byte; the name as it stands is what is checked.
    stored = info.orig_filename.replace("\\", "/")
    parts = [part for part in stored.split("/") if part not in ("", ".")]
    if stored.startswith("/") or re.match(r"[A-Za-z]:", stored) or ".." in parts:
        raise ReadingError(
            f"{name} wants to write outside its own folder ({_shown(stored)}), so nothing "
            f"was unpacked. {ADVICE}"
        )
    if not parts or len(stored) > LONGEST_NAME or not stored.isprintable():
        raise ReadingError(
            f"{name} holds a name that is no file name ({_shown(stored)}). Rename it, and "
            "pack the data set anew."
        )
    return PurePosixPath(*parts)


def _require_different(paths: Sequence[PurePosixPath], name: str) -> None:
    """Refuse two files of one name, and a file called as a folder is."""
    files: set[str] = set()
    for path in paths:
        key = _folded(path)
        if key in files:
            raise ReadingError(
                f"{name} holds {_shown(str(path))} twice (capitals do not count). Remove "
                "one of the two."
            )
        files.add(key)
    for path in paths:
        clash = next((one for one in path.parents if _folded(one) in files), None)
        if clash is not None:
            raise ReadingError(
                f"{name} holds {_shown(str(clash))} twice, as a file and as a folder. "
                "Remove one of the two."
            )


def _require_space(members: Sequence[_Member], folder: Path, name: str) -> None:
    needed_bytes = sum(member.info.file_size for member in members)
    free_bytes = shutil.disk_usage(folder).free
    if needed_bytes > free_bytes:
        raise OutputError(
            f"{name} unpacks to {needed_bytes / 1024**2:.0f} MB, and "
            f"{free_bytes / 1024**2:.0f} MB are free here. Free some space."
        )


def _write(
    archive: zipfile.ZipFile, members: Sequence[_Member], folder: Path, progress: Progress
) -> None:
    total_bytes = max(1, sum(member.info.file_size for member in members))
    done_bytes = 0
    for member in members:
        path = folder.joinpath(*member.path.parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member.info) as packed, path.open("xb") as file:
            for band in _bands(packed):
                file.write(band)
                done_bytes += len(band)
                progress(min(1.0, done_bytes / total_bytes), f"Unpacking {path.name}")
        progress(min(1.0, done_bytes / total_bytes), f"Unpacking {path.name}")


def _bands(packed: IO[bytes]) -> Iterator[bytes]:
    while band := packed.read(_BAND_BYTES):
        yield band


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.orig_filename.endswith(("/", "\\"))


def _is_junk(path: PurePosixPath) -> bool:
    folded = [part.casefold() for part in path.parts]
    hidden = any(part.startswith(".") for part in folded)
    return hidden or bool(_JUNK_FOLDERS & {*folded}) or folded[-1] in _JUNK_FILES


def _folded(path: PurePosixPath) -> str:
    # Some disks take names that differ in capitals or composed accents for one.
    return unicodedata.normalize("NFC", str(path)).casefold()


def _shown(name: str) -> str:
    printable = "".join(c if c.isprintable() else "?" for c in name)
    return repr(printable[:80])


def _too_many(name: str) -> ReadingError:
    return ReadingError(
        f"{name} holds more than {MOST_FILES:,} files, so it was not unpacked. Give the "
        "data set in parts, or by its folder."
    )


DEEPEST = 3
"""Folders around a data set that are looked into."""


def folder_to_evaluate(folder: Path) -> Path:
    """Return the one folder with samplings in it, `folder` itself where there is none.

    Raises
    ------
    ReadingError
        If there are several: each is a data set of its own.
    """
    found = _with_samplings(folder, DEEPEST)
    if len(found) > 1:
        names = ", ".join(path.name for path in found[:6])
        raise ReadingError(
            f"There are {len(found)} data sets in {folder.name} ({names}). Give one of "
            "them at a time."
        )
    return found[0] if found else folder


def folder_to_rescale(folder: Path) -> Path:
    """Return where the data sets begin: past folders that hold one folder only.

    A folder of files is not entered, as it may be the Images of its parent.
    """
    for _ in range(DEEPEST):
        inside = _visible(folder)
        if len(inside) != 1 or not any(path.is_dir() for path in _visible(inside[0])):
            break
        folder = inside[0]
    return folder


def _with_samplings(folder: Path, depth: int) -> list[Path]:
    below = [path for path in _visible(folder) if path.is_dir()]
    if any(sampling_factor(path.name) for path in below):
        return [folder]
    if depth == 0:
        return []
    return [found for path in below for found in _with_samplings(path, depth - 1)]


def _visible(folder: Path) -> list[Path]:
    """Return what is in a folder; nothing where it is none or may not be read."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []
