"""The scores of one scale: of each image on one grid, then over all images."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.evaluation.kind_of_maps import Kind
from rescale4dl_core.evaluation.matching import match_objects, overlap_of
from rescale4dl_core.evaluation.original_grid import on_original_grid
from rescale4dl_core.evaluation.own_metrics import MetricSource, all_custom_scores
from rescale4dl_core.evaluation.scores import (
    Comparison,
    mean_or_none,
    means_of,
    scores_of,
)
from rescale4dl_core.evaluation.summary import TAKEN_NAMES
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.series import rescale_labels
from rescale4dl_core.study.bootstrap import mean_over
from rescale4dl_core.study.results import ClassIou, GridScores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels
    from rescale4dl_core.study.results import Sweep


@dataclass(frozen=True, slots=True, eq=False)
class ImageScores:
    """The scores of one image on one grid; NaN where no true object is left on it."""

    object_iou: NDArray[np.float64]
    """One per true object of the sample, 0 for a missed one, NaN for one that this grid
    does not show."""

    scores: dict[str, float]
    """By name: the program's own and the user's."""

    class_iou: dict[int, float]
    problems: tuple[str, ...] = ()
    """What went wrong with the user's own scores."""


def image_scores(
    true_labels: NDArray[np.int32],
    truth: Labels,
    prediction: Labels,
    classes: tuple[Labels, Labels] | None = None,
    metrics: Sequence[MetricSource] = (),
) -> ImageScores:
    """Score one prediction.

    Parameters
    ----------
    true_labels : ndarray of int, ascending
        The true objects of the sample, also those that this grid does not show.
    truth, prediction : Labels
        Objects on one grid.
    classes : (Labels, Labels), optional
        True and predicted classes on the same grid.
    metrics : sequence of MetricSource
        The user's own scores, called on this grid.

    Raises
    ------
    LabelImageError
        If the shapes differ.
    """
    comparison = Comparison(overlap_of(truth, prediction))
    scores = scores_of(comparison, {Kind.BINARY, Kind.INSTANCE})
    class_iou: dict[int, float] = {}
    if classes is not None:
        of_classes = Comparison(overlap_of(*classes))
        scores |= scores_of(of_classes, {Kind.SEMANTIC})
        class_iou = {value: one.iou for value, one in of_classes.classes.items()}
    custom, problems = all_custom_scores(metrics, truth, prediction, taken=TAKEN_NAMES)
    return ImageScores(
        object_iou=_by_object(
            true_labels, comparison.overlap.true_label, comparison.matching.iou
        ),
        scores=scores | custom,
        class_iou=class_iou,
        problems=problems,
    )


def object_ious(
    true_labels: NDArray[np.int32], truth: Labels, prediction: Labels
) -> NDArray[np.float64]:
    """Return `ImageScores.object_iou` alone."""
    overlap = overlap_of(truth, prediction)
    return _by_object(true_labels, overlap.true_label, match_objects(overlap).iou)


def over_images(images: Sequence[ImageScores]) -> GridScores | None:
    """Return the means over the images that show a true object; None where none does."""
    iou = mean_over([image.object_iou for image in images])
    if iou is None:
        return None
    shown = [image for image in images if not np.isnan(image.object_iou).all()]
    values = sorted({value for image in shown for value in image.class_iou})
    return GridScores(
        iou=iou,
        scores=means_of(image.scores for image in shown),
        object_iou=tuple(image.object_iou for image in images),
        classes=tuple(ClassIou(value, _class_mean(shown, value)) for value in values),
    )


def mean_of_means(per_image: Sequence[NDArray[np.float64]]) -> float | None:
    """Return the mean over images of the mean over objects, NaN left out."""
    return mean_or_none(
        float(np.nanmean(values)) for values in per_image if not np.isnan(values).all()
    )


def _by_object(
    true_labels: NDArray[np.int32],
    shown_labels: NDArray[np.int32],
    iou: NDArray[np.float64],
) -> NDArray[np.float64]:
    values = np.full(len(true_labels), np.nan)
    values[np.searchsorted(true_labels, shown_labels)] = iou
    values.setflags(write=False)
    return values


def _class_mean(images: Sequence[ImageScores], value: int) -> float:
    return float(
        np.mean([image.class_iou[value] for image in images if value in image.class_iou])
    )


def limits_of(sweep: Sweep) -> dict[float, float]:
    """Return the geometric limit for each ratio at which something stable was found.

    A network may outline small objects as steadily as large ones, and still the outlines
    lose detail on coarse pixels. That loss is geometry, so it can be had without a mask:
    take the outlines found at the scale nearest to the sample, bring them to the coarser
    grid and back, and see how much of each is left.
    """
    stable = [scale for scale in sweep.scales if scale.stability is not None]
    if not stable:
        return {}
    nearest = min(stable, key=lambda scale: abs(math.log(scale.ratio)))
    outlines = [_on_sample(labels, nearest.ratio) for labels in nearest.labels]
    return {scale.ratio: round_trip_limit(outlines, scale.ratio) for scale in stable}


def round_trip_limit(outlines: list[Labels], ratio: float) -> float:
    """Return the mean IoU of outlines with themselves after a round trip by `ratio`.

    Finer pixels lose nothing: 1. So does an image without an object.
    """
    if ratio <= 1 or not outlines:
        return 1.0
    factor = RescaleFactor.of(ratio)
    kept = []
    for labels in outlines:
        grids = on_original_grid(labels, rescale_labels(labels, factor), factor)
        values = np.unique(labels.pixels[labels.pixels > 0])
        kept.append(object_ious(values, grids.truth, grids.round_trip))
    mean = mean_of_means([iou for iou in kept if len(iou)])
    return 1.0 if mean is None else mean


def _on_sample(labels: Labels, ratio: float) -> Labels:
    if ratio == 1:
        return labels
    return rescale_labels(labels, RescaleFactor(1 / RescaleFactor.of(ratio).ratio))
