"""How good a segmentation is, in the numbers that the literature uses.

`SCORES` lists them once: a row there is a column of `evaluate`, a field of `sweep` and,
where it is `on_screen`, a column of both tables in the app.

A score whose denominator is 0 is undefined and given as NaN: the recall where there is no
true object, the precision where nothing was predicted, every score where both are empty.
Means over images leave undefined scores out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rescale4dl_core.evaluation.matching import match_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from rescale4dl_core.evaluation.matching import Overlap


THRESHOLDS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
"""IoU above which a match counts, 0.5 to 0.95."""


@dataclass(frozen=True, slots=True)
class ObjectScores:
    """Scores of one image, objects against objects."""

    n_true: int
    n_predicted: int
    mean_iou: float
    """Mean over the true objects of the IoU with their match, 0 for a missed one."""

    seg: float
    """SEG of the Cell Tracking Challenge: as `mean_iou`, but a match is the predicted
    object that covers more than half of the true one, whatever the IoU."""

    true_positives: tuple[int, ...]
    """Matches with an IoU above each of `THRESHOLDS`."""

    matched_iou: float
    """Sum of the IoU of all matches, at the lowest threshold."""

    @property
    def n_true_positives(self) -> int:
        """Objects found, at IoU > 0.5."""
        return self.true_positives[0]

    @property
    def n_false_positives(self) -> int:
        """Predicted objects that are no true object."""
        return self.n_predicted - self.n_true_positives

    @property
    def n_false_negatives(self) -> int:
        """True objects that were missed."""
        return self.n_true - self.n_true_positives

    @property
    def recall(self) -> float:
        """Share of the true objects that were found."""
        return ratio(self.n_true_positives, self.n_true)

    @property
    def precision(self) -> float:
        """Share of the predicted objects that are true ones."""
        return ratio(self.n_true_positives, self.n_predicted)

    @property
    def f1(self) -> float:
        """2 TP / (2 TP + FP + FN)."""
        return ratio(2 * self.n_true_positives, self.n_true + self.n_predicted)

    @property
    def average_precision_by_threshold(self) -> tuple[float, ...]:
        """TP / (TP + FP + FN) at each of `THRESHOLDS`, as StarDist and Cellpose say."""
        total = self.n_true + self.n_predicted
        return tuple(ratio(found, total - found) for found in self.true_positives)

    @property
    def average_precision(self) -> float:
        """TP / (TP + FP + FN) at IoU > 0.5."""
        return self.average_precision_by_threshold[0]

    @property
    def mean_average_precision(self) -> float:
        """Mean of the average precision over `THRESHOLDS`."""
        return float(np.mean(self.average_precision_by_threshold))

    @property
    def panoptic_quality(self) -> float:
        """Sum of matched IoU / (TP + FP / 2 + FN / 2): Kirillov et al. 2019."""
        return ratio(2 * self.matched_iou, self.n_true + self.n_predicted)


def ratio(numerator: float, denominator: float) -> float:
    """Return the quotient, NaN where the denominator is 0.

    Examples
    --------
    >>> ratio(1, 4), ratio(0, 0)
    (0.25, nan)
    """
    return numerator / denominator if denominator else float("nan")


def object_scores(overlap: Overlap) -> ObjectScores:
    """Score predicted objects against true ones."""
    n_true = len(overlap.true_label)
    iou = match_objects(overlap).iou
    return ObjectScores(
        n_true=n_true,
        n_predicted=len(overlap.predicted_label),
        mean_iou=ratio(float(iou.sum()), n_true),
        seg=ratio(float(_seg_iou(overlap).sum()), n_true),
        true_positives=tuple(
            int(np.count_nonzero(iou > threshold)) for threshold in THRESHOLDS
        ),
        matched_iou=float(iou.sum()),
    )


def _seg_iou(overlap: Overlap) -> NDArray[np.float64]:
    """Return the IoU of each pair in which more than half of the true object is covered."""
    covered = 2 * overlap.shared_px > overlap.true_area_px[overlap.true_index]
    return overlap.iou[covered]


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


class Scored(NamedTuple):
    """What a score is taken from: one prediction against one truth."""

    foreground: AreaScore
    objects: ObjectScores | None
    """None where the maps are classes or masks."""


@dataclass(frozen=True, slots=True)
class Score:
    """One number that says how good a segmentation is, 0 to 1, the higher the better."""

    name: str
    """In tables, JSON fields and files."""

    label: str
    """As a person reads it."""

    meaning: str
    of_areas: Callable[[AreaScore], float] | None = None
    """How it follows from the foreground; None where it needs objects."""

    of_objects: Callable[[ObjectScores], float] | None = None
    on_screen: bool = False

    def of(self, scored: Scored) -> float | None:
        """Return the score, NaN where it is undefined, None where it needs objects."""
        if self.of_areas is not None:
            return self.of_areas(scored.foreground)
        if self.of_objects is None or scored.objects is None:
            return None
        return self.of_objects(scored.objects)


SCORES = (
    Score(
        "iou_binary",
        "IoU, foreground",
        "Overlap of all that is not background: shared area / area of both together.",
        of_areas=lambda foreground: foreground.iou,
    ),
    Score(
        "dice_binary",
        "Dice, foreground",
        "2 x shared area / sum of both areas (Dice 1945); the F1 score of the pixels.",
        of_areas=lambda foreground: foreground.f1,
    ),
    Score(
        "recall",
        "Found",
        "Share of the true objects that were found (IoU above 0.5).",
        of_objects=lambda objects: objects.recall,
        on_screen=True,
    ),
    Score(
        "precision",
        "Correct",
        "Share of the predicted objects that are true ones (IoU above 0.5).",
        of_objects=lambda objects: objects.precision,
        on_screen=True,
    ),
    Score(
        "f1",
        "F1",
        "2 TP / (2 TP + FP + FN): found and correct in one number (IoU above 0.5).",
        of_objects=lambda objects: objects.f1,
    ),
    Score(
        "average_precision",
        "AP50",
        "TP / (TP + FP + FN) at IoU above 0.5, as StarDist and Cellpose say.",
        of_objects=lambda objects: objects.average_precision,
        on_screen=True,
    ),
    Score(
        "mean_average_precision",
        "AP50 to AP95",
        "Mean of TP / (TP + FP + FN) over IoU above 0.5, 0.55, ... 0.95.",
        of_objects=lambda objects: objects.mean_average_precision,
    ),
    Score(
        "panoptic_quality",
        "Panoptic quality",
        "Sum of matched IoU / (TP + FP / 2 + FN / 2) (Kirillov et al. 2019).",
        of_objects=lambda objects: objects.panoptic_quality,
    ),
    Score(
        "seg",
        "SEG",
        "Mean IoU over the true objects, 0 where not more than half of one is covered "
        "(Cell Tracking Challenge).",
        of_objects=lambda objects: objects.seg,
    ),
)
"""Every score of the program, in the order of its tables."""


def scores_of(scored: Scored) -> dict[str, float]:
    """Return each of `SCORES` that these maps have, by name."""
    found = ((score.name, score.of(scored)) for score in SCORES)
    return {name: value for name, value in found if value is not None}


def means_of(images: Iterable[dict[str, float]]) -> dict[str, float | None]:
    """Return the mean of each score over images, undefined ones left out.

    Examples
    --------
    >>> means_of([{"recall": 0.5}, {"recall": 1.0, "f1": float("nan")}])
    {'recall': 0.75, 'f1': None}
    """
    images = list(images)
    names = dict.fromkeys(name for image in images for name in image)
    return {
        name: mean_or_none(image.get(name, float("nan")) for image in images)
        for name in names
    }


def mean_or_none(values: Iterable[float]) -> float | None:
    """Return the mean of the values that are numbers, None if there is none.

    Examples
    --------
    >>> mean_or_none([1.0, float("nan"), 2.0]), mean_or_none([])
    (1.5, None)
    """
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else None
