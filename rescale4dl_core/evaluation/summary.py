"""One sampling in numbers: sizes, coverage, throughput and scores over its images."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.evaluation.folders import ORIGINAL
from rescale4dl_core.evaluation.scores import SCORES, mean_or_none, means_of
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.measurement import Aggregate, Estimator
from rescale4dl_core.planning.throughput import throughput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rescale4dl_core.evaluation.pair import PairResult
    from rescale4dl_core.measuring.measurement import Measurement


TAU_S = 1.0
"""One second per field of view: only the count per field is reported here."""


@dataclass(frozen=True, slots=True)
class SamplingSummary:
    """The images of one sampling together; None where a number does not exist.

    Scores are means over the images, each image weighing the same. Sizes are those of the
    true objects that do not touch the border.
    """

    name: str
    ratio: float
    """Pixel size of this sampling / that of the original."""

    n_images: int
    n_objects: int
    n_border: int
    diameter_px: float | None
    """Eq. 2 with the data set's estimator, over the true objects."""

    equivalent_diameter_px: float | None
    """Eq. 2 with the equivalent circle (Eq. 1)."""

    skeleton_diameter_px: float | None
    """Eq. 2 with the width along the skeleton."""

    prediction_diameter_px: float | None
    """As `diameter_px`, over the predicted objects."""

    mean_area_px: float | None
    coverage_percent: float | None
    objects_per_fov: float | None
    """Objects per field of the original camera, at the density that was measured."""

    objects_per_fov_ceiling: float | None
    """The same if objects filled the field: Eq. 3 with a time of 1 s per field."""

    iou: float | None
    """Mean of the IoU that the kind of data set is judged by."""

    median_iou: float | None
    change_percent: float | None
    """Median IoU against that of the original, in percent of the latter."""

    iou_instance: float | None
    """Mean over the true objects, 0 for a missed one; then over the images."""

    iou_per_object: float | None
    """Mean over the true objects of all images together."""

    scores: Mapping[str, float | None]
    """Means of `SCORES`; None where the kind of data set has none."""

    iou_original_grid: float | None
    """`iou` with every prediction mapped back to the grid of the original."""

    iou_ceiling: float | None
    """The same for the round trip of the ground truth: no network can do better."""

    custom: Mapping[str, float | None]
    """Means of the user's own scores."""

    notes: tuple[str, ...]

    @property
    def columns(self) -> dict[str, Any]:
        """One row of a table: every number by its name, the scores among them."""
        row: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in ("scores", "custom"):
                row |= value
            elif one.name != "notes":
                row[one.name] = value
        return row


TAKEN_NAMES = frozenset(
    {
        *(field.name for field in fields(SamplingSummary)),
        *(score.name for score in SCORES),
        *("sampling", "file", "class", "gt_count", "prediction_count"),
        *("true_positives", "false_positives", "false_negatives", "mean_iou"),
        *("gt_diameter_px", "sizes", "throughput", "treated_untreated"),
        *("iou_against_coverage", "iou_on_original_grid", "ap50"),
    }
)
"""What tables, plots and fields are called; a user's score needs another name."""


