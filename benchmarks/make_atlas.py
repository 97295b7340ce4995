"""Make `models/<name>/atlas.json`: python -m benchmarks.make_atlas [NETWORK ...].

One file per network, written anew after each test set; sets that it holds for the present
weights are skipped, so an interrupted run goes on where it stopped. A network sees at most
eight images of the set of its own kind and two of each other one; on two of its own the
stability is computed too. A colour network sees grey images of its own set in three equal
channels.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.advice.test_sets import DATA, TEST_SETS, samples_for, samples_of
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.inference.store import FOLDER, shipped_cards, shipped_network
from rescale4dl_core.study.atlas import FILE_NAME, NetworkAtlas, atlas_text, read_atlas
from rescale4dl_core.study.atlas_run import TestImages, curve_from, image_sweeps
from rescale4dl_core.writing.fresh_file import fresh_file

if TYPE_CHECKING:
    from benchmarks.advice.test_sets import TestSet
    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.study.atlas import AtlasCurve

OWN_IMAGES, OTHER_IMAGES, STABILITY_IMAGES = 8, 2, 2

COMMAND = "python -m benchmarks.make_atlas"


def main() -> None:
    """Make the atlas of every network asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="*", help="names; all that ship where none is")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data sets")
    parser.add_argument("--models", type=Path, default=FOLDER)
    parser.add_argument("--own", action="store_true", help="the set of its own kind only")
    parser.add_argument("--again", action="store_true", help="also where there is one")
    args = parser.parse_args()
    for card in shipped_cards(args.models):
        if not args.networks or card.name in args.networks:
            _make(card, args.models, args.data, again=args.again, own=args.own)


def _make(card: NetworkCard, models: Path, data: Path, *, again: bool, own: bool) -> None:
    known = None if again else read_atlas(card, models)
    curves = {} if known is None else {curve.data_set: curve for curve in known.curves}
    own_first = sorted(TEST_SETS, key=lambda one: not one.is_for(card))
    wanted = [one for one in own_first if one.is_for(card) or not own]
    missing = [one for one in wanted if one.folder not in curves]
    if not missing:
        return
    network = shipped_network(card.name, folder=models)
    for one in missing:
        start = time.perf_counter()
        try:
            curve = _curve(network, card, one, data)
        except RescaleError as error:
            print(f"{card.name:<28} {one.folder:<34} left out: {error}", flush=True)
            continue
        curves[one.folder] = curve
        seconds = time.perf_counter() - start
        print(f"{card.name:<28} {_line(curve)} {seconds:6.1f} s", flush=True)
        ordered = tuple(curves[each.folder] for each in own_first if each.folder in curves)
        atlas = NetworkAtlas(card.name, card.sha256, COMMAND, ordered)
        with fresh_file(models / card.name / FILE_NAME, overwrite=True) as path:
            path.write_text(atlas_text(atlas), encoding="utf-8")


def _curve(network: Network, card: NetworkCard, one: TestSet, data: Path) -> AtlasCurve:
    own = one.is_for(card)
    n_images = OWN_IMAGES if own else OTHER_IMAGES
    images = TestImages.of(
        samples_for(card, data, one, n_images) if own else samples_of(data, one, n_images)
    )
    sweeps = image_sweeps(network, images, n_with_stability=STABILITY_IMAGES if own else 0)
    return curve_from(
        sweeps,
        images,
        data_set=one.folder,
        split=one.split,
        trained_on=own and one.is_trained_on,
    )


def _line(curve: AtlasCurve) -> str:
    best = max(curve.points, key=lambda point: point.sample_grid.mean)
    rank = "" if curve.stability_rank is None else f" rank {curve.stability_rank:.2f}"
    return (
        f"{curve.data_set:<34} best IoU {best.sample_grid.mean:.3f} at "
        f"{best.coverage_percent:4.1f} %, {best.n_images} images{rank}"
    )


if __name__ == "__main__":
    main()
