"""What an output folder holds: how it was made and from which files, kept beside it.

The note is written before the first image. As every image appears whole or not at all, an
image that is there and stands in the note is finished; nothing else has to be remembered.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rescale4dl_core import __version__
from rescale4dl_core.errors import OutputError
from rescale4dl_core.writing.text import write_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rescale4dl_core.datasets.choices import ReadingChoices
    from rescale4dl_core.datasets.recipe import Recipe
    from rescale4dl_core.datasets.source import SourcePair

FILE_NAME = "rescaled.json"

Stamp = tuple[str, int, int]
"""Name, size in bytes and time of the last change in ns: another one is another file."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """How the images of one folder are made, and from what."""

    settings: Mapping[str, Any]
    """All that the pixels depend on besides the files, under names that people know."""

    sources: Mapping[str, tuple[Stamp, ...]]
    """The files of each pair by its name: the image, and its labels where it has any."""

    def text(self) -> str:
        """Return the file's content."""
        fields = {"settings": dict(self.settings), "sources": dict(self.sources)}
        return json.dumps(fields, indent=1) + "\n"

    def differences(self, other: Manifest) -> tuple[str, ...]:
        """Return how the settings of `other` differ, in words."""
        return tuple(
            f"{name} was {_word(self.settings.get(name))} and is now "
            f"{_word(other.settings.get(name))}"
            for name in dict.fromkeys([*self.settings, *other.settings])
            if self.settings.get(name) != other.settings.get(name)
        )


def settings_of(recipe: Recipe, reading: ReadingChoices) -> dict[str, Any]:
    """Return what the pixels of a folder depend on, as JSON holds it."""
    selection = reading.selection
    return {
        "ratio": str(recipe.factor.ratio),
        "binning": recipe.binning.value,
        "blurred as ratio": str(recipe.blurred_as.ratio) if recipe.blurred_as else None,
        "blur sigma (px)": recipe.sigma_px,
        "same size": recipe.keeps_shape,
        "crop (px)": list(recipe.crop_px) if recipe.crop_px else None,
        "channel": selection.channel,
        "plane": selection.plane,
        "time": selection.time,
        "scene": selection.scene,
        "pixel size (um)": reading.pixel_size_um,
        "program": f"ReScale4DL Advisor {__version__}",
    }


def stamps_of(pair: SourcePair) -> tuple[Stamp, ...]:
    """Return what identifies the files of a pair."""
    return tuple(_stamp_of(path) for path in pair.paths)


def read_manifest(folder: Path) -> Manifest | None:
    """Return the note in an output folder, None where there is none.

    Raises
    ------
    OutputError
        If it cannot be understood.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return None
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        sources = {
            str(name): tuple(
                (str(file), int(size), int(time)) for file, size, time in files
            )
            for name, files in fields["sources"].items()
        }
        return Manifest(dict(fields["settings"]), sources)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise OutputError(
            f"{path} should say how the images beside it were made, and cannot be "
            "understood. Choose another folder, or delete this one."
        ) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write or replace the note in an output folder."""
    write_text(folder / FILE_NAME, manifest.text(), overwrite=True)


def _stamp_of(path: Path) -> Stamp:
    files = [path, *path.rglob("*")] if path.is_dir() else [path]
    found = [file.stat() for file in files]
    return (
        path.name,
        sum(one.st_size for one in found),
        max(one.st_mtime_ns for one in found),
    )


def _word(value: Any) -> str:
    return "not set" if value is None else str(value)
