"""Everything that one prediction and its ground truth tell: the unit of parallel work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import RescaleError
from rescale4dl_core.evaluation.folders import Pair, Problem, read_map
from rescale4dl_core.evaluation.kind_of_maps import MASK_VALUES, Kind
from rescale4dl_core.evaluation.matching import Matching, Overlap, overlap_of
from rescale4dl_core.evaluation.original_grid import on_original_grid
from rescale4dl_core.evaluation.own_metrics import MetricSource, all_custom_scores
from rescale4dl_core.evaluation.scores import (
    AreaScore,
    Comparison,
    ObjectScores,
    mean_class_iou,
    scores_of,
)
from rescale4dl_core.evaluation.shapes import Shapes, shapes_of
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.runs import boxes_of, runs_of
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of an image in which one object is looked at."""

    rows: slice
    columns: slice


def published_crops(labels: Labels) -> tuple[Crop, ...]:
    """Return the crop of each object: padded above and on the left only."""
    boxes = boxes_of(runs_of(labels))
    edges = zip(
        boxes.row_start.tolist(),
        boxes.row_stop.tolist(),
        boxes.column_start.tolist(),
        boxes.column_stop.tolist(),
        strict=True,
    )
    return tuple(
        Crop(
            slice(max(0, top - (bottom - top) // 2), bottom),
            slice(max(0, left - (right - left) // 2), right),
        )
        for top, bottom, left, right in edges
    )


def published_truth(shapes: Shapes, truth: Labels) -> Shapes:
    """Return the shapes of the true objects with the published diameters."""
    crops = published_crops(truth)
    return _in_crops(shapes, truth, range(len(crops)), crops)


def published_prediction(
    shapes: Shapes, prediction: Labels, truth: Labels, matching: Matching
) -> Shapes:
    """Return the shapes of the predicted objects, each in the crop of its true one.

    Predicted objects without a match keep their diameters: the published tables have none.
    """
    crops = published_crops(truth)
    found = np.flatnonzero(matching.is_found)
    rows = matching.predicted_index[found].tolist()
    return _in_crops(shapes, prediction, rows, [crops[row] for row in found])


def _in_crops(
    shapes: Shapes, labels: Labels, rows: Sequence[int], crops: Sequence[Crop]
) -> Shapes:
    objects = shapes.objects
    columns = {
        name: getattr(objects, name).copy()
        for name in (
            "skeleton_diameter_min_px",
            "skeleton_diameter_px",
            "skeleton_diameter_mean_px",
            "skeleton_diameter_max_px",
        )
    }
    for row, crop in zip(rows, crops, strict=True):
        mask = labels.pixels[crop.rows, crop.columns] == objects.label[row]
        for column, value in zip(columns.values(), _widths_px(mask), strict=True):
            column[row] = value
    return replace(shapes, objects=replace(objects, **columns))


def _widths_px(mask: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    """Return least, median, mean and greatest width; NaN where nothing is background."""
    from scipy.ndimage import distance_transform_edt
    from skimage import morphology

    skeletonize: Callable[[NDArray[Any]], NDArray[np.bool_]] = morphology.skeletonize
    if mask.all():
        return (float("nan"),) * 4
    width_px = 2 * distance_transform_edt(mask)[skeletonize(mask)]
    return (
        float(width_px.min()),
        float(np.median(width_px)),
        float(width_px.mean()),
        float(width_px.max()),
    )


@dataclass(frozen=True, slots=True)
class PairOptions:
    """How every pair of a data set is scored."""

    kind: Kind
    metrics: tuple[MetricSource, ...] = ()
    taken_names: frozenset[str] = frozenset()
    """Names of built-in numbers, which the user's metrics must not have."""

    published_crop: bool = False
    """Diameters as in the published tables; see `published_crop`."""

    allow_large: bool = False


@dataclass(frozen=True, slots=True)
class OriginalGridScore:
    """The IoU of one pair on the grid of the original, and the best that is possible."""

    iou: float
    ceiling: float


@dataclass(frozen=True, slots=True, eq=False)
class PairResult:
    """The scores of one pair. It can be sent to another process."""

    pair: Pair
    kind: Kind
    shape_px: tuple[int, int]
    truth: Shapes
    """The true objects; of masks and classes the connected pieces of foreground."""

    prediction: Shapes
    matching: Matching | None
    """Which object is which; None for masks and classes."""

    object_scores: ObjectScores | None
    foreground: AreaScore
    classes: dict[int, AreaScore]
    """Scores of the classes that either map has; empty unless the kind is semantic."""

    iou: float
    """The IoU that the kind of data set is judged by, on its own grid."""

    scores: dict[str, float]
    """Each of `SCORES` that the kind of data set has, by name."""

    original_grid: OriginalGridScore | None
    """None without the original's ground truth."""

    custom: dict[str, float]
    problems: tuple[Problem, ...]

    @property
    def iou_semantic(self) -> float:
        """Mean IoU of the classes that either map has; NaN for other kinds."""
        return mean_class_iou(self.classes)


def evaluate_pair(
    pair: Pair, options: PairOptions, progress: Progress = silent
) -> PairResult | Problem:
    """Read and score one pair; what cannot be scored comes back as a `Problem`.

    The result depends on the files and the options alone, so pairs may be scored anywhere
    and in any order.
    """
    try:
        truth = read_map(pair.truth_path, allow_large=options.allow_large)
        prediction = read_map(pair.prediction_path, allow_large=options.allow_large)
        overlap = overlap_of(truth, prediction)
    except RescaleError as error:
        return Problem(pair.sampling, pair.file, f"not scored. {error}")
    problems: list[Problem] = []

    def report(sentence: str) -> None:
        problems.append(Problem(pair.sampling, pair.file, sentence))

    if not len(overlap.predicted_label):
        report("the prediction is empty; everything counts as missed.")
    if not len(overlap.true_label):
        report("the ground truth is empty; scores without a true object are left open.")
    if options.kind is Kind.INSTANCE and _is_a_mask(overlap):
        report(
            f"the prediction has the single value {overlap.predicted_label[0]}, so it "
            "counts as one object; it looks like a mask of several."
        )
    custom, failures = all_custom_scores(
        options.metrics, truth, prediction, taken=options.taken_names
    )
    for failure in failures:
        report(failure)
    is_instance = options.kind is Kind.INSTANCE
    comparison = Comparison(overlap)
    matching = comparison.matching if is_instance else None
    iou = _headline_iou(options.kind, comparison)
    true_objects = truth if is_instance else pieces_of(truth)
    predicted_objects = prediction if is_instance else pieces_of(prediction)
    true_shapes = shapes_of(true_objects, progress=progress)
    predicted_shapes = shapes_of(predicted_objects, progress=progress)
    if options.published_crop:
        true_shapes = published_truth(true_shapes, true_objects)
        if matching is not None:
            predicted_shapes = published_prediction(
                predicted_shapes, predicted_objects, true_objects, matching
            )
    return PairResult(
        pair=pair,
        kind=options.kind,
        shape_px=truth.shape,
        truth=true_shapes,
        prediction=predicted_shapes,
        matching=matching,
        object_scores=comparison.objects if is_instance else None,
        foreground=comparison.foreground,
        classes=comparison.classes if options.kind is Kind.SEMANTIC else {},
        iou=iou,
        scores=scores_of(comparison, {Kind.BINARY, options.kind}),
        original_grid=_original_grid(pair, options, iou, prediction, report),
        custom=custom,
        problems=tuple(problems),
    )


def _is_a_mask(overlap: Overlap) -> bool:
    """Whether the prediction has one value, as masks have, and the truth has several."""
    values = set(overlap.predicted_label.tolist())
    return len(values) == 1 and values <= MASK_VALUES and len(overlap.true_label) > 1


def pieces_of(labels: Labels) -> Labels:
    """Return the connected pieces of foreground as objects (8 neighbours)."""
    from scipy import ndimage

    pieces, _ = ndimage.label(labels.pixels > 0, np.ones((3, 3)))
    return Labels.parse(pieces, source=labels.source)


def _headline_iou(kind: Kind, comparison: Comparison) -> float:
    match kind:
        case Kind.INSTANCE:
            return comparison.objects.mean_iou
        case Kind.SEMANTIC:
            return mean_class_iou(comparison.classes)
        case Kind.BINARY:
            return comparison.foreground.iou


def _original_grid(
    pair: Pair,
    options: PairOptions,
    own_grid_iou: float,
    prediction: Labels,
    report: Callable[[str], None],
) -> OriginalGridScore | None:
    if pair.factor.ratio == 1:
        return OriginalGridScore(own_grid_iou, 1.0)
    if pair.original_truth_path is None:
        return None
    try:
        original = read_map(pair.original_truth_path, allow_large=options.allow_large)
        maps = on_original_grid(original, prediction, pair.factor)
    except RescaleError as error:
        report(f"not scored on the original grid. {error}")
        return None
    return OriginalGridScore(
        *(
            _headline_iou(options.kind, Comparison(overlap_of(maps.truth, labels)))
            for labels in (maps.prediction, maps.round_trip)
        )
    )
