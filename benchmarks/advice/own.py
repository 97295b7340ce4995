"""Our own sweeps of the masked sets: every image at the same coverages, kept in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.advice.curves import Measured, Scale
from benchmarks.advice.test_sets import samples_for
from rescale4dl_core.inference.store import shipped_network
from rescale4dl_core.study.atlas_run import TestImages, image_sweeps
from rescale4dl_core.study.results import spearman
from rescale4dl_core.study.scoring import limits_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.advice.test_sets import TestSet
    from rescale4dl_core.inference.card import NetworkCard


@dataclass(frozen=True, slots=True, eq=False)
class OneImage:
    """One image with its truth and its stability over the coverages."""

    coverage_percent: NDArray[np.float64]
    """Ascending; shape (scales,)."""

    object_iou: NDArray[np.float64]
    """On the sample's grid; shape (scales, objects)."""

    stability: NDArray[np.float64]
    """NaN where nothing plausible was found; shape (scales,)."""

    limit: NDArray[np.float64]
    """What coarser pixels leave of the outlines found; NaN as before."""

    now_percent: float
    """Coverage of the image as taken."""

    @property
    def iou(self) -> NDArray[np.float64]:
        """Mean over the objects, shape (scales,)."""
        means: NDArray[np.float64] = np.nanmean(self.object_iou, axis=1)
        return means

    @property
    def surrogate(self) -> NDArray[np.float64]:
        """Stability x limit, what the advice goes by without a mask."""
        return self.stability * self.limit

    def rank_of(self, guess: NDArray[np.float64]) -> float | None:
        """Return Spearman's correlation of a guess and the IoU; none ranks last."""
        return spearman(np.nan_to_num(guess, nan=0.0).tolist(), self.iou.tolist())


def own_images(
    card: NetworkCard, models: Path, data: Path, one: TestSet, n_images: int, kept: Path
) -> list[OneImage]:
    """Return the images of a test set, swept with stability; read from `kept` if there."""
    path = kept / f"{card.name}-{card.sha256[:8]}-{one.folder}-{one.rows}-{n_images}.npz"
    if not path.exists():
        _sweep(card, models, data, one, n_images, path)
    with np.load(path) as found:
        count = len([name for name in found.files if name.startswith("now")])
        return [
            OneImage(
                found[f"coverage{index}"],
                found[f"iou{index}"],
                found[f"stability{index}"],
                found[f"limit{index}"],
                float(found[f"now{index}"]),
            )
            for index in range(count)
        ]


def as_measured(name: str, images: list[OneImage]) -> Measured:
    """Return the scales that all images were brought to, as one data set."""
    common = sorted(set.intersection(*(set(one.coverage_percent) for one in images)))
    scales = tuple(
        Scale(
            f"{percent:g} %",
            float(percent),
            tuple(
                one.object_iou[one.coverage_percent.tolist().index(percent)]
                for one in images
            ),
        )
        for percent in common
    )
    now_percent = float(np.exp(np.mean([np.log(one.now_percent) for one in images])))
    data = Measured(name, scales, scales[0].name)
    return Measured(name, scales, data.nearest(now_percent).name)


def _sweep(
    card: NetworkCard, models: Path, data: Path, one: TestSet, n_images: int, path: Path
) -> None:
    network = shipped_network(card.name, folder=models)
    images = TestImages.of(samples_for(card, data, one, n_images))
    sweeps = image_sweeps(network, images, n_with_stability=n_images)
    arrays: dict[str, NDArray[np.float64]] = {}
    for index, each in enumerate(sweeps):
        limits = limits_of(each.sweep)
        arrays[f"limit{index}"] = np.array(
            [limits.get(scale.ratio, np.nan) for scale in each.sweep.scales]
        )
        scored = [
            (scale.sample_grid.object_iou[0], scale.stability, percent)
            for scale, percent in zip(
                each.sweep.scales, each.coverages_percent, strict=True
            )
            if scale.sample_grid is not None
        ]
        arrays[f"iou{index}"] = np.array([iou for iou, _, _ in scored])
        arrays[f"stability{index}"] = np.array(
            [np.nan if stability is None else stability.mean for _, stability, _ in scored]
        )
        arrays[f"coverage{index}"] = np.array([percent for _, _, percent in scored])
        arrays[f"now{index}"] = np.array(each.measurement.coverage.percent)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)
