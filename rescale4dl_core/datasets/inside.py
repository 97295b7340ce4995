"""Where in an unpacked zip, or in a folder that was given, the data set begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.evaluate.files import sampling_factor

if TYPE_CHECKING:
    from pathlib import Path

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
