"""How a curve of the atlas is made: every test image brought to the same coverages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.study.atlas import AtlasCurve, AtlasPoint
from rescale4dl_core.study.bootstrap import ENOUGH_IMAGES, bootstrap_mean
from rescale4dl_core.study.object_facts import facts_of_objects
from rescale4dl_core.study.results import FEWEST_SCALES, spearman
from rescale4dl_core.study.scoring import limits_of
from rescale4dl_core.study.sweep import sweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.images import Sample
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.study.one_scale import Segmenter
    from rescale4dl_core.study.results import GridScores, Interval, ScaleResult, Sweep

COVERAGES_PERCENT = (2.0, 2.83, 4.0, 5.66, 8.0, 11.3, 16.0, 22.6)
"""In steps of sqrt 2: objects of 50 px down to 4.4 px."""

LARGEST_ENLARGED_PX = 1024**2
"""An image that would be larger at a coverage is left out there: it takes too long."""

FINEST_RATIO, COARSEST_RATIO = 1 / 4, 16.0

LOW_PERCENTILE, HIGH_PERCENTILE = 5, 95


@dataclass(frozen=True, slots=True, eq=False)
class ImageSweep:
    """One test image over the coverages."""

    name: str
    sweep: Sweep
    coverages_percent: tuple[float, ...]
    """Of the scales of the sweep, in their order."""

    measurement: Measurement
    """Of the true objects of this image."""

    def at(self, coverage_percent: float) -> ScaleResult | None:
        """Return the scale at a coverage, None where the image was left out."""
        if coverage_percent not in self.coverages_percent:
            return None
        return self.sweep.scales[self.coverages_percent.index(coverage_percent)]


@dataclass(frozen=True, slots=True, eq=False)
class TestImages:
    """The images of one test set, with what is known of their objects together."""

    __test__ = False

    samples: tuple[Sample, ...]
    measurements: tuple[Measurement, ...]
    """One for each sample, all with one estimator."""

    together: Measurement

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> TestImages:
        """Measure the masks; images without an object inside are left out.

        Raises
        ------
        LabelImageError
            If no image has an object inside.
        """
        measured = [
            MeasuredImage(
                sample.image.name, measure_objects(sample.labels), sample.image.shape, None
            )
            for sample in samples
            if sample.labels is not None
        ]
        together = summarise(measured)
        kept, alone = [], []
        for sample, image in zip(samples, measured, strict=True):
            if len(image.objects.inside):
                kept.append(sample)
                alone.append(summarise([image], estimator=together.estimator))
        return cls(tuple(kept), tuple(alone), together)


def image_sweeps(
    network: Network,
    images: TestImages,
    *,
    n_with_stability: int = 0,
    segmenter: Segmenter | None = None,
    progress: Progress = silent,
) -> tuple[ImageSweep, ...]:
    """Run `network` on every image at every coverage of the atlas.

    Parameters
    ----------
    network : Network
        What is tried.
    images : TestImages
        Images with masks.
    n_with_stability : int
        On how many of the images the stability is computed too.
    segmenter : Segmenter, optional
        As for `sweep`.
    progress : Progress
        Called often.
    """
    found = []
    n_images = len(images.samples)
    for index, (sample, measured) in enumerate(
        zip(images.samples, images.measurements, strict=True)
    ):

        def report(fraction: float, message: str, /, index: int = index) -> None:
            progress((index + fraction) / n_images, f"image {index + 1}: {message}")

        factors = _factors(sample, measured)
        if not factors:
            continue
        result = sweep(
            [sample],
            network,
            list(factors),
            measurement=measured,
            with_stability=index < n_with_stability,
            segmenter=segmenter,
            progress=report,
        )
        coverages = {float(factor.ratio): percent for factor, percent in factors.items()}
        found.append(
            ImageSweep(
                sample.image.name,
                result,
                tuple(coverages[scale.ratio] for scale in result.scales),
                measured,
            )
        )
    return tuple(found)


def curve_from(
    sweeps: Sequence[ImageSweep],
    images: TestImages,
    *,
    data_set: str,
    split: str,
    trained_on: bool,
) -> AtlasCurve:
    """Put the sweeps of a test set together.

    A coverage counts where at least half of the images could be brought to it.

    Raises
    ------
    LabelImageError
        If no image has a mask with objects.
    """
    facts = facts_of_objects(
        [(s.image, s.labels) for s in images.samples if s.labels is not None],
        images.together,
    )
    if facts is None:
        raise LabelImageError(
            f"{data_set} has no masks with objects, so its scores cannot be computed. "
            "Choose images with masks."
        )
    points = []
    for percent in COVERAGES_PERCENT:
        scales = [one.at(percent) for one in sweeps]
        shown = [s for s in scales if s is not None and s.sample_grid is not None]
        if shown and 2 * len(shown) >= len(sweeps):
            points.append(_point(percent, shown))
    ranks = [_rank(one.sweep) for one in sweeps]
    known = [rank for rank in ranks if rank is not None]
    return AtlasCurve(
        data_set=data_set,
        split=split,
        trained_on=trained_on,
        facts=facts,
        points=tuple(points),
        stability_rank=float(np.mean(known)) if known else None,
    )


def _rank(sweep: Sweep) -> float | None:
    limits = limits_of(sweep)
    pairs = [
        (
            0.0 if one.stability is None else one.stability.mean * limits[one.ratio],
            one.sample_grid.iou.mean,
        )
        for one in sweep.scales
        if one.sample_grid is not None
    ]
    if not limits or len(pairs) < FEWEST_SCALES:
        return None
    return spearman(*zip(*pairs, strict=True))


def _factors(sample: Sample, measured: Measurement) -> dict[RescaleFactor, float]:
    rows_px, columns_px = sample.image.shape
    factors = {}
    for percent in COVERAGES_PERCENT:
        ratio = float(f"{percent / measured.coverage.percent:.4g}")
        enlarged_px = rows_px * columns_px / ratio**2
        fits = ratio >= 1 or enlarged_px <= LARGEST_ENLARGED_PX
        if FINEST_RATIO <= ratio <= COARSEST_RATIO and fits:
            factors[RescaleFactor.of(ratio)] = percent
    return factors


def _point(percent: float, scales: Sequence[ScaleResult]) -> AtlasPoint:
    own = [scale.own_grid for scale in scales if scale.own_grid is not None]
    on_sample = [scale.sample_grid for scale in scales if scale.sample_grid is not None]
    low, high = _of_single_images(on_sample)
    return AtlasPoint(
        coverage_percent=percent,
        own_grid=_over_images(own),
        sample_grid=_over_images(on_sample),
        images_low=low,
        images_high=high,
        ceiling=float(np.mean([scale.iou_ceiling or 0.0 for scale in scales])),
        recall=float(np.mean([scores.recall for scores in on_sample])),
        n_images=len(on_sample),
        n_objects=sum(
            int(np.isfinite(objects).sum())
            for scores in on_sample
            for objects in scores.object_iou
        ),
    )


def _over_images(scores: Sequence[GridScores]) -> Interval:
    if len(scores) == 1:
        return scores[0].iou
    return bootstrap_mean(np.array([one.iou.mean for one in scores]))


def _of_single_images(scores: Sequence[GridScores]) -> tuple[float, float]:
    """Return between what 9 of 10 single images lie; of few, all with their intervals."""
    if len(scores) < ENOUGH_IMAGES:
        return min(one.iou.low for one in scores), max(one.iou.high for one in scores)
    means = [one.iou.mean for one in scores]
    low, high = np.percentile(means, [LOW_PERCENTILE, HIGH_PERCENTILE])
    return float(low), float(high)
