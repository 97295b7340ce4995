"""`rescale4dl recommend`: the pixel size to acquire at, why, and what it gains."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.measure import add_shape, estimator_of
from rescale4dl_core.cli.options import DEMO, add_json, add_reading, read_samples
from rescale4dl_core.cli.output import Answer
from rescale4dl_core.window import DEFAULT_TOLERANCE_PERCENT, PUBLISHED_WINDOW

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.planning.effort import Effort
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.session.experiment import Comparison
    from rescale4dl_core.session.recommend_samples import RecommendedSamples


PURPOSES = ("counting", "size", "structure")


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("recommend", help="the pixel size to acquire at, and why")
    add_question(parser)
    parser.add_argument(
        "--cells", type=int, metavar="N", help="tell fields and hours to find N objects"
    )
    parser.add_argument(
        "--difference",
        type=float,
        metavar="PERCENT",
        help="tell objects, fields and hours to detect this difference in mean size "
        "between two conditions",
    )
    parser.add_argument(
        "--power",
        type=float,
        default=80.0,
        metavar="PERCENT",
        help="chance to detect the difference",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def add_question(parser: argparse.ArgumentParser) -> None:
    """Add what a recommendation is asked with: the images and what they are for."""
    parser.add_argument(
        "images", nargs="+", metavar="IMAGE", help="images of one sample, or demo"
    )
    parser.add_argument(
        "--labels",
        nargs="+",
        default=[],
        metavar="LABELS",
        help="one label image for each image; without, threshold and watershed",
    )
    parser.add_argument(
        "--purpose", choices=PURPOSES, default="counting", help="what the images are for"
    )
    parser.add_argument(
        "--na", type=float, help="numerical aperture, to compare with Nyquist"
    )
    parser.add_argument(
        "--immersion-index", type=float, default=1.0, help="1 air, 1.33 water, 1.515 oil"
    )
    parser.add_argument(
        "--emission-nm", type=float, default=520.0, help="emission wavelength in nm"
    )
    parser.add_argument(
        "--model",
        metavar="M",
        help="the network to recommend for: a name of `models`, or a .onnx or .zip file; "
        "it is tried on the images; without, the published range of "
        f"{PUBLISHED_WINDOW.low_percent:g} to {PUBLISHED_WINDOW.high_percent:g} %% decides",
    )
    parser.add_argument(
        "--no-sweep",
        action="store_true",
        help="do not run the network: its range and its results on test images decide",
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        default=DEFAULT_TOLERANCE_PERCENT,
        metavar="PERCENT",
        help="how much of the best score may be given up for coarser pixels",
    )
    parser.add_argument(
        "--provider", choices=("auto", "cpu", "cuda"), default="auto", help="what runs it"
    )
    add_shape(parser)
    add_reading(parser)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Return the recommendation as fields and lines."""
    from rescale4dl_core.advice.recommendation import recommendation_fields

    found = recommended_samples(args, progress)
    advice = found.advice
    lines = (
        advice.headline,
        f"How sure: {advice.confidence.sentence}",
        *_expected(advice),
        *(f"= {gain}" for gain in advice.gains),
        *(f"+ {reason}" for reason in advice.reasons),
        *(f"! {caution}" for caution in advice.cautions),
    )
    effort = _effort_answer(
        found,
        cells=args.cells,
        difference_percent=args.difference,
        power_percent=args.power,
    )
    return Answer(
        {**recommendation_fields(advice), **effort.fields}, (*lines, *effort.lines)
    )


def _expected(advice: Recommendation) -> tuple[str, ...]:
    if advice.expected_iou is None:
        return ()
    return (
        f"Expected overlap (IoU): {advice.expected_iou:.2f}, "
        f"{advice.expected_iou_low:.2f} to {advice.expected_iou_high:.2f}",
    )


def recommended_samples(args: argparse.Namespace, progress: Progress) -> RecommendedSamples:
    """Measure the samples, try the network on them, and recommend, as the app does."""
    from rescale4dl_core.inference.opening import open_network
    from rescale4dl_core.session.model import Entry, Session
    from rescale4dl_core.session.recommend_samples import recommend_samples

    network = None
    if args.model is not None:
        network = open_network(args.model, provider=args.provider)
    samples = read_samples(args, args.images, args.labels, progress)
    entries = tuple(
        Entry(sample, is_demo=image == DEMO)
        for sample, image in zip(samples, args.images, strict=True)
    )
    session = Session(entries, choices=_choices_of(args))
    return recommend_samples(
        session, network, with_sweep=not args.no_sweep, progress=progress
    )


def _choices_of(args: argparse.Namespace) -> Choices:
    from rescale4dl_core.advice.coverage_rule import Purpose
    from rescale4dl_core.measuring.measurement import Aggregate
    from rescale4dl_core.session.choices import Choices, SweepChoices

    return Choices(
        purpose=dict(zip(PURPOSES, Purpose, strict=True))[args.purpose],
        estimator=estimator_of(args.shape),
        aggregate=Aggregate(args.aggregate),
        numerical_aperture=args.na,
        immersion_index=args.immersion_index,
        emission_nm=args.emission_nm,
        sweep=SweepChoices(tolerance_percent=args.tolerance),
    )


def _effort_answer(
    found: RecommendedSamples,
    *,
    cells: int | None,
    difference_percent: float | None,
    power_percent: float,
) -> Answer:
    """Return `effective_objects_per_hour`, and `for_cells` and `for_difference` if asked.

    The first is null where the share of objects found, or their density, is not known, or
    no pixel size is recommended. Camera 2048 x 2048 and the shortest believable times.

    Raises
    ------
    QuantityError
        If a question makes no sense.
    """
    from rescale4dl_core.session.experiment import (
        added_error,
        comparison_of,
        effort_to_find,
    )

    advice, choices = found.advice, found.session.choices
    fields: dict[str, Any] = {"effective_objects_per_hour": None}
    lines: list[str] = []
    if advice.ratio is None:
        return Answer(fields)
    if advice.expected_recall:
        one = effort_to_find(advice, choices, 1)
        if not one.is_best_case:
            fields["effective_objects_per_hour"] = one.found_per_hour
            lines.append(f"= Found: {one.found_per_hour:,.0f} objects per hour")
    if cells is not None:
        effort = effort_to_find(advice, choices, cells)
        fields["for_cells"] = {"n_objects_found": cells, **asdict(effort)}
        lines.append(f"= {cells:,} objects: {_in_words(effort)}")
    if difference_percent is not None:
        comparison = comparison_of(
            advice,
            choices,
            added_error(advice, found.session, found.sweep),
            difference_percent=difference_percent,
            power_percent=power_percent,
        )
        fields["for_difference"] = asdict(comparison)
        lines.append(_difference(comparison))
    return Answer(fields, tuple(lines))


def _difference(found: Comparison) -> str:
    return (
        f"= To detect a difference of {found.difference_percent:g} % in mean size with a "
        f"chance of {found.power_percent:g} %: {found.n_each:,} objects in each of two "
        f"conditions (spread {found.spread_percent:.1f} %, measuring adds "
        f"{found.error.percent:.1f} %, {found.error.source}): {_in_words(found.effort)}"
    )


def _in_words(effort: Effort) -> str:
    best_case = ", if they touched everywhere" if effort.is_best_case else ""
    hours = effort.hours
    time = f"{hours:.3g} hours" if hours >= 1 else f"{60 * hours:.2g} minutes"
    return f"{effort.n_fields:,} fields, {time}{best_case}"
