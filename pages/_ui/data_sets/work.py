"""What is done with a data set in the background: the core's steps, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.datasets.rescaling import rescale_datasets
from rescale4dl_core.distributed.choice import mapper_for
from rescale4dl_core.evaluation.evaluation import evaluate_dataset
from rescale4dl_core.evaluation.overlays import overlays_of
from rescale4dl_core.evaluation.own_metrics import installed_metrics
from rescale4dl_core.evaluation.treatment import treatment_effects
from rescale4dl_core.exports.evaluation_files import output_files
from rescale4dl_core.pictures.png import png_bytes
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.writing.zip_file import ZipMember, members_below, write_zip

if TYPE_CHECKING:
    from pathlib import Path

    from rescale4dl_core.datasets.rescaling import RescaledDatasets
    from rescale4dl_core.datasets.source import SourceDataset
    from rescale4dl_core.datasets.versions import DatasetChoices
    from rescale4dl_core.evaluation.evaluation import Evaluation
    from rescale4dl_core.evaluation.folders import Dataset
    from rescale4dl_core.evaluation.kind_of_maps import Kind
    from rescale4dl_core.evaluation.own_metrics import MetricSource
    from rescale4dl_core.evaluation.treatment import TreatmentEffect
    from rescale4dl_core.measuring.measurement import Estimator


@dataclass(frozen=True, slots=True)
class ToEvaluate:
    """A data set and how it is to be evaluated."""

    dataset: Dataset
    kind: Kind | None = None
    """What pixel values mean; None tells it from the files."""

    estimator: Estimator | None = None
    """Which diameter; None chooses by the shape of the objects."""

    metrics: tuple[MetricSource, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """An evaluation with a picture of the typical image of each sampling."""

    evaluation: Evaluation
    pictures: tuple[tuple[str, bytes], ...]
    """Name and PNG, finest sampling first."""


@dataclass(frozen=True, slots=True)
class ToRescale:
    """Data sets, the versions of them that are wanted, and where to write these."""

    datasets: tuple[SourceDataset, ...]
    choices: DatasetChoices
    folder: Path
    zip_path: Path | None = None
    """Where to pack the results; None leaves them in `folder`."""

    overwrite: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Rescaled:
    """What was written, and what for."""

    wanted: ToRescale
    done: RescaledDatasets


def evaluate(wanted: ToEvaluate, progress: Progress = silent) -> Evaluated:
    """Score all pairs and draw the overlays."""

    def first_part(fraction: float, message: str, /) -> None:
        progress(0.9 * fraction, message)

    evaluation = evaluate_dataset(
        wanted.dataset,
        kind=wanted.kind,
        metrics=(*wanted.metrics, *installed_metrics()),
        estimator=wanted.estimator,
        mapper=mapper_for(),
        progress=first_part,
    )
    progress(0.9, "Drawing what was found and missed")
    pictures = tuple((one.name, png_bytes(one.view)) for one in overlays_of(evaluation))
    return Evaluated(evaluation, pictures)


def compare(
    evaluation: Evaluation, treated: tuple[str, ...], progress: Progress = silent
) -> tuple[TreatmentEffect, ...]:
    """Compare treated with untreated images; the test is worked out here, once."""
    progress(0.0, "Comparing treated and untreated images")
    return treatment_effects(evaluation, treated)


def pack_evaluation(
    evaluation: Evaluation,
    effects: tuple[TreatmentEffect, ...],
    zip_path: Path,
    progress: Progress = silent,
) -> Path:
    """Write all tables, charts and overlays into one zip file."""
    members = [
        ZipMember(f"{evaluation.name}/{file.name}", file.content)
        for file in output_files(evaluation, effects)
    ]
    write_zip(members, zip_path, overwrite=True, progress=progress)
    return zip_path


def rescale(wanted: ToRescale, progress: Progress = silent) -> Rescaled:
    """Write all versions, and pack them where a zip file is wanted."""

    def first_part(fraction: float, message: str, /) -> None:
        progress(fraction if wanted.zip_path is None else 0.8 * fraction, message)

    done = rescale_datasets(
        wanted.datasets,
        wanted.choices,
        wanted.folder,
        overwrite=wanted.overwrite,
        mapper=mapper_for(),
        progress=first_part,
    )
    if wanted.zip_path is not None:

        def last_part(fraction: float, message: str, /) -> None:
            progress(0.8 + 0.2 * fraction, message)

        write_zip(members_below(wanted.folder), wanted.zip_path, progress=last_part)
    return Rescaled(wanted, done)
