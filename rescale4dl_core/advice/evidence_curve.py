"""A score over pixel sizes, from a sweep or from the atlas, to decide on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.microscope.score_curve import ScoreCurve
from rescale4dl_core.study.bootstrap import Loss, paired_loss
from rescale4dl_core.study.results import Interval
from rescale4dl_core.study.scoring import limits_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.study.atlas import AtlasCurve
    from rescale4dl_core.study.results import ScaleResult, Sweep


NOTHING = Interval(0.0, 0.0, 0.0)


class Basis(StrEnum):
    """What the scores of a curve are."""

    TRUTH = "overlap with the mask of your images"
    """IoU on the sample's grid."""

    STABILITY = "stability on your images"
    """How much the outlines stay when the image is changed a little, times what coarser
    pixels leave of them: not an IoU."""

    ATLAS = "overlap on test images of the network"
    """IoU on the grid of the test images, at the same coverage."""


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """The score at one pixel size."""

    ratio: float
    """New / old pixel size, old being that of the sample."""

    score: Interval
    loss: Loss | None = None
    """Against the best point, where both were scored on the same objects."""

    recall: float | None = None
    ceiling: float | None = None


@dataclass(frozen=True, slots=True)
class EvidenceCurve:
    """Scores over pixel sizes, finest first; at least one point."""

    basis: Basis
    source: str
    """For the sentence: the network, or the test set."""

    points: tuple[ScorePoint, ...]

    @property
    def best(self) -> ScorePoint:
        """The highest score; the coarsest of equals."""
        return max(self.points, key=lambda point: (point.score.mean, point.ratio))

    def expected(self, coverage_now_percent: float) -> ScoreCurve | None:
        """Return the expected IoU over coverage; None for stability, which is none.

        Parameters
        ----------
        coverage_now_percent : float
            Coverage of the sample as taken.
        """
        if self.basis is Basis.STABILITY:
            return None
        recalls = tuple(point.recall for point in self.points if point.recall is not None)
        return ScoreCurve(
            coverage_percent=tuple(
                point.ratio * coverage_now_percent for point in self.points
            ),
            iou=tuple(point.score.mean for point in self.points),
            low=tuple(point.score.low for point in self.points),
            high=tuple(point.score.high for point in self.points),
            source=f"{self.basis.value}: {self.source}",
            recall=recalls if len(recalls) == len(self.points) else None,
        )


def curve_of_sweep(sweep: Sweep) -> EvidenceCurve | None:
    """Return the curve of a sweep: IoU with a mask, else stability where it means much.

    Without a mask a scale at which nothing was found, or objects of an implausible size,
    scores 0. None where no scale has a score.
    """
    if sweep.has_truth:
        basis, points = Basis.TRUTH, _points_with_truth(sweep.scales)
    else:
        basis, points = Basis.STABILITY, _stable_points(sweep)
    return EvidenceCurve(basis, sweep.network, points) if points else None


def curve_of_atlas(curve: AtlasCurve, coverage_now_percent: float) -> EvidenceCurve:
    """Return the curve of a test set on the pixel sizes of a sample, by equal coverage.

    The interval of a score is that of single test images: the sample is one more image.
    """
    return EvidenceCurve(
        Basis.ATLAS,
        curve.data_set,
        tuple(
            ScorePoint(
                ratio=point.coverage_percent / coverage_now_percent,
                score=Interval(point.sample_grid.mean, point.images_low, point.images_high),
                recall=point.recall,
                ceiling=point.ceiling,
            )
            for point in curve.points
        ),
    )


def _stable_points(sweep: Sweep) -> tuple[ScorePoint, ...]:
    limits = limits_of(sweep)
    if not limits:
        return ()
    return tuple(
        ScorePoint(scale.ratio, NOTHING)
        if scale.stability is None
        else ScorePoint(
            ratio=scale.ratio,
            score=Interval(
                scale.stability.mean * limits[scale.ratio],
                scale.stability.low * limits[scale.ratio],
                scale.stability.high * limits[scale.ratio],
            ),
            ceiling=limits[scale.ratio],
        )
        for scale in sweep.scales
    )


