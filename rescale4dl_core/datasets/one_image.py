"""All versions of one image and its labels: the unit of parallel work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rescale4dl_core.errors import CancelledError, OutputError, RescaleError
from rescale4dl_core.evaluation.folders import Problem
from rescale4dl_core.reading.image import read_info, read_plane
from rescale4dl_core.reading.masks import stored_values
from rescale4dl_core.reading.opened import choices_of
from rescale4dl_core.reading.sample import read_sample
from rescale4dl_core.writing.image_tiff import write_image_tiff, write_labels_tiff

if TYPE_CHECKING:
    from pathlib import Path

    from rescale4dl_core.datasets.mapping import GridMapping
    from rescale4dl_core.datasets.source import SourcePair
    from rescale4dl_core.datasets.versions import ReadingChoices, Recipe
    from rescale4dl_core.images import Sample
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.progress import Progress

IMAGES_FOLDER, LABELS_FOLDER = "Images", "GT"


@dataclass(frozen=True, slots=True)
class Target:
    """One version that is to be written."""

    recipe: Recipe
    folder: Path
    """`<out>/<dataset>/<sampling>`."""

    def paths(self, pair: SourcePair) -> tuple[Path, ...]:
        """Return where the image goes, and its labels where it has any."""
        folders = (IMAGES_FOLDER, LABELS_FOLDER)[: len(pair.paths)]
        return tuple(self.folder / folder / f"{pair.name}.tif" for folder in folders)


@dataclass(frozen=True, slots=True)
class ImageTask:
    """What is to be written of one image; empty where only its mapping is wanted."""

    dataset: str
    pair: SourcePair
    targets: tuple[Target, ...]
    mapped: tuple[Target, ...]
    """The versions whose window is to be told, written already or not."""

    reading: ReadingChoices

    def __str__(self) -> str:
        return f"{self.dataset}/{self.pair}"


@dataclass(frozen=True, slots=True)
class ImageResult:
    """What became of one image."""

    task: ImageTask
    written: tuple[Path, ...] = ()
    mappings: dict[Path, GridMapping] = field(default_factory=dict)
    """By folder."""

    has_pixel_size: bool = True
    problems: tuple[Problem, ...] = ()


def rescale_one(task: ImageTask, *, progress: Progress) -> ImageResult:
    """Read one image with its labels and write its versions.

    What is wrong with this image comes back as a `Problem`; what concerns every image, a
    full disk for instance, is raised. Files that exist are left: `FolderPlan.prepare` has
    removed all that are not what is asked for. So a task can be done twice.

    Raises
    ------
    OutputError
        If nothing can be written.
    CancelledError
        If `progress` raises it.
    """
    problems: list[Problem] = []
    n_steps = 1 + len(task.targets)

    def step(n_done: int) -> Progress:
        def within(fraction: float, message: str, /) -> None:
            progress((n_done + fraction) / n_steps, f"{task.pair}: {message}")

        return within

    try:
        if not task.targets:
            return ImageResult(task, mappings=_mappings(task, _shape_px(task), problems))
        sample = _read(task, step(0))
    except CancelledError:
        raise
    except RescaleError as error:
        problem = Problem(task.dataset, task.pair.image_path.name, f"left out. {error}")
        return ImageResult(task, problems=(problem,))
    written: list[Path] = []
    for n_done, target in enumerate(task.targets, start=1):
        try:
            written += _write(task, target, sample, step(n_done))
        except CancelledError:
            raise
        except RescaleError as error:
            if isinstance(error, OutputError) and isinstance(error.__cause__, OSError):
                raise
            problems.append(_problem(target, task, error))
    return ImageResult(
        task,
        tuple(written),
        _mappings(task, sample.image.shape, problems),
        sample.image.pixel_size is not None,
        tuple(problems),
    )


def _read(task: ImageTask, progress: Progress) -> Sample:
    reading, pair = task.reading, task.pair
    sample = read_sample(
        pair.image_path,
        selection=reading.selection,
        pixel_size_um=reading.pixel_size_um,
        allow_large=reading.allow_large,
        progress=progress,
    )
    if pair.labels_path is None:
        return sample
    return sample.with_labels(_stored_labels(pair.labels_path, reading))


def _stored_labels(path: Path, reading: ReadingChoices) -> Labels:
    """Return the values as they are, so that masks and classes stay what they are."""
    selection = reading.selection if choices_of(read_info(path)) else None
    return stored_values(read_plane(path, selection, allow_large=reading.allow_large))


def _write(
    task: ImageTask, target: Target, sample: Sample, progress: Progress
) -> tuple[Path, ...]:
    progress(0.0, target.folder.name)
    made = target.recipe.apply(
        sample, allow_large=task.reading.allow_large, progress=progress
    )
    size, labels = made.image.pixel_size, made.labels
    written = []
    for path in target.paths(task.pair):
        if path.exists():
            continue
        if path.parent.name == LABELS_FOLDER and labels is not None:
            write_labels_tiff(path, labels, size, overwrite=True)
        else:
            write_image_tiff(path, made.image.pixels, size, overwrite=True)
        written.append(path)
    return tuple(written)


def _shape_px(task: ImageTask) -> tuple[int, int]:
    info = read_info(task.pair.image_path, scene=task.reading.selection.scene)
    return info.size_of("Y"), info.size_of("X")


def _mappings(
    task: ImageTask, shape_px: tuple[int, int], problems: list[Problem]
) -> dict[Path, GridMapping]:
    mappings = {}
    for target in task.mapped:
        try:
            mappings[target.folder] = target.recipe.mapping(shape_px)
        except RescaleError as error:
            # Those that were to be written have been reported by then.
            if target not in task.targets:
                problems.append(_problem(target, task, error))
    return mappings


def _problem(target: Target, task: ImageTask, error: RescaleError) -> Problem:
    place = f"{target.folder.parent.name}/{target.folder.name}"
    return Problem(place, task.pair.image_path.name, f"not written. {error}")
