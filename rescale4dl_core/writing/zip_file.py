"""Many files as one zip, a file at a time in memory."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, NamedTuple

from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.writing.fresh_file import fresh_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

# Deflating these again takes time and saves nothing.
_PACKED_ALREADY = (".tif", ".tiff", ".png", ".pdf", ".parquet")
# The same members give the same bytes whenever they are packed; zip begins in 1980.
_EARLIEST_DATE = (1980, 1, 1, 0, 0, 0)


class ZipMember(NamedTuple):
    """A file of the zip; its content is made when its turn comes."""

    name: str
    """Path within the zip, parts joined by /."""

    content: Callable[[], bytes]


def write_zip(
    members: Sequence[ZipMember],
    path: Path,
    *,
    overwrite: bool = False,
    progress: Progress = silent,
) -> None:
    """Write a zip file that appears whole or not at all, the same for the same members.

    Raises
    ------
    OutputError
        If `path` exists and `overwrite` is false, or if it cannot be written.
    """
    with fresh_file(path, overwrite=overwrite) as temporary:
        with zipfile.ZipFile(temporary, "w") as archive:
            for n_done, member in enumerate(members):
                progress(n_done / len(members), f"Packing {member.name}")
                info = zipfile.ZipInfo(member.name, _EARLIEST_DATE)
                # 3 is Unix, on Windows too: the bytes do not tell where they were packed.
                info.create_system = 3
                info.external_attr = 0o644 << 16
                stored = member.name.lower().endswith(_PACKED_ALREADY)
                info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                archive.writestr(info, member.content())
        progress(1.0, f"Packed {len(members)} files")


def members_below(folder: Path) -> tuple[ZipMember, ...]:
    """Return all files below `folder` by name, hidden ones left out."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(
        ZipMember(path.relative_to(folder).as_posix(), path.read_bytes)
        for path in paths
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
