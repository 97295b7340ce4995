"""`rescale4dl sweep`: a network on the sample at many pixel sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.measure import add_shape, estimator_of
from rescale4dl_core.cli.options import (
    add_json,
    add_metrics,
    add_reading,
    factors_of,
    metrics_of,
    read_samples,
    size_px,
)
from rescale4dl_core.cli.output import Answer

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.progress import Progress
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.study.results import Interval, Sweep

NOT_RETRAINED = (
    "This is one trained network on rescaled images, not a network trained anew at each "
    "scale: it shows where this network fits."
)


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("sweep", help="a network on the sample at each scale")
    parser.add_argument(
        "images", nargs="+", metavar="IMAGE", help="images of one sample, or demo"
    )
    parser.add_argument(
        "--model", required=True, help="name of a network, or a .onnx or .zip file"
    )
    parser.add_argument(
        "--labels",
        nargs="+",
        default=[],
        metavar="LABELS",
        help="one label image for each image, to score against; without, stability only",
    )
    for way in ("coarser", "finer"):
        parser.add_argument(
            f"--{way}",
            nargs="+",
            type=float,
            default=[],
            metavar="F",
            help=f"scales with pixels F times {way}; the sample as taken is always added; "
            "without any, 4x finer to 16x coarser in steps of sqrt 2",
        )
    parser.add_argument(
        "--no-stability",
        action="store_true",
        help="run no perturbed versions: a fifth of the time",
    )
    add_metrics(parser)
    parser.add_argument(
        "--fov-px",
        type=size_px,
        default=(2048, 2048),
        metavar="HxW",
        help="camera rows x columns, for the objects per field",
    )
    parser.add_argument(
        "--provider", choices=("auto", "cpu", "cuda"), default="auto", help="what runs it"
    )
    add_shape(parser)
    add_reading(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Sweep all images together."""
    from rescale4dl_core.inference.opening import open_network
    from rescale4dl_core.quantities import RescaleFactor
    from rescale4dl_core.session.model import Entry, Session
    from rescale4dl_core.session.recommend_samples import measured_labels
    from rescale4dl_core.session.sweeping import series_of, sweep_session
    from rescale4dl_core.study.results import sweep_fields

    chosen = factors_of(args)
    network = open_network(args.model, provider=args.provider)
    samples = read_samples(args, args.images, args.labels, progress)
    session = Session(tuple(Entry(sample) for sample in samples), choices=_choices_of(args))
    measurement, _ = measured_labels(session, progress=progress)
    series = series_of(session, measurement)
    factors = (*chosen, RescaleFactor.of(1.0)) if chosen else series.factors
    result = sweep_session(
        session,
        network,
        measurement,
        factors=factors,
        metrics=metrics_of(args),
        progress=progress,
    )
    progress(1.0, "done")
    cautions = (
        *result.notes,
        *(() if chosen else series.notes),
        *network.notes,
        NOT_RETRAINED,
    )
    fields = {**sweep_fields(result), "cautions": list(cautions)}
    return Answer(fields, (*_lines(result), *(f"! {caution}" for caution in cautions)))


def _choices_of(args: argparse.Namespace) -> Choices:
    from rescale4dl_core.measuring.measurement import Aggregate
    from rescale4dl_core.session.choices import Choices, SweepChoices

    rows_px, columns_px = args.fov_px
    return Choices(
        estimator=estimator_of(args.shape),
        aggregate=Aggregate(args.aggregate),
        camera_rows_px=rows_px,
        camera_columns_px=columns_px,
        sweep=SweepChoices(stability=not args.no_stability),
    )


def _lines(sweep: Sweep) -> tuple[str, ...]:
    head = "  ratio  coverage  objects  IoU own  IoU sample  ceiling  stability"
    rows = [
        f"{scale.ratio:7.3g}  {scale.coverage_percent:6.1f} %  {scale.n_objects:7d}"
        f"  {_mean(scale.iou_own_grid):>7}"
        f"  {_mean(scale.iou_sample_grid):>10}"
        f"  {'-' if scale.iou_ceiling is None else format(scale.iou_ceiling, '.3f'):>7}"
        f"  {_mean(scale.stability):>9}{'  best' if scale is sweep.best else ''}"
        for scale in sweep.scales
    ]
    return (f"{sweep.network} on {sweep.n_images} image(s)", head, *rows)


def _mean(interval: Interval | None) -> str:
    return "-" if interval is None else f"{interval.mean:.3f}"
