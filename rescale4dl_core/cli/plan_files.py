"""One rank of `rescale4dl plan` as files for the microscope, the report and a paper."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.exports.plan import AcquisitionPlan
    from rescale4dl_core.microscope.ranking import Ranking

ENDINGS = (".useq.yaml", ".useq.json", ".pos", ".cfg", ".json", ".txt")


def add_files(group: argparse._ArgumentGroup) -> None:
    """Add the options."""
    group.add_argument(
        "--take", type=int, default=1, metavar="RANK", help="the rank to write; 1, the best"
    )
    group.add_argument(
        "--save",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="the ending says what is written: .json the plan with formulas (for report "
        "--plan), .useq.yaml or .useq.json a useq sequence, .pos positions and .cfg pixel "
        "sizes for Micro-Manager, .txt a methods paragraph",
    )
    group.add_argument("--overwrite", action="store_true", help="replace files that exist")


def check_files(paths: list[Path]) -> None:
    """Raise `OutputError` where a file has none of the endings, or is named twice."""
    from rescale4dl_core.errors import OutputError

    for path in paths:
        _ending(path)
    places = [path.resolve() for path in paths]
    for path, place in zip(paths, places, strict=True):
        if places.count(place) > 1:
            raise OutputError(f"{path} is named twice with --save. Name each file once.")


def save_plan(ranking: Ranking, args: argparse.Namespace) -> AcquisitionPlan | None:
    """Write the rank that was asked for, all files or none; return its plan, if any.

    Raises
    ------
    RescaleError
        If there is no such rank, or a file cannot be written.
    """
    from rescale4dl_core.errors import QuantityError
    from rescale4dl_core.exports.from_microscope import plan_of
    from rescale4dl_core.writing.fresh_file import fresh_file

    if not 1 <= args.take <= len(ranking):
        raise QuantityError(
            f"Rank {args.take} was asked for; there are ranks 1 to {len(ranking)}. Choose "
            "one of them with --take."
        )
    if not args.save:
        return None
    plan = plan_of(ranking.option(args.take - 1), ranking)
    with ExitStack() as files:
        for path in args.save:
            fresh = files.enter_context(fresh_file(path, overwrite=args.overwrite))
            text = _text(plan, _ending(path))
            fresh.write_text(text, encoding="utf-8", newline="")
    return plan


def _ending(path: Path) -> str:
    from rescale4dl_core.errors import OutputError

    for ending in ENDINGS:
        if path.name.lower().endswith(ending):
            return ending
    raise OutputError(
        f"{path} has none of the endings {', '.join(ENDINGS)}, so what to write is not "
        "clear. Choose a name with one of them."
    )


def _text(plan: AcquisitionPlan, ending: str) -> str:
    from rescale4dl_core.exports.methods import methods_paragraph
    from rescale4dl_core.exports.micro_manager import pixel_size_presets, position_list
    from rescale4dl_core.exports.plan_file import plan_json
    from rescale4dl_core.exports.useq_sequence import useq_json, useq_yaml

    if ending == ".txt":
        return f"{methods_paragraph(plan)}\n"
    if ending == ".cfg":
        return pixel_size_presets([plan])
    write = {".useq.yaml": useq_yaml, ".useq.json": useq_json, ".pos": position_list}
    return write.get(ending, plan_json)(plan)
