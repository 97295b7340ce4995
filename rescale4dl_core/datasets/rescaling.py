"""Rescale whole data sets: resumable, in parallel, one job at a time in a folder."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.datasets.mapping import FILE_NAME as MAPPING_FILE
from rescale4dl_core.datasets.mapping import mapping_csv
from rescale4dl_core.datasets.one_image import ImageResult, rescale_one
from rescale4dl_core.datasets.source import require_different_names
from rescale4dl_core.datasets.work_plan import FolderPlan, JobPlan, plan_job
from rescale4dl_core.distributed.mapper import ONE_BY_ONE, Mapper
from rescale4dl_core.errors import OutputError, ReadingError
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.writing.fresh_file import write_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rescale4dl_core.datasets.source import SourceDataset
    from rescale4dl_core.datasets.versions import DatasetChoices
    from rescale4dl_core.evaluation.folders import Problem


FILE_NAME = ".rescale4dl.lock"
# Systems disagree on how they say that somebody else has the lock.
_TAKEN = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)


@contextmanager
def only_job_in(folder: Path) -> Iterator[None]:
    """Hold `folder` for the length of the block; a job that is killed lets go of it.

    Raises
    ------
    OutputError
        If another job is at work there, or the folder cannot be made.
    """
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written ({error.strerror}). Choose another folder."
        ) from error
    try:
        if not _locked(handle) or not _is_still(path, handle):
            raise OutputError(
                f"Another job is writing into {folder}. Wait until it is done, or choose "
                "another folder."
            )
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink()
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    """Return False where another process has the lock; a disk without locks has none."""
    try:
        _lock(handle)
    except OSError as error:
        return error.errno not in _TAKEN
    return True


def _is_still(path: Path, handle: int) -> bool:
    """Return whether the file was not removed by its last owner in between."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@dataclass(frozen=True, slots=True)
class WrittenFolder:
    """One version of one data set."""

    dataset: str
    """Name of the data set with its variant: what `evaluate` is given."""

    sampling: str
    path: Path
    ratio: float
    """New pixel size / old pixel size."""

    n_images: int
    """Images that are there now."""

    n_labels: int


@dataclass(frozen=True, slots=True)
class RescaledDatasets:
    """What a job has done."""

    folders: tuple[WrittenFolder, ...]
    written: tuple[Path, ...]
    """Every file written by this job, in the order of the images."""

    n_images: int
    n_finished_before: int
    """Images that an earlier, interrupted job had finished."""

    problems: tuple[Problem, ...]
    """What was left out, by file."""

    cautions: tuple[str, ...]


def rescale_datasets(
    datasets: Sequence[SourceDataset],
    choices: DatasetChoices,
    out: Path,
    *,
    overwrite: bool = False,
    mapper: Mapper = ONE_BY_ONE,
    progress: Progress = silent,
) -> RescaledDatasets:
    """Write the versions of every data set, `<out>/<dataset>/<sampling>/{Images,GT}`.

    `evaluate` reads these folders once predictions are added. Variants (sums instead of
    means, same size, blur, crop) are data sets beside it, `<dataset>_<variant>`.

    Every file appears whole or not at all. Started again after it was stopped or killed,
    the job does what is missing and leaves the rest; a note in each folder
    (`rescaled.json`) tells which files were made from what. Cropped versions come with
    `mapping.csv`, the way back to the original grid.

    Parameters
    ----------
    datasets : sequence of SourceDataset
        As `find_datasets` returns them.
    choices : DatasetChoices
        Which versions.
    out : Path
        Where to write; made where it is missing.
    overwrite : bool
        Replace what was made with other settings, from other files or by someone else.
    mapper : Mapper
        Where the images are worked on: here, in several processes or on a cluster.
    progress : Progress
        Called often; what it raises stops the job. What is finished by then is kept.

    Raises
    ------
    OutputError
        If something is in the way, another job works there, or nothing can be written.
    ReadingError
        If not a single image can be read.
    WorkerError
        If the processes or the cluster of `mapper` fail.
    """
    require_different_names(datasets)
    with only_job_in(out):
        plan = plan_job(datasets, choices, out, overwrite=overwrite)
        for folder in plan.folders:
            folder.prepare()
        try:
            results = tuple(mapper.map(rescale_one, plan.tasks, progress))
        finally:
            for folder in plan.folders:
                folder.tidy()
        for folder in plan.folders:
            if folder.target.recipe.has_window:
                _write_mapping(folder, results)
    found = tuple(problem for dataset in datasets for problem in dataset.problems)
    problems = tuple(problem for result in results for problem in result.problems)
    folders = tuple(_summary(folder) for folder in plan.folders)
    if problems and not any(folder.n_images for folder in folders):
        raise ReadingError(
            f"None of the {len(results)} images could be rescaled. The first: {problems[0]}"
        )
    progress(1.0, f"rescaled {len(results)} images")
    return RescaledDatasets(
        folders=folders,
        written=plan.written(),
        n_images=sum(len(dataset.pairs) for dataset in datasets),
        n_finished_before=plan.n_finished,
        problems=(*found, *problems),
        cautions=_cautions(plan, results),
    )


def _write_mapping(folder: FolderPlan, results: Sequence[ImageResult]) -> None:
    """Add this job's images to the table of the folder."""
    rows = dict(folder.mappings)
    for result in results:
        mapping = result.mappings.get(folder.target.folder)
        if mapping is not None:
            rows[f"{result.task.pair.name}.tif"] = mapping
    write_text(folder.target.folder / MAPPING_FILE, mapping_csv(rows), overwrite=True)


def _summary(folder: FolderPlan) -> WrittenFolder:
    paths = [folder.target.paths(pair) for pair in folder.pairs]
    return WrittenFolder(
        dataset=folder.target.folder.parent.name,
        sampling=folder.target.folder.name,
        path=folder.target.folder,
        ratio=float(folder.target.recipe.factor.ratio),
        n_images=sum(one[0].exists() for one in paths),
        n_labels=sum(len(one) > 1 and one[1].exists() for one in paths),
    )


def _cautions(plan: JobPlan, results: Sequence[ImageResult]) -> tuple[str, ...]:
    cautions = []
    without = [result for result in results if not result.has_pixel_size]
    if without:
        cautions.append(
            f"{len(without)} of {len(results)} images have no pixel size, so their "
            f"rescaled versions have none either; the first is {without[0].task}. Give it "
            "(--pixel-size) to have it written into the files."
        )
    unseen = [path for result in results for path in result.written if not path.exists()]
    if unseen:
        cautions.append(
            f"{len(unseen)} files that the workers have written are not to be seen from "
            f"here, the first is {unseen[0]}. All machines have to reach the folder under "
            "the same path."
        )
    return tuple(cautions)