def median_or_none(values: Sequence[float]) -> float | None:
    """Return the median of the values that are numbers, None if there is none."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.median(known)) if known else None


def summary_of(
    results: Sequence[PairResult],
    *,
    estimator: Estimator,
    aggregate: Aggregate,
    fov_px: tuple[int, int],
    original_median_iou: float | None,
) -> SamplingSummary:
    """Summarise the images of one sampling.

    Parameters
    ----------
    results : sequence of PairResult
        All pairs of one sampling, at least one.
    estimator : Estimator
        Chosen once for the data set.
    fov_px : (int, int)
        Rows and columns of the original images: CAM_FOV of Eq. 3.
    original_median_iou : float or None
        Median IoU of the original sampling, to compare with.
    """
    pair = results[0].pair
    sized = [_measured(result, of_truth=True) for result in results]
    measured = _measurement(sized, estimator, aggregate)
    predicted = _measurement(
        [_measured(result, of_truth=False) for result in results], estimator, aggregate
    )
    by_estimator: dict[Estimator, float | None] = {}
    if measured is not None:
        by_estimator = {measured.estimator: measured.diameter_px}
        for other in set(Estimator) - {measured.estimator}:
            by_estimator[other] = measured.other_diameter_px
    ious = [result.iou for result in results]
    median_iou = median_or_none(ious)
    objects = [result.object_scores for result in results if result.object_scores]
    on_original = [result.original_grid for result in results if result.original_grid]
    return SamplingSummary(
        name=pair.sampling,
        ratio=float(pair.factor.ratio),
        n_images=len(results),
        n_objects=sum(int((~image.objects.touches_border).sum()) for image in sized),
        n_border=sum(int(image.objects.touches_border.sum()) for image in sized),
        diameter_px=measured.diameter_px if measured else None,
        equivalent_diameter_px=by_estimator.get(Estimator.EQUIVALENT_CIRCLE),
        skeleton_diameter_px=by_estimator.get(Estimator.SKELETON),
        prediction_diameter_px=predicted.diameter_px if predicted else None,
        mean_area_px=measured.mean_area_px if measured else None,
        coverage_percent=measured.coverage.percent if measured else None,
        objects_per_fov=_count_per_fov(measured, fov_px),
        objects_per_fov_ceiling=_ceiling_per_fov(measured, fov_px),
        iou=mean_or_none(ious),
        median_iou=median_iou,
        change_percent=_change_percent(median_iou, original_median_iou),
        iou_instance=mean_or_none(score.mean_iou for score in objects),
        iou_per_object=_mean_per_object(results),
        scores={
            **dict.fromkeys(score.name for score in SCORES),
            **means_of(result.scores for result in results),
        },
        iou_original_grid=mean_or_none(score.iou for score in on_original),
        iou_ceiling=mean_or_none(score.ceiling for score in on_original),
        custom=means_of(result.custom for result in results),
        notes=measured.notes if measured else (),
    )


def _measured(result: PairResult, *, of_truth: bool) -> MeasuredImage:
    shapes = result.truth if of_truth else result.prediction
    return MeasuredImage(result.pair.file, shapes.objects, result.shape_px, None)


def _measurement(
    images: Sequence[MeasuredImage], estimator: Estimator, aggregate: Aggregate
) -> Measurement | None:
    """Return Eq. 2 over the images, None where no object lies inside."""
    if not any(len(image.objects.inside) for image in images):
        return None
    return summarise(images, estimator=estimator, aggregate=aggregate)


def _count_per_fov(measured: Measurement | None, fov_px: tuple[int, int]) -> float | None:
    """Return the objects per field of view, which has as many pixels at any sampling."""
    if measured is None or measured.density_per_px is None:
        return None
    return measured.density_per_px * fov_px[0] * fov_px[1]


def _ceiling_per_fov(measured: Measurement | None, fov_px: tuple[int, int]) -> float | None:
    if measured is None:
        return None
    ceiling = throughput(fov_px=fov_px, area_px=measured.mean_area_px, tau_s=TAU_S)
    return ceiling.objects_per_fov_ceiling


def _mean_per_object(results: Sequence[PairResult]) -> float | None:
    # The published means are of this kind: see decision 0010.
    matchings = [result.matching for result in results if result.matching]
    n_true = sum(len(matching.iou) for matching in matchings)
    total = sum(float(matching.iou.sum()) for matching in matchings)
    return total / n_true if n_true else None


def _change_percent(value: float | None, original: float | None) -> float | None:
    if value is None or not original:
        return None
    return 100 * (value - original) / original


def by_sampling(results: Sequence[PairResult]) -> dict[str, list[PairResult]]:
    """Return the results of each sampling, in the order of `results`."""
    groups: dict[str, list[PairResult]] = {}
    for result in results:
        groups.setdefault(result.pair.sampling, []).append(result)
    return groups


def summarise_samplings(
    results: Sequence[PairResult], estimator: Estimator, aggregate: Aggregate
) -> tuple[SamplingSummary, ...]:
    """Summarise each sampling and compare it with the original."""
    groups = by_sampling(results)
    original = median_or_none([result.iou for result in groups.get(ORIGINAL, [])])
    fov_px = original_shape_px(results)
    return tuple(
        summary_of(
            group,
            estimator=estimator,
            aggregate=aggregate,
            fov_px=fov_px,
            original_median_iou=original,
        )
        for group in groups.values()
    )


def original_shape_px(results: Sequence[PairResult]) -> tuple[int, int]:
    """Return the commonest shape of the originals: CAM_FOV of Eq. 3.

    Without originals it is told from the sampling nearest to them.
    """
    nearest = min(results, key=lambda result: result.pair.factor.times).pair.factor
    shapes = Counter(result.shape_px for result in results if result.pair.factor == nearest)
    rows, columns = shapes.most_common(1)[0][0]
    return round(rows * nearest.ratio), round(columns * nearest.ratio)
