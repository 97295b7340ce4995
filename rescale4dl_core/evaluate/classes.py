"""Scores of areas instead of objects: per class of a semantic map, and foreground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.evaluate.scores import ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def class_scores(overlap: Overlap, classes: Sequence[int]) -> dict[int, AreaScore]:
    """Score each of `classes`, the pixel values of two semantic maps.

    Classes of neither image are listed too, with NaN scores; the published code leaves
    out every image that lacks a class.
    """
    true_px = dict(
        zip(overlap.true_label.tolist(), overlap.true_area_px.tolist(), strict=True)
    )
    predicted_px = dict(
        zip(
            overlap.predicted_label.tolist(),
            overlap.predicted_area_px.tolist(),
            strict=True,
        )
    )
    same = (
        overlap.true_label[overlap.true_index]
        == overlap.predicted_label[overlap.predicted_index]
    )
    shared_px = dict(
        zip(
            overlap.true_label[overlap.true_index[same]].tolist(),
            overlap.shared_px[same].tolist(),
            strict=True,
        )
    )
    return {
        value: AreaScore(
            true_px.get(value, 0), predicted_px.get(value, 0), shared_px.get(value, 0)
        )
        for value in classes
    }
