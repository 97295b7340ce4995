"""`rescale4dl models`: the networks that ship."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import add_json
from rescale4dl_core.cli.output import Answer

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.progress import Progress


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("models", help="the networks that ship, and for what")
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """List the cards."""
    from rescale4dl_core.inference.store import FOLDER, shipped_cards

    cards = shipped_cards()
    lines = [line for card in cards for line in _lines(card)]
    return Answer(
        {"models": [_fields(card) for card in cards]},
        tuple(lines) or (f"No networks are installed; they are expected in {FOLDER}.",),
    )


def _fields(card: NetworkCard) -> dict[str, Any]:
    fields, training = card.receptive_fields, card.training
    return {
        "name": card.name,
        "task": card.task,
        "architecture": card.architecture,
        "receptive_field_px": fields.sees_px,
        "window_percent": [card.window.low_percent, card.window.high_percent],
        "trained_diameter_px": [training.diameter_px_p05, training.diameter_px_p95],
        "input_channels": card.spec.input_channels,
        "licence": card.licence,
        "size_bytes": card.size_bytes,
        "intended_use": card.intended_use,
        "not_for": list(card.not_for),
        "scores": [
            {
                "data_set": scores.data_set,
                "split": scores.split,
                "n_images": len(scores.images),
                "ap50": scores.ap50,
                "mean_iou": scores.mean_iou,
                "foreground_iou": scores.foreground_iou,
            }
            for scores in card.scores
        ],
    }


def _lines(card: NetworkCard) -> tuple[str, ...]:
    window, training = card.window, card.training
    return (
        f"{card.name}: {card.task}",
        f"  objects {window.diameter_min_px:.0f}-{window.diameter_max_px:.0f} px wide "
        f"(coverage {window.low_percent:.1f}-{window.high_percent:.1f} %), trained on "
        f"{training.diameter_px_p05:.0f}-{training.diameter_px_p95:.0f} px",
        f"  receptive field {card.receptive_fields.sees_px:.0f} px, "
        f"{card.size_bytes / 1e6:.1f} MB, {card.licence}",
    )
