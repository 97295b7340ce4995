"""What is to be done, what is finished, and what must not be touched unasked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rescale4dl_core.datasets.manifest import (
    Manifest,
    read_manifest,
    settings_of,
    stamps_of,
    write_manifest,
)
from rescale4dl_core.datasets.mapping import FILE_NAME as MAPPING_FILE
from rescale4dl_core.datasets.mapping import read_mappings
from rescale4dl_core.datasets.one_image import (
    IMAGES_FOLDER,
    LABELS_FOLDER,
    ImageTask,
    Target,
)
from rescale4dl_core.errors import OutputError, ReadingError
from rescale4dl_core.writing.fresh_file import remove_leftovers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rescale4dl_core.datasets.choices import DatasetChoices
    from rescale4dl_core.datasets.manifest import Stamp
    from rescale4dl_core.datasets.mapping import GridMapping
    from rescale4dl_core.datasets.recipe import Recipe
    from rescale4dl_core.datasets.source import SourceDataset, SourcePair


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
