"""`rescale4dl recommend`: the pixel size to acquire at, why, and what it gains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.measure import add_shape, estimator_of
from rescale4dl_core.cli.options import add_json, add_reading, read_samples
from rescale4dl_core.cli.output import Answer

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.session.model import Choices, Session

PURPOSES = ("counting", "size", "structure")


@dataclass(frozen=True, slots=True, eq=False)
class Advised:
    """The samples that the options name, and what is recommended for them."""

    session: Session
    advice: Recommendation


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("recommend", help="the pixel size to acquire at, and why")
    add_case(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def add_case(parser: argparse.ArgumentParser) -> None:
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
        "--no-sweep", action="store_true", help="judge by object size, run no network"
    )
    add_shape(parser)
    add_reading(parser)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Return the recommendation as fields and lines."""
    from rescale4dl_core.advice.fields import recommendation_fields

    advice = advised(args, progress).advice
    lines = (
        advice.headline,
        f"How sure: {advice.confidence.sentence}",
        *(f"= {gain}" for gain in advice.gains),
        *(f"+ {reason}" for reason in advice.reasons),
        *(f"! {caution}" for caution in advice.cautions),
    )
    return Answer(recommendation_fields(advice), lines)


def advised(args: argparse.Namespace, progress: Progress) -> Advised:
    """Measure the samples and recommend, as the app does."""
    from rescale4dl_core.session.advising import advise_session
    from rescale4dl_core.session.measuring import measure_entry, session_measurement
    from rescale4dl_core.session.model import Entry, Session

    samples = read_samples(args, args.images, args.labels, progress)
    session = Session(tuple(Entry(sample) for sample in samples), choices=_choices_of(args))
    tables = [
        measure_entry(entry, session.choices, progress=progress)
        for entry in session.entries
    ]
    advice = advise_session(session_measurement(session, tables), session)
    return Advised(session, advice)


def _choices_of(args: argparse.Namespace) -> Choices:
    from rescale4dl_core.advice.purpose import Purpose
    from rescale4dl_core.measure.estimator import Aggregate
    from rescale4dl_core.session.model import Choices

    return Choices(
        purpose=dict(zip(PURPOSES, Purpose, strict=True))[args.purpose],
        estimator=estimator_of(args.shape),
        aggregate=Aggregate(args.aggregate),
        numerical_aperture=args.na,
        immersion_index=args.immersion_index,
        emission_nm=args.emission_nm,
    )
