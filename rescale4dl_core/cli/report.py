"""`rescale4dl report`: the recommendation as one file to hand on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import add_json
from rescale4dl_core.cli.output import Answer
from rescale4dl_core.cli.recommend import add_question, recommended_samples

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.report.document import Report


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("report", help="the recommendation as one file")
    add_question(parser)
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="its ending says which kind: .html, .pdf, .md or .json",
    )
    parser.add_argument(
        "--plan",
        type=Path,
        metavar="JSON",
        help="an acquisition plan exported by the planner, to be part of the report",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace the file if it exists"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Measure and recommend as `recommend` does, then write it down."""
    from rescale4dl_core.report.write import write_report

    plan = None if args.plan is None else _plan_of(args.plan)

    def make() -> Report:
        from datetime import datetime

        from rescale4dl_core.report.content import report_of
        from rescale4dl_core.report.subject import ReportSubject

        found = recommended_samples(args, progress)
        subject = ReportSubject(
            session=found.session,
            advice=found.advice,
            labels=found.labels[found.session.current],
            made_on=datetime.now().astimezone().date(),
            sweep=found.sweep,
            plan=plan,
        )
        return report_of(subject)

    write_report(make, args.out, overwrite=args.overwrite)
    return Answer({"written": str(args.out)}, (f"Written: {args.out}",))


def _plan_of(path: Path) -> AcquisitionPlan:
    from rescale4dl_core.errors import ReadingError
    from rescale4dl_core.exports.plan_file import plan_from_json

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadingError(
            f"{path} cannot be read as a plan ({error}). Give the JSON file that the "
            "planner exported."
        ) from error
    return plan_from_json(text)
