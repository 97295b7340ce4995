"""`rescale4dl measure`: Eq. 1, Eq. 2 and coverage of label images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import (
    DEMO,
    add_json,
    add_reading,
    require_each_once,
    selection_of,
)
from rescale4dl_core.cli.output import Answer

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.images import KnownPixelSize
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.measurement import Estimator, Measurement
    from rescale4dl_core.progress import Progress

SHAPES = ("auto", "round", "elongated")


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("measure", help="object sizes of label images")
    parser.add_argument(
        "labels", nargs="+", metavar="LABELS", help="label images of one sample, or demo"
    )
    add_shape(parser)
    add_reading(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def add_shape(parser: argparse.ArgumentParser) -> None:
    """Add the options that decide how a diameter is read and averaged."""
    parser.add_argument(
        "--shape",
        choices=SHAPES,
        default="auto",
        help="round: equivalent circle; elongated: width along the skeleton",
    )
    parser.add_argument(
        "--aggregate",
        choices=("mean", "median"),
        default="mean",
        help="within an image: mean as the paper, median as the published code",
    )


def estimator_of(shape: str) -> Estimator | None:
    """Return the estimator that `--shape` stands for, None to choose it by shape."""
    from rescale4dl_core.measuring.measurement import Estimator

    estimators = (None, Estimator.EQUIVALENT_CIRCLE, Estimator.SKELETON)
    return dict(zip(SHAPES, estimators, strict=True))[shape]


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Measure the objects of all files together."""
    from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
    from rescale4dl_core.measuring.measurement import Aggregate
    from rescale4dl_core.measuring.objects import measure_objects

    require_each_once(args.labels)
    images = []
    sources = []
    for path in args.labels:
        labels, known = _read(args, path, progress)
        sources.append(known)
        images.append(
            MeasuredImage(
                name=labels.source,
                objects=measure_objects(labels, progress=progress),
                shape_px=labels.shape,
                pixel_size=known.size,
            )
        )
    measured = summarise(
        images,
        estimator=estimator_of(args.shape),
        aggregate=Aggregate(args.aggregate),
    )
    notes = [note for known in sources for note in known.notes]
    fields = {**measurement_fields(measured), "cautions": [*measured.notes, *notes]}
    return Answer(fields, _lines(measured))


def measurement_fields(measured: Measurement) -> dict[str, Any]:
    """Return the JSON fields of a measurement, lengths in px and um."""
    size = measured.pixel_size
    return {
        "n_images": measured.n_images,
        "n_objects": measured.n_objects,
        "n_border": measured.n_border,
        "diameter_px": measured.diameter_px,
        "diameter_um": measured.diameter_um,
        "diameter_px_p05": measured.diameter_px_p05,
        "diameter_px_p95": measured.diameter_px_p95,
        "coverage_percent": measured.coverage.percent,
        "mean_area_px": measured.mean_area_px,
        "mean_area_um2": measured.mean_area_um2,
        "density_per_um2": measured.density_per_um2,
        "estimator": measured.estimator.words,
        "estimator_reason": measured.estimator_reason,
        "other_diameter_px": measured.other_diameter_px,
        "aggregate": measured.aggregate.value,
        "pixel_size_um": size.mean_um if size else None,
        "images": [
            {
                "name": image.name,
                "n_objects": image.n_objects,
                "n_border": image.n_border,
                "diameter_px": image.diameter_px,
            }
            for image in measured.images
        ],
    }


def _read(
    args: argparse.Namespace, path: str, progress: Progress
) -> tuple[Labels, KnownPixelSize]:
    from rescale4dl_core.demo.sample import demo_sample
    from rescale4dl_core.reading.image import read_info
    from rescale4dl_core.reading.masks import read_labels
    from rescale4dl_core.reading.pixel_size import typed_pixel_size

    demo = demo_sample() if path == DEMO else None
    if demo is not None and demo.labels is not None:
        labels, known = demo.labels, demo.image.known
    else:
        labels = read_labels(
            Path(path),
            selection_of(args),
            may_be_empty=len(args.labels) > 1,
            allow_large=args.allow_large,
            progress=progress,
        )
        known = read_info(Path(path), scene=args.scene).known
    if args.pixel_size is not None:
        known = typed_pixel_size(args.pixel_size)
    return labels, known


def _lines(measured: Measurement) -> tuple[str, ...]:
    in_um = f" = {measured.diameter_um:.3g} um" if measured.diameter_um else ""
    return (
        f"{measured.n_objects} objects in {measured.n_images} image(s), and "
        f"{measured.n_border} cut by the border, left out",
        f"diameter {measured.diameter_px:.2f} px{in_um} "
        f"(5-95 %: {measured.diameter_px_p05:.2f}-{measured.diameter_px_p95:.2f} px)",
        f"coverage {measured.coverage.percent:.2f} % of a diameter per pixel",
        measured.estimator_reason,
        *(f"note: {note}" for note in measured.notes),
    )
