"""How good the advice is: `python -m benchmarks.advice`.

The published curves, then our own sweeps of the masked sets by the networks that ship for
them. Sweeps are kept under --kept, so that a second run takes seconds.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from benchmarks.advice.own import own_images
from benchmarks.advice.own_regret import print_own
from benchmarks.advice.published import published_curves
from benchmarks.advice.regret import print_regrets
from benchmarks.advice.test_sets import DATA, TEST_SETS
from rescale4dl_core.inference.store import FOLDER, shipped_cards


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="*", help="names; all that ship where none is")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets")
    parser.add_argument("--models", type=Path, default=FOLDER)
    parser.add_argument("--kept", type=Path, default=Path("build/advice-sweeps"))
    parser.add_argument("--images", type=int, default=6, help="of each set, at most")
    parser.add_argument(
        "--rows", choices=("train", "test"), default="test", help="train: to tune a rule"
    )
    args = parser.parse_args()
    print_regrets(
        "Published curves: images present at every scale, networks trained at each",
        published_curves(args.data / "rescale4dl_published"),
    )
    for card in shipped_cards(args.models):
        for one in TEST_SETS:
            if one.is_for(card) and (not args.networks or card.name in args.networks):
                rows = replace(one, rows=args.rows) if one.rows == "test" else one
                images = own_images(
                    card, args.models, args.data, rows, args.images, args.kept
                )
                print_own(f"{card.name} on {one.folder} ({rows.rows})", images, card.window)


if __name__ == "__main__":
    main()
