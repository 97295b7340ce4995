"""The rule on evidence: the coarsest pixel size that surely loses no more than allowed.

See docs/decisions/0040-advice-from-evidence.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.advice.evidence_curve import Basis, EvidenceCurve, ScorePoint

if TYPE_CHECKING:
    from collections.abc import Sequence


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
