"""What is to be done, what is finished, and what must not be touched unasked.

The manifest of a folder is written before its first image. As every image appears whole or
not at all, an image that is there and stands in the manifest is finished; nothing else has
to be remembered.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rescale4dl_core.datasets.mapping import FILE_NAME as MAPPING_FILE
from rescale4dl_core.datasets.mapping import read_mappings
from rescale4dl_core.datasets.one_image import (
    IMAGES_FOLDER,
    LABELS_FOLDER,
    ImageTask,
    Target,
)
from rescale4dl_core.errors import OutputError, ReadingError
from rescale4dl_core.version import __version__
from rescale4dl_core.writing.fresh_file import remove_leftovers, write_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rescale4dl_core.datasets.mapping import GridMapping
    from rescale4dl_core.datasets.source import SourceDataset, SourcePair
    from rescale4dl_core.datasets.versions import DatasetChoices, ReadingChoices, Recipe


FILE_NAME = "rescaled.json"
# Not a digest, which would read every file twice: see decision 0020.
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
        # Another version of the program may give other pixels.
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
    # An OME-Zarr image is a folder.
    files = [path, *path.rglob("*")] if path.is_dir() else [path]
    found = [file.stat() for file in files]
    return (
        path.name,
        sum(one.st_size for one in found),
        max(one.st_mtime_ns for one in found),
    )


def _word(value: Any) -> str:
    return "not set" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """One output folder: what is in it, and what belongs there."""

    target: Target
    pairs: tuple[SourcePair, ...]
    manifest: Manifest
    finished: frozenset[str]
    """Names of the pairs whose every file is there."""

    kept: frozenset[Path]
    """Images and labels that are there and stay, in half finished pairs too."""

    stale: tuple[Path, ...]
    """Files that are in the way: made otherwise, or by someone else."""

    why_stale: str
    mappings: Mapping[str, GridMapping]
    """What the folder's table of windows tells by file name; it stays true."""

    def prepare(self) -> None:
        """Make room and take note of what comes; before the first image is written."""
        self.tidy()
        for path in self.stale:
            path.unlink(missing_ok=True)
        write_manifest(self.target.folder, self.manifest)

    def tidy(self) -> None:
        """Remove what processes that were killed have left half-written."""
        for folder in (IMAGES_FOLDER, LABELS_FOLDER):
            remove_leftovers(self.target.folder / folder)


@dataclass(frozen=True, slots=True)
class JobPlan:
    """All output folders, and one task per image that is not finished in all of them."""

    folders: tuple[FolderPlan, ...]
    tasks: tuple[ImageTask, ...]
    n_finished: int
    """Images of which nothing is left to write."""

    def written(self) -> tuple[Path, ...]:
        """Return what was not there before and is there now, image by image.

        Whoever wrote it: a worker may die after it has written and before it can tell.
        """
        kept = {path for folder in self.folders for path in folder.kept}
        return tuple(
            path
            for task in self.tasks
            for target in task.targets
            for path in target.paths(task.pair)
            if path not in kept and path.exists()
        )


def plan_job(
    datasets: Sequence[SourceDataset],
    choices: DatasetChoices,
    out: Path,
    *,
    overwrite: bool = False,
) -> JobPlan:
    """Compare what is asked for with what is in `out`.

    Raises
    ------
    OutputError
        If something in the way was made otherwise or by someone else and `overwrite` is
        false, or a data set would be written into itself.
    """
    folders: list[FolderPlan] = []
    tasks: list[ImageTask] = []
    n_finished = 0
    for dataset in datasets:
        if (out / dataset.name).resolve() == dataset.folder:
            raise OutputError(
                f"The results would be written into the data set itself "
                f"({dataset.folder}). Choose another folder (--out)."
            )
        stamps = {pair.name: _stamps_of(pair) for pair in dataset.pairs}
        plans = [
            _plan_folder(dataset, recipe, choices, out, stamps)
            for recipe in choices.recipes()
        ]
        for pair in dataset.pairs:
            unfinished = [plan.target for plan in plans if pair.name not in plan.finished]
            mapped = [plan.target for plan in plans if plan.target.recipe.has_window]
            n_finished += not unfinished
            if unfinished or mapped:
                tasks.append(
                    ImageTask(
                        dataset.name,
                        pair,
                        tuple(unfinished),
                        tuple(mapped),
                        choices.reading,
                    )
                )
        folders += plans
    in_the_way = [plan for plan in folders if plan.stale]
    if in_the_way and not overwrite:
        raise _refusal(in_the_way)
    return JobPlan(tuple(folders), tuple(tasks), n_finished)


def _refusal(plans: Sequence[FolderPlan]) -> OutputError:
    n_files = sum(len(plan.stale) for plan in plans)
    first = plans[0]
    return OutputError(
        f"{n_files} file(s) are in the way, the first is {first.stale[0]}: "
        f"{first.why_stale}. Choose another folder, or allow them to be "
        "replaced (--overwrite); what was made just so is kept in either case."
    )


def _stamps_of(pair: SourcePair) -> tuple[Stamp, ...]:
    try:
        return stamps_of(pair)
    except OSError as error:
        raise ReadingError(
            f"{pair.image_path} or its labels cannot be looked at ({error.strerror}). "
            "Check that nobody is moving the files, and try again."
        ) from error


def _plan_folder(
    dataset: SourceDataset,
    recipe: Recipe,
    choices: DatasetChoices,
    out: Path,
    stamps: dict[str, tuple[Stamp, ...]],
) -> FolderPlan:
    target = Target(recipe, out.resolve() / recipe.folder_name(dataset.name))
    manifest = Manifest(settings_of(recipe, choices.reading), stamps)
    before = read_manifest(target.folder)
    changes = before.differences(manifest) if before else ()
    known = before.sources if before and not changes else {}
    there = _files_in(target.folder)
    finished = {
        pair.name
        for pair in dataset.pairs
        if known.get(pair.name) == stamps[pair.name]
        and there.issuperset(target.paths(pair))
    }
    doubtful = {name for name in stamps if known.get(name) != stamps[name]}
    if before and changes:
        # Images of pairs that have left the data set were made with the old settings too.
        doubtful |= before.sources.keys()
    table = target.folder / MAPPING_FILE
    stale = [path for path in sorted(there) if path.stem in doubtful]
    mappings = {}
    if recipe.has_window and table.exists():
        if known:
            mappings = read_mappings(table)
        else:
            stale.append(table)
    return FolderPlan(
        target,
        dataset.pairs,
        # Images of earlier jobs stay in the folder, so they stay in its note.
        replace(manifest, sources={**known, **stamps}),
        frozenset(finished),
        there.difference(stale),
        tuple(stale),
        _why(before, changes),
        mappings,
    )


def _why(before: Manifest | None, changes: tuple[str, ...]) -> str:
    if before is None:
        return "it was not written by this job"
    if changes:
        return f"it was made with other settings ({', '.join(changes)})"
    return "the file it was made from has changed since, or it comes from elsewhere"


def _files_in(folder: Path) -> frozenset[Path]:
    """Return the images and labels that are in an output folder."""
    found: set[Path] = set()
    for part in (folder / IMAGES_FOLDER, folder / LABELS_FOLDER):
        try:
            found.update(path for path in part.iterdir() if path.suffix == ".tif")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise OutputError(
                f"{part} cannot be listed ({error.strerror}). Choose another folder."
            ) from error
    return frozenset(found)
