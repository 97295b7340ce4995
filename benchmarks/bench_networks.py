"""Every shipped network on every test set: the table of models/README.md.

python -m benchmarks.bench_networks --data DIR [--network NAME ...] [--readme FILE]

Test sets are the `[[test]]` entries of the recipes, and the phase-contrast bacteria, of
which every image was trained on: their honest scores are those of leaving one image out, on
the cards. Grey images are repeated three times for a network that takes colour.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.images import UNKNOWN, Image, KnownPixelSize
from rescale4dl_core.inference.segment import segment
from rescale4dl_core.inference.store import shipped_cards, shipped_network
from rescale4dl_core.training.pair_folders import read_folder
from rescale4dl_core.training.recipe import Folder, read_recipe
from rescale4dl_core.training.validation import image_score, scores_over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.inference.card import NetworkCard, TestScores
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.training.image_pairs import Pair, Source

RECIPES = Path(__file__).parents[1] / "training" / "recipes"
PHASE = Folder("bacteria_phase_omnipose", rows="all")
TRAINED_ON = "trained on"
BEGIN, END = "<!-- table -->", "<!-- /table -->"


@dataclass(frozen=True, slots=True)
class Row:
    """One network on one set."""

    card: NetworkCard
    scores: TestScores
    megapixels_per_s: float
    """Of the whole way from pixels to labels."""

    @property
    def note(self) -> str:
        """Whether the scores can be believed."""
        folders = {one.name for one in self.card.training.data}
        trained_on = self.scores.data_set == PHASE.folder and PHASE.folder in folders
        return TRAINED_ON if trained_on else ""


def test_sets(data: Sequence[Path]) -> list[Source]:
    """Read the images of every test set once."""
    entries = {
        entry: None
        for path in sorted(RECIPES.glob("*.toml"))
        for entry in read_recipe(path).test
    }
    return [read_folder(entry, data) for entry in (*entries, PHASE)]


def run(network: Network, card: NetworkCard, test_set: Source) -> Row:
    """Segment and score every image of a set."""
    scores, megapixels, seconds = [], 0.0, 0.0
    segment(_image(test_set.pairs[0], card), network)
    for pair in test_set.pairs:
        prediction = segment(_image(pair, card), network)
        megapixels += pair.labels.size / 1e6
        seconds += prediction.seconds
        scores.append(
            image_score(pair.name, pair.labels, prediction.labels.pixels, pair.cut_sides)
        )
    return Row(card, scores_over(test_set.name, "", scores), megapixels / seconds)


def _image(pair: Pair, card: NetworkCard) -> Image:
    pixels = pair.pixels
    if pixels.ndim == 2 and card.spec.input_channels == 3:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    return Image.parse(pixels, name=pair.name, known=KnownPixelSize(None, UNKNOWN))


def table(rows: Sequence[Row]) -> str:
    """Return the rows as Markdown."""
    lines = [
        "| network | test set | images | AP at IoU 0.5 | mean IoU of matches | "
        "foreground IoU | MB | Mpx/s | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = (
            row.card.name,
            row.scores.data_set,
            str(len(row.scores.images)),
            *(
                _mean_and_spread(row.scores, name)
                for name in ("ap50", "mean_iou", "foreground_iou")
            ),
            f"{row.card.size_bytes / 1e6:.1f}",
            f"{row.megapixels_per_s:.2f}",
            row.note,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _mean_and_spread(scores: TestScores, name: str) -> str:
    values = [getattr(one, name) for one in scores.images]
    spread = f" ± {np.std(values):.3f}" if len(values) > 1 else ""
    return f"{np.mean(values):.3f}{spread}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--network", nargs="+", help="names; all where nothing is given")
    parser.add_argument("--readme", type=Path, help="put the table between its marks")
    asked = parser.parse_args()
    sets = test_sets(asked.data)
    rows = []
    for card in shipped_cards():
        if asked.network and card.name not in asked.network:
            continue
        network = shipped_network(card.name)
        for test_set in sets:
            print(f"{card.name} on {test_set.name}", file=sys.stderr)
            rows.append(run(network, card, test_set))
    print(table(rows))
    if asked.readme:
        before, _, rest = asked.readme.read_text("utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        text = f"{before}{BEGIN}\n{table(rows)}\n{END}{after}"
        asked.readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
