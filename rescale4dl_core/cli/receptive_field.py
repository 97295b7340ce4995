"""`rescale4dl receptive-field`: how far a network sees, and the window that follows."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import add_json, add_reading, read_samples
from rescale4dl_core.cli.output import Answer
from rescale4dl_core.errors import NetworkError

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.receptive.inspect import Inspection
    from rescale4dl_core.window import Window


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("receptive-field", help="how far a network sees")
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="a network of `rescale4dl models`, an .onnx file, or a bioimage.io .zip",
    )
    parser.add_argument(
        "--images",
        nargs="+",
        default=[],
        metavar="IMAGE",
        help="images, or demo, to measure the effective receptive field of a network of "
        "your own on; without any, noise",
    )
    add_reading(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Read the card of a shipped network; inspect any other one."""
    from rescale4dl_core.inference.store import card_of, shipped_names

    if args.model in shipped_names():
        return _of_card(card_of(args.model))
    path = Path(args.model)
    if not path.is_file():
        offered = ", ".join(shipped_names()) or "none are installed"
        raise NetworkError(
            f"There is no network {args.model!r}: it is neither a file nor one of those "
            f"that ship with the app ({offered}). Correct the name or the path."
        )
    from rescale4dl_core.inference.sight import inspect_file
    from rescale4dl_core.receptive.bioimageio import LARGEST_ZIP_BYTES
    from rescale4dl_core.receptive.untrusted import require_small

    if path.suffix.lower() != ".zip" or path.stat().st_size > LARGEST_ZIP_BYTES:
        require_small(path.stat().st_size)
    samples = read_samples(args, args.images, [], progress)
    found = inspect_file(
        path.name,
        path.read_bytes(),
        images=[sample.image for sample in samples],
        progress=progress,
    )
    return _of_inspection(path.name, found)


def _of_card(card: NetworkCard) -> Answer:
    fields = card.receptive_fields
    answer = {
        "model": card.name,
        **asdict(fields),
        "output_stride": card.spec.output_stride,
        "input_channels": card.spec.input_channels,
        "multiple_px": card.spec.multiple_px,
        **_window_fields(card.window),
        "notes": [],
    }
    lines = _lines(card.name, fields.theoretical_px, fields.impulse_px, fields.effective_px)
    return Answer(answer, (*lines, *_window_lines(card.window)))


def _of_inspection(name: str, found: Inspection) -> Answer:
    answer = {
        "model": name,
        "theoretical_px": found.theoretical_px,
        "impulse_px": found.impulse_px,
        "impulse_reaches_edge": found.impulse_reaches_edge,
        "effective_px": found.effective_px,
        "output_stride": found.output_stride,
        "input_channels": found.input_channels,
        "multiple_px": found.multiple_px,
        "fixed_size_px": list(found.fixed_size_px),
        "by_position_px": {"rows": list(found.rows_px), "columns": list(found.columns_px)},
        "global_by": found.global_by,
        "unknown_operation": found.unknown_operation,
        **_window_fields(found.window),
        "notes": list(found.notes),
    }
    lines = _lines(name, found.theoretical_px, found.impulse_px, found.effective_px)
    notes = tuple(f"note: {note}" for note in found.notes)
    return Answer(answer, (*lines, *_window_lines(found.window), *notes))


def _window_fields(window: Window | None) -> dict[str, Any]:
    return {
        "window_percent": window and [window.low_percent, window.high_percent],
        "window_diameter_px": window and [window.diameter_min_px, window.diameter_max_px],
        "window_source": window and window.source,
    }


def _lines(
    name: str, theoretical_px: int | None, impulse_px: int, effective_px: float
) -> tuple[str, ...]:
    graph = "not a number of px" if theoretical_px is None else f"{theoretical_px} px"
    return (
        f"{name} sees around each pixel of its maps:",
        f"  {graph} by its graph (theoretical)",
        f"  {impulse_px} px where a changed pixel changes the maps (impulse)",
        f"  {effective_px:.0f} px hold 95 % of its response (effective)",
    )


def _window_lines(window: Window | None) -> tuple[str, ...]:
    if window is None:
        return ()
    return (
        f"  objects {window.diameter_min_px:.0f} to {window.diameter_max_px:.0f} px wide "
        f"suit it: one pixel spans {window.low_percent:.2g} to {window.high_percent:.2g} % "
        "of their diameter",
    )
