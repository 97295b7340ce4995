"""How good a segmentation is, in the numbers that the literature uses.

`SCORES` lists them once: a row there is a column of `evaluate`, a field of `sweep` and,
where it is `on_screen`, a column of both tables in the app.

A score whose denominator is 0 is undefined and given as NaN: the recall where there is no
true object, the precision where nothing was predicted, every score where both are empty.
Means over images leave undefined scores out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.evaluation.kind_of_maps import Kind
from rescale4dl_core.evaluation.matching import match_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from numpy.typing import NDArray

    from rescale4dl_core.evaluation.matching import Matching, Overlap


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


def object_scores(overlap: Overlap, matching: Matching | None = None) -> ObjectScores:
    """Score predicted objects against true ones, matched here or before."""
    n_true = len(overlap.true_label)
    iou = (matching or match_objects(overlap)).iou
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


def mean_class_iou(classes: Mapping[int, AreaScore]) -> float:
    """Return the mean IoU over classes, NaN without one.

    Each class weighs the same, whatever its area.
    """
    return float(np.mean([score.iou for score in classes.values()] or [np.nan]))


@dataclass(frozen=True, eq=False)
class Comparison:
    """One prediction held against one truth; what is asked for is counted once."""

    overlap: Overlap

    @cached_property
    def matching(self) -> Matching:
        """Which predicted object is which true one, each value being an object."""
        return match_objects(self.overlap)

    @cached_property
    def objects(self) -> ObjectScores:
        """Counts of objects, each value being one."""
        return object_scores(self.overlap, self.matching)

    @cached_property
    def foreground(self) -> AreaScore:
        """Areas of all that is not background."""
        return foreground_score(self.overlap)

    @cached_property
    def classes(self) -> dict[int, AreaScore]:
        """Areas of each class, each value being one."""
        return class_scores(self.overlap)


@dataclass(frozen=True, slots=True)
class Score:
    """One number that says how good a segmentation is."""

    name: str
    """In tables, JSON fields and files."""

    label: str
    """As a person reads it."""

    meaning: str
    """In a sentence, with its source."""

    kind: Kind
    """What the values of the maps must be; any maps have a foreground (`Kind.BINARY`)."""

    of: Callable[[Comparison], float]
    """NaN where it is undefined."""

    lowest: float = 0.0
    highest: float = 1.0
    higher_is_better: bool = True
    on_screen: bool = False
    """Whether it is a column of the short tables in the app."""

    @property
    def best(self) -> float:
        """What a prediction equal to the truth scores."""
        return self.highest if self.higher_is_better else self.lowest

    @property
    def explanation(self) -> str:
        """The meaning, and between what the numbers lie."""
        way = "higher" if self.higher_is_better else "lower"
        return f"{self.meaning} {self.lowest:g} to {self.highest:g}, {way} is better."


SCORES = (
    Score(
        "iou_binary",
        "IoU, foreground",
        "Overlap of all that is not background: shared area / area of both together "
        "(Jaccard 1901).",
        Kind.BINARY,
        lambda one: one.foreground.iou,
        on_screen=True,
    ),
    Score(
        "dice_binary",
        "Dice, foreground",
        "2 x shared area / sum of both areas (Dice 1945); the F1 score of the pixels.",
        Kind.BINARY,
        lambda one: one.foreground.f1,
    ),
    Score(
        "iou_semantic",
        "IoU, classes",
        "Mean over the classes, in truth or prediction, of shared area / area of both "
        "together.",
        Kind.SEMANTIC,
        lambda one: mean_class_iou(one.classes),
    ),
    Score(
        "recall",
        "Found",
        "Share of the true objects that were found (IoU above 0.5).",
        Kind.INSTANCE,
        lambda one: one.objects.recall,
        on_screen=True,
    ),
    Score(
        "precision",
        "Correct",
        "Share of the predicted objects that are true ones (IoU above 0.5).",
        Kind.INSTANCE,
        lambda one: one.objects.precision,
        on_screen=True,
    ),
    Score(
        "f1",
        "F1",
        "2 TP / (2 TP + FP + FN): found and correct in one number (IoU above 0.5).",
        Kind.INSTANCE,
        lambda one: one.objects.f1,
        on_screen=True,
    ),
    Score(
        "average_precision",
        "AP50",
        "TP / (TP + FP + FN) at IoU above 0.5, as StarDist and Cellpose say.",
        Kind.INSTANCE,
        lambda one: one.objects.average_precision,
        on_screen=True,
    ),
    Score(
        "mean_average_precision",
        "AP50 to AP95",
        "Mean of TP / (TP + FP + FN) over IoU above 0.5, 0.55, ... 0.95.",
        Kind.INSTANCE,
        lambda one: one.objects.mean_average_precision,
    ),
    Score(
        "panoptic_quality",
        "Panoptic quality",
        "Sum of matched IoU / (TP + FP / 2 + FN / 2) (Kirillov et al. 2019).",
        Kind.INSTANCE,
        lambda one: one.objects.panoptic_quality,
    ),
    Score(
        "seg",
        "SEG",
        "Mean IoU over the true objects, 0 where not more than half of one is covered "
        "(Cell Tracking Challenge).",
        Kind.INSTANCE,
        lambda one: one.objects.seg,
    ),
)
"""Every score of the program, in the order of its tables.

The mean IoU over objects is none of them: it is what everything is judged by, so it comes
with the value of each object.
"""


def scores_of(comparison: Comparison, kinds: Collection[Kind]) -> dict[str, float]:
    """Return each of `SCORES` for which the maps are of one of `kinds`, by name."""
    return {one.name: one.of(comparison) for one in SCORES if one.kind in kinds}


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
