"""Scores of areas instead of objects: per class of a semantic map, and foreground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.evaluate.scores import ratio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rescale4dl_core.evaluate.overlap import Overlap


@dataclass(frozen=True, slots=True)
class AreaScore:
    """How well one area was found; NaN where neither image has it."""

    true_px: int
    predicted_px: int
    shared_px: int

    @property
    def iou(self) -> float:
        """Intersection over union."""
        return ratio(self.shared_px, self.true_px + self.predicted_px - self.shared_px)

    @property
    def f1(self) -> float:
        """Dice coefficient, the F1 score of the pixels."""
        return ratio(2 * self.shared_px, self.true_px + self.predicted_px)


def foreground_score(overlap: Overlap) -> AreaScore:
    """Score everything that is not background as one area."""
    return AreaScore(
        true_px=int(overlap.true_area_px.sum()),
        predicted_px=int(overlap.predicted_area_px.sum()),
        shared_px=int(overlap.shared_px.sum()),
    )


def class_scores(overlap: Overlap) -> dict[int, AreaScore]:
    """Score each class that either of two semantic maps has, by its pixel value.

    A class that one map lacks scores 0; the published code leaves such images out.
    """
    true_px = _by_value(overlap.true_label, overlap.true_area_px)
    predicted_px = _by_value(overlap.predicted_label, overlap.predicted_area_px)
    true_value = overlap.true_label[overlap.true_index]
    same = true_value == overlap.predicted_label[overlap.predicted_index]
    shared_px = _by_value(true_value[same], overlap.shared_px[same])
    return {
        value: AreaScore(
            true_px.get(value, 0), predicted_px.get(value, 0), shared_px.get(value, 0)
        )
        for value in sorted(true_px | predicted_px)
    }


def _by_value(value: NDArray[np.int32], area_px: NDArray[np.int64]) -> dict[int, int]:
    return dict(zip(value.tolist(), area_px.tolist(), strict=True))
