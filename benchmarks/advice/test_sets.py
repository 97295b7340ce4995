"""The masked test sets, as few and as small images as an honest curve allows."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.images import Image
from rescale4dl_core.labels import Labels
from rescale4dl_core.reading.sample import read_sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.images import Sample
    from rescale4dl_core.inference.card import NetworkCard

DATA = Path(__file__).parents[3] / "shared" / "data"

LARGEST_SIDE_PX = 512
"""Larger images are cropped to their middle."""

N_COLOURS = 3

Region = tuple[float, float, float, float]
"""Top, left, bottom and right edge, as shares of the field."""

WHOLE: Region = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class TestSet:
    """Rows of a data set that a network is tested on."""

    __test__ = False

    folder: str
    kind: str
    """How the names of the networks that are made for it end."""

    split: str
    rows: str = "test"
    region: Region = WHOLE
    is_trained_on: bool = False
    """Whether the networks of this kind have seen these images."""

    def is_for(self, card: NetworkCard) -> bool:
        """Whether the network was made for images of this kind."""
        return card.name.endswith(self.kind)


TEST_SETS = (
    TestSet("nuclei_fluo_dsb2018", "nuclei-fluo", "test rows of split.csv"),
    TestSet("nuclei_brightfield_dsb2018", "nuclei-brightfield", "test rows of split.csv"),
    TestSet(
        "bacteria_saureus_sim_rescale4dl",
        "cocci-fluo",
        "right 40 % of the one field, not trained on",
        rows="train",
        region=(0.0, 0.6, 1.0, 1.0),
    ),
    TestSet(
        "bacteria_phase_omnipose",
        "bacteria-phase",
        "all seven images; there are no others",
        rows="train",
        is_trained_on=True,
    ),
    TestSet("worms_bbbc010", "worms", "test rows of split.csv"),
)


def samples_of(data: Path, one: TestSet, n_images: int) -> tuple[Sample, ...]:
    """Return at most `n_images` samples with masks.

    Sorted by the median diameter that split.csv gives, evenly spaced from the smallest to
    the largest, the middle ones where there are as many rows.
    """
    with (data / one.folder / "split.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == one.rows]
    rows.sort(key=lambda row: (float(row["median_diameter_px"]), row["stem"]))
    stems = [row["stem"] for row in _spaced(rows, n_images)]
    return tuple(_sample(data / one.folder, stem, one.region) for stem in stems)


def samples_for(
    card: NetworkCard, data: Path, one: TestSet, n_images: int
) -> tuple[Sample, ...]:
    """Return what `samples_of` does, in the channels that the network was trained on."""
    samples = samples_of(data, one, n_images)
    if card.spec.input_channels != N_COLOURS:
        return samples
    return tuple(map(_in_colour, samples))


def _spaced(rows: Sequence[dict[str, str]], wanted: int) -> list[dict[str, str]]:
    n_rows = len(rows)
    if n_rows <= wanted:
        return list(rows)
    return [rows[(2 * index + 1) * n_rows // (2 * wanted)] for index in range(wanted)]


def _sample(folder: Path, stem: str, region: Region) -> Sample:
    (path,) = (folder / "images").glob(f"{stem}.*")
    sample = read_sample(path, folder / "labels" / f"{stem}.tif")
    rows, columns = (
        _middle(length, low, high)
        for length, low, high in zip(
            sample.image.shape, region[:2], region[2:], strict=True
        )
    )
    image = Image.parse(
        sample.image.pixels[rows, columns], name=stem, known=sample.image.known
    )
    labels = sample.labels
    if labels is not None:
        labels = Labels.parse(labels.pixels[rows, columns], source=stem)
    return replace(sample, image=image, labels=labels)


def _middle(length: int, low: float, high: float) -> slice:
    start, stop = round(low * length), round(high * length)
    spare = max(0, stop - start - LARGEST_SIDE_PX) // 2
    return slice(start + spare, stop - spare)


def _in_colour(sample: Sample) -> Sample:
    """Return a grey image as three equal channels, as the network was trained on them."""
    image = sample.image
    if image.is_rgb:
        return sample
    pixels = np.repeat(image.pixels[..., None], N_COLOURS, axis=2)
    return replace(sample, image=Image.parse(pixels, name=image.name, known=image.known))
