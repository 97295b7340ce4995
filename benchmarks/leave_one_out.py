"""Score a recipe by leaving out each real image in turn, and put the scores on a card.

python -m benchmarks.leave_one_out RECIPE --data DIR --out DIR --card models/NAME
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rescale4dl_core.inference.store import card_of
from rescale4dl_core.training.leave_one_out import Steps, leave_one_out
from rescale4dl_core.training.model_folder import write_card
from rescale4dl_core.training.recipe import read_recipe

if TYPE_CHECKING:
    from rescale4dl_core.inference.card import TestScores


def main() -> None:
    """Train the folds, print their scores, and add them to the card where one is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps-simulated", type=int, default=1200)
    parser.add_argument("--steps", type=int, default=600, help="of each fold after that")
    parser.add_argument("--card", type=Path, help="folder of the network, as models/NAME")
    asked = parser.parse_args()
    steps = Steps(asked.steps_simulated, asked.steps)
    scores = leave_one_out(read_recipe(asked.recipe), asked.data, asked.out, steps, _told)
    for one in scores.images:
        print(
            f"{one.image}: AP50 {one.ap50:.3f}, mean IoU {one.mean_iou:.3f}, "
            f"foreground IoU {one.foreground_iou:.3f}, {one.n_objects} objects"
        )
    print(f"mean AP50 {scores.ap50:.3f}, mean IoU {scores.mean_iou:.3f}")
    if asked.card:
        _add(asked.card, scores)


def _told(fraction: float, message: str) -> None:
    print(f"\r{fraction:6.1%} {message}", end="", file=sys.stderr)


def _add(folder: Path, scores: TestScores) -> None:
    card = card_of(folder.name, folder.parent)
    others = tuple(one for one in card.scores if one.split != scores.split)
    write_card(folder, replace(card, scores=(*others, scores)))


if __name__ == "__main__":
    main()
