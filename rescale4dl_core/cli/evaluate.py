"""`rescale4dl evaluate`: scores of GT/Prediction folders over samplings."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescale4dl_core.charts.picture_files import PictureFormat
from rescale4dl_core.cli.measure import add_shape, estimator_of
from rescale4dl_core.cli.options import (
    add_json,
    add_metrics,
    add_workers,
    mapper_of,
    metrics_of,
)
from rescale4dl_core.cli.output import Answer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rescale4dl_core.evaluation.evaluation import Evaluation
    from rescale4dl_core.evaluation.summary import SamplingSummary
    from rescale4dl_core.evaluation.treatment import TreatmentEffect
    from rescale4dl_core.progress import Progress

AUTO = "auto"
KINDS = (AUTO, "instance", "semantic", "binary")
PLOT_FORMATS = tuple(PictureFormat)


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("evaluate", help="score predictions over samplings")
    parser.add_argument(
        "dataset",
        type=Path,
        metavar="DATASET",
        help="folder of <sampling>/{GT,Prediction}/<name>.tif",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--kind",
        choices=KINDS,
        default=AUTO,
        help="what pixel values mean: objects, classes, or foreground; auto tells it",
    )
    add_shape(parser)
    add_metrics(parser)
    parser.add_argument(
        "--treated",
        nargs="+",
        default=[],
        metavar="NAME",
        help="images of treated samples, to be compared with the others",
    )
    parser.add_argument(
        "--published-crop",
        action="store_true",
        help="skeleton diameters as in the published tables, with their error",
    )
    parser.add_argument(
        "--plots",
        nargs="*",
        choices=PLOT_FORMATS,
        default=PLOT_FORMATS,
        help="formats of the plots; no value for none",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace files that exist already"
    )
    parser.add_argument(
        "--allow-large", action="store_true", help="consent to more than 2 GB decoded"
    )
    add_workers(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Score every pair, write tables and plots."""
    from rescale4dl_core.evaluation.evaluation import evaluate_dataset
    from rescale4dl_core.evaluation.folders import find_pairs
    from rescale4dl_core.evaluation.kind_of_maps import Kind
    from rescale4dl_core.evaluation.treatment import treatment_effects
    from rescale4dl_core.exports.evaluation_files import (
        FileKind,
        output_files,
        require_free,
        write_files,
    )
    from rescale4dl_core.measuring.measurement import Aggregate

    # Every evaluation writes it, so this refuses before hours of scoring.
    require_free([args.out / "summary.csv"], overwrite=args.overwrite)
    evaluation = evaluate_dataset(
        find_pairs(args.dataset),
        kind=None if args.kind == AUTO else Kind(args.kind),
        metrics=metrics_of(args),
        estimator=estimator_of(args.shape),
        aggregate=Aggregate(args.aggregate),
        published_crop=args.published_crop,
        allow_large=args.allow_large,
        mapper=mapper_of(args),
        progress=progress,
    )
    effects = treatment_effects(evaluation, args.treated) if args.treated else ()
    files = output_files(
        evaluation,
        effects,
        plot_formats=[PictureFormat(form) for form in args.plots],
        allow_large=args.allow_large,
    )
    written = write_files(files, args.out, overwrite=args.overwrite, progress=progress)
    by_kind: dict[str, list[str]] = {kind: [] for kind in FileKind}
    for file, path in zip(files, written, strict=True):
        by_kind[file.kind].append(str(path))
    fields = {
        **evaluation_fields(evaluation, effects),
        "tables": by_kind[FileKind.TABLE],
        "plots": by_kind[FileKind.PLOT],
    }
    return Answer(fields, _lines(evaluation, effects, args.out))


def evaluation_fields(
    evaluation: Evaluation, effects: Sequence[TreatmentEffect]
) -> dict[str, Any]:
    """Return the JSON fields of an evaluation."""
    return {
        "name": evaluation.name,
        "kind": evaluation.kind.kind.value,
        "kind_reason": evaluation.kind.reason,
        "estimator": evaluation.estimator.words,
        "estimator_reason": evaluation.estimator_reason,
        "samplings": [_sampling_fields(one) for one in evaluation.samplings],
        "treatment": [
            {
                **asdict(effect),
                "difference_percent": effect.difference_percent,
                "cliffs_delta": effect.cliffs_delta,
                "p_value": effect.p_value,
                "least_p_value": effect.least_p_value,
            }
            for effect in effects
        ],
        "problems": [asdict(problem) for problem in evaluation.problems],
        "cautions": list(evaluation.cautions),
    }


def _sampling_fields(sampling: SamplingSummary) -> dict[str, Any]:
    plain = {name: v for name, v in sampling.columns.items() if name not in sampling.custom}
    return {**plain, "custom": dict(sampling.custom), "notes": list(sampling.notes)}


def _lines(
    evaluation: Evaluation, effects: Sequence[TreatmentEffect], out: Path
) -> tuple[str, ...]:
    return (
        f"{evaluation.name}: {evaluation.kind.kind.value} maps. {evaluation.kind.reason}",
        evaluation.estimator_reason,
        *map(_sampling_line, evaluation.samplings),
        *(
            f"treated against untreated, {effect.sampling}, {effect.side}: "
            f"{effect.sentence}"
            for effect in effects
        ),
        *(f"problem: {problem}" for problem in evaluation.problems),
        *(f"caution: {caution}" for caution in evaluation.cautions),
        f"tables and plots are in {out}",
    )


def _sampling_line(sampling: SamplingSummary) -> str:
    parts = [f"{sampling.name}: {sampling.n_images} images, {sampling.n_objects} objects"]
    for value, text in (
        (sampling.diameter_px, "diameter {:.2f} px"),
        (sampling.coverage_percent, "coverage {:.2f} %"),
        (sampling.iou, "IoU {:.3f}"),
        (sampling.iou_original_grid, "on the original grid {:.3f}"),
        (sampling.iou_ceiling, "ceiling {:.3f}"),
        (sampling.change_percent, "against the original {:+.1f} %"),
    ):
        if value is not None:
            parts.append(text.format(value))
    return ", ".join(parts)
