"""Score over coverage of one data set, from the scores of its images or objects."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.advice.evidence_curve import Basis, EvidenceCurve, ScorePoint
from rescale4dl_core.study.bootstrap import mean_over, paired_loss

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """One scale of a data set."""

    name: str
    coverage_percent: float
    unit_scores: tuple[NDArray[np.float64], ...]
    """For each image its score, or those of its objects; the same at every scale."""

    @property
    def score(self) -> float:
        """Mean over the images."""
        return float(np.mean([np.nanmean(scores) for scores in self.unit_scores]))


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """All scales of a data set, finest first; the original is among them."""

    name: str
    scales: tuple[Scale, ...]
    original: str = "OG"

    @property
    def best(self) -> float:
        """The best score of any scale."""
        return max(scale.score for scale in self.scales)

    def regret(self, scale: Scale) -> float:
        """Return what `scale` loses against the best one."""
        return self.best - scale.score

    def gain(self, scale: Scale) -> float:
        """Return how many times fewer pixels than the original `scale` takes."""
        return (scale.coverage_percent / self.start.coverage_percent) ** 2

    @property
    def start(self) -> Scale:
        """The scale of the original images."""
        return next(scale for scale in self.scales if scale.name == self.original)

    def nearest(self, coverage_percent: float) -> Scale:
        """Return the scale nearest to a coverage on a log axis."""
        return min(
            self.scales,
            key=lambda scale: abs(math.log(scale.coverage_percent / coverage_percent)),
        )

    def images(self, chosen: Iterable[int]) -> Measured:
        """Return the same scales on some of the images."""
        indices = tuple(chosen)
        return Measured(
            self.name,
            tuple(
                Scale(
                    scale.name,
                    scale.coverage_percent,
                    tuple(scale.unit_scores[index] for index in indices),
                )
                for scale in self.scales
            ),
            self.original,
        )

    def evidence(self) -> EvidenceCurve:
        """Return the curve as a sweep of the original images would show it."""
        best = max(self.scales, key=lambda scale: scale.score)
        points = []
        for scale in self.scales:
            interval = mean_over(list(scale.unit_scores))
            if interval is None:
                continue
            points.append(
                ScorePoint(
                    ratio=scale.coverage_percent / self.start.coverage_percent,
                    score=interval,
                    loss=paired_loss(best.unit_scores, scale.unit_scores),
                )
            )
        return EvidenceCurve(Basis.TRUTH, self.name, tuple(points))
