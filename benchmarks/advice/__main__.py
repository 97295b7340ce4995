"""How good the advice is: `python -m benchmarks.advice --data FOLDER`."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.advice.published import published_curves
from benchmarks.advice.regret import print_regrets

DATA = Path(__file__).parents[3] / "shared" / "data"


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets")
    args = parser.parse_args()
    print_regrets(
        "Published curves: images present at every scale, networks trained at each",
        published_curves(args.data / "rescale4dl_published"),
    )


if __name__ == "__main__":
    main()