def _points_with_truth(scales: Sequence[ScaleResult]) -> tuple[ScorePoint, ...]:
    scored = [
        (scale, scale.sample_grid) for scale in scales if scale.sample_grid is not None
    ]
    if not scored:
        return ()
    _, best = max(scored, key=lambda pair: (pair[1].iou.mean, pair[0].ratio))
    return tuple(
        ScorePoint(
            ratio=scale.ratio,
            score=scores.iou,
            loss=paired_loss(best.object_iou, scores.object_iou),
            recall=scores.recall,
            ceiling=scale.iou_ceiling,
        )
        for scale, scores in scored
    )


@dataclass(frozen=True, slots=True)
class ExpectedScore:
    """IoU with its interval, and the share of objects found."""

    iou: float
    low: float
    high: float
    recall: float | None


def expected_at(curve: ScoreCurve, coverage_percent: float) -> ExpectedScore | None:
    """Return what `curve` expects at a coverage, None outside of what was measured.

    Examples
    --------
    >>> from rescale4dl_core.microscope.score_curve import ScoreCurve
    >>> curve = ScoreCurve((1, 4), (0.6, 0.8), (0.5, 0.7), (0.7, 0.9), "by hand")
    >>> expected_at(curve, 4.0)
    ExpectedScore(iou=0.8, low=0.7, high=0.9, recall=None)
    >>> expected_at(curve, 5.0) is None
    True
    """
    where = np.array([coverage_percent])
    iou, low, high, recall = (
        float(values[0])
        for values in (
            curve.at(where),
            curve.low_at(where),
            curve.high_at(where),
            curve.recall_at(where),
        )
    )
    if math.isnan(iou):
        return None
    return ExpectedScore(iou, low, high, None if math.isnan(recall) else recall)


SHARE_WITHOUT_MASK = 0.5
"""Of the tolerance, where stability stands in for the score: it falls more slowly."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a curve decides, and what it leaves open."""

    chosen: ScorePoint
    best: ScorePoint
    allowed: tuple[ScorePoint, ...]
    """The points within the tolerance on average, finest first."""

    allowed_loss: float
    """Tolerance x best score, half of it without a mask."""

    @property
    def ratio_range(self) -> tuple[float, float]:
        """Ratios within the tolerance on average, smallest first."""
        return self.allowed[0].ratio, self.allowed[-1].ratio

    @property
    def coarsest_on_average(self) -> ScorePoint:
        """The coarsest point within the tolerance, were the mean scores exact."""
        return self.allowed[-1]


def decide(curve: EvidenceCurve, tolerance_percent: float) -> Decision:
    """Return which point of a curve to take.

    IoU: the coarsest point whose loss against the best one is at most the tolerance with
    95 % certainty, where the same objects were scored at both; else by the mean.
    Stability: the coarse end of the plateau, the run of points around the best one that
    lie within half of the tolerance.

    Parameters
    ----------
    curve : EvidenceCurve
        Scores over pixel sizes.
    tolerance_percent : float
        How much of the best score may be given up, from 0 to 100.
    """
    best = curve.best
    allowed_loss = tolerance_percent / 100 * best.score.mean
    if curve.basis is Basis.STABILITY:
        allowed_loss *= SHARE_WITHOUT_MASK
        plateau = _run_around(curve.points, best, allowed_loss)
        return Decision(plateau[-1], best, plateau, allowed_loss)
    allowed = tuple(point for point in curve.points if _loss(point, best) <= allowed_loss)
    # Never empty: the best point is among those allowed.
    sure = [
        point
        for point in allowed
        if point is best or point.loss is None or point.loss.at_most <= allowed_loss
    ]
    return Decision(sure[-1], best, allowed, allowed_loss)


def _loss(point: ScorePoint, best: ScorePoint) -> float:
    return best.score.mean - point.score.mean


def _run_around(
    points: Sequence[ScorePoint], best: ScorePoint, allowed_loss: float
) -> tuple[ScorePoint, ...]:
    first = last = points.index(best)
    while first > 0 and _loss(points[first - 1], best) <= allowed_loss:
        first -= 1
    while last + 1 < len(points) and _loss(points[last + 1], best) <= allowed_loss:
        last += 1
    return tuple(points[first : last + 1])
