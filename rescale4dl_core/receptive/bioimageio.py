"""A bioimage.io package: a zip with a description and weights, from anyone.

Nothing is written to disk. Only two members of the zip are read, each within a bound: the
description (rdf.yaml, versions 0.4 and 0.5) and the ONNX file it names.
"""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.receptive.package_description import (
    DESCRIPTIONS,
    Description,
    read_description,
)
from rescale4dl_core.receptive.untrusted import LARGEST_FILE_BYTES, require_small

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_ZIP_BYTES = 500 * 1000**2
LARGEST_DESCRIPTION_BYTES = 256_000
MOST_MEMBERS = 1000
HIGHEST_RATIO = 200
"""Unpacked / packed: weights hardly shrink, and what shrinks more fills memory."""

SMALL_BYTES = 1_000_000
"""What unpacks to no more than this does no harm at any ratio."""

ENCRYPTED = 0x1
ADVICE = "Download the package again from where it came from."


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """What was found in the zip."""

    onnx_bytes: bytes
    description: Description


def read_package(content: bytes) -> Package:
    """Return the ONNX network of a package, and how it wants to be fed.

    Parameters
    ----------
    content : bytes
        The zip file. The network in it is not checked here (`check_untrusted`).

    Raises
    ------
    NetworkError
        If the zip is damaged, too large, encrypted, has links or names that lead out of
        it, or unpacks to far more than it holds; if it has no description, one that
        cannot be read, or no ONNX weights; if the weights are not those described.
    """
    if len(content) > LARGEST_ZIP_BYTES:
        raise NetworkError(
            f"This package has {len(content) / 1e6:.0f} MB; up to "
            f"{LARGEST_ZIP_BYTES / 1e6:.0f} MB are accepted. Choose a smaller network."
        )
    with _explained(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = _checked(archive)
        name = next((d for d in DESCRIPTIONS if d in members), None)
        if name is None:
            raise NetworkError(
                f"This zip has none of {', '.join(DESCRIPTIONS)}, so it is no package of "
                "bioimage.io. Choose one, or unpack it and open the .onnx file in it."
            )
        text = _member(archive, members[name], LARGEST_DESCRIPTION_BYTES)
        description = read_description(text)
        weights = members.get(str(PurePosixPath(description.onnx_source)))
        if weights is None:
            raise NetworkError(
                f"The description names the weights {_short(description.onnx_source)!r}, "
                f"which are not in the zip; they are not downloaded. {ADVICE}"
            )
        require_small(weights.file_size)
        onnx_bytes = _member(archive, weights, LARGEST_FILE_BYTES)
    digest = hashlib.sha256(onnx_bytes).hexdigest()
    if description.onnx_sha256 not in (None, digest):
        raise NetworkError(
            "The weights in this zip are not those that its description names: the "
            f"checksums differ. {ADVICE}"
        )
    return Package(onnx_bytes, description)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise NetworkError(f"This zip file is damaged. {ADVICE}") from error
    except (ValueError, OSError, RuntimeError, IndexError) as error:
        if isinstance(error, NetworkError):
            raise
        raise NetworkError(f"This zip file cannot be read. {ADVICE}") from error


def _checked(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, once all names and sizes were looked at."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise NetworkError(
            f"This zip holds {len(members)} files; a package has a few, and up to "
            f"{MOST_MEMBERS} are accepted. {ADVICE}"
        )
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in member.filename:
            raise NetworkError(
                f"This zip has a file {_short(member.filename)!r}, whose name leads out of "
                f"it. {ADVICE}"
            )
        if stat.S_ISLNK(member.external_attr >> 16):
            raise NetworkError(
                f"This zip has a link ({_short(member.filename)!r}) instead of a file, "
                f"which is not followed. {ADVICE}"
            )
        if member.flag_bits & ENCRYPTED:
            raise NetworkError(
                "This zip is protected by a password. Remove the protection, and open it "
                "again."
            )
        most = max(SMALL_BYTES, HIGHEST_RATIO * member.compress_size)
        if member.file_size > most:
            raise NetworkError(
                f"{_short(member.filename)!r} in this zip would unpack to "
                f"{member.file_size / 1e6:.0f} MB from {member.compress_size / 1e6:.1f} "
                f"MB: that is no network. {ADVICE}"
            )
    return {str(PurePosixPath(member.filename)): member for member in members}


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most_bytes: int) -> bytes:
    """Read one member, and no more of it than is allowed whatever the zip says."""
    with archive.open(member) as file:
        found = file.read(most_bytes + 1)
    if len(found) > most_bytes:
        raise NetworkError(
            f"{_short(member.filename)!r} in this zip has more than "
            f"{most_bytes / 1e6:.2g} MB, which is too much. {ADVICE}"
        )
    return found


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
