"""The tables of an evaluation, as columns: per object, image, class and sampling.

A number that does not exist (the size of the match of a missed object, a score that is
undefined) is NaN in a column, an empty cell in CSV and null in Parquet.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import MissingDependencyError
from rescale4dl_core.evaluation.scores import THRESHOLDS, ObjectScores
from rescale4dl_core.measuring.measurement import Estimator
from rescale4dl_core.writing.csv_text import csv_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.evaluation.evaluation import Evaluation
    from rescale4dl_core.evaluation.pair import PairResult
    from rescale4dl_core.evaluation.shapes import Shapes


MASK_CLASS = "mask"
"""What binary.csv calls its one class."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Named columns of equal length."""

    name: str
    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))


def tables_of(evaluation: Evaluation) -> tuple[Table, ...]:
    """Return all tables that the kind of the data set has."""
    tables = [_per_image(evaluation), _binary(evaluation), _summary(evaluation)]
    if any(result.matching for result in evaluation.results):
        tables.insert(0, _per_object(evaluation))
    if any(result.classes for result in evaluation.results):
        tables.append(_semantic(evaluation))
    return tuple(tables)


def _per_object(evaluation: Evaluation) -> Table:
    parts = [
        _objects_of(result, evaluation.estimator)
        for result in evaluation.results
        if result.matching is not None
    ]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return Table("per_object", columns)


def _objects_of(result: PairResult, estimator: Estimator) -> dict[str, NDArray[Any]]:
    """Return one row per true object; `prediction_label` is 0 for a missed one."""
    matching = result.matching
    if matching is None:
        return {}
    n_true = len(matching.iou)
    columns: dict[str, NDArray[Any]] = {
        "sampling": np.full(n_true, result.pair.sampling, object),
        "file": np.full(n_true, result.pair.file, object),
        "gt_label": result.truth.objects.label,
        "prediction_label": _of_match(
            result.prediction.objects.label, matching.predicted_index, missing=0
        ),
        "iou": matching.iou,
        "f1": matching.f1,
        "gt_touches_border": result.truth.objects.touches_border,
    }
    for name, values in shape_columns(result.truth, estimator).items():
        columns[f"gt_{name}"] = values
    for name, values in shape_columns(result.prediction, estimator).items():
        # As floats: an integer column could not leave open the size of a missing match.
        columns[f"prediction_{name}"] = _of_match(
            values.astype(np.float64), matching.predicted_index, missing=np.nan
        )
    return columns


def shape_columns(shapes: Shapes, estimator: Estimator) -> dict[str, NDArray[Any]]:
    """Return size and shape of each object; `diameter_px` is that of the data set."""
    objects = shapes.objects
    by_circle = estimator is Estimator.EQUIVALENT_CIRCLE
    return {
        "area_px": objects.area_px,
        "diameter_px": objects.equivalent_diameter_px
        if by_circle
        else objects.skeleton_diameter_px,
        "diameter_min_px": objects.skeleton_diameter_min_px,
        "diameter_mean_px": objects.skeleton_diameter_mean_px,
        "diameter_median_px": objects.skeleton_diameter_px,
        "diameter_max_px": objects.skeleton_diameter_max_px,
        "equivalent_diameter_px": objects.equivalent_diameter_px,
        "perimeter_px": shapes.outlines.perimeter_px,
        "circularity": shapes.circularity,
        "filledness": shapes.filledness,
    }


def _of_match(
    values: NDArray[Any], predicted_index: NDArray[np.intp], *, missing: float
) -> NDArray[Any]:
    """Return the value of the match of each true object."""
    found = predicted_index >= 0
    matched = np.full(len(predicted_index), missing, values.dtype)
    matched[found] = values[predicted_index[found]]
    return matched


def _per_image(evaluation: Evaluation) -> Table:
    custom = dict.fromkeys(name for result in evaluation.results for name in result.custom)
    rows = [
        {
            **_place(result),
            "gt_count": len(result.truth.objects),
            "prediction_count": len(result.prediction.objects),
            **_counts(result.object_scores),
            **result.scores,
            **_by_threshold(result.object_scores),
            "iou_semantic": result.iou_semantic,
            "iou_original_grid": result.original_grid.iou if result.original_grid else None,
            "iou_ceiling": result.original_grid.ceiling if result.original_grid else None,
            "gt_diameter_px": image_diameter_px(result.truth, evaluation.estimator),
            "prediction_diameter_px": image_diameter_px(
                result.prediction, evaluation.estimator
            ),
            **{name: result.custom.get(name) for name in custom},
        }
        for result in evaluation.results
    ]
    return _from_rows("per_image", rows)


def image_diameter_px(shapes: Shapes, estimator: Estimator) -> float | None:
    """Return the mean diameter of the objects inside one image, None without one."""
    inside = ~shapes.objects.touches_border
    diameters_px = shape_columns(shapes, estimator)["diameter_px"][inside]
    return float(diameters_px.mean()) if len(diameters_px) else None


def _counts(scores: ObjectScores | None) -> dict[str, Any]:
    if scores is None:
        return {}
    return {
        "true_positives": scores.n_true_positives,
        "false_positives": scores.n_false_positives,
        "false_negatives": scores.n_false_negatives,
        "mean_iou": scores.mean_iou,
    }


def _by_threshold(scores: ObjectScores | None) -> dict[str, Any]:
    if scores is None:
        return {}
    precisions = zip(THRESHOLDS, scores.average_precision_by_threshold, strict=True)
    return {f"average_precision_{threshold:g}": value for threshold, value in precisions}


def _binary(evaluation: Evaluation) -> Table:
    rows = [
        {
            **_place(result),
            "class": MASK_CLASS,
            "iou": result.foreground.iou,
            "f1": result.foreground.f1,
        }
        for result in evaluation.results
    ]
    return _from_rows("binary", rows)


def _semantic(evaluation: Evaluation) -> Table:
    """Return one row per image and class of the data set, open where neither has it."""
    classes = sorted({value for result in evaluation.results for value in result.classes})
    rows = []
    for result in evaluation.results:
        for value in classes:
            score = result.classes.get(value)
            rows.append(
                {
                    **_place(result),
                    "class": value,
                    "iou": score.iou if score else None,
                    "f1": score.f1 if score else None,
                }
            )
    return _from_rows("semantic", rows)


def _summary(evaluation: Evaluation) -> Table:
    return _from_rows("summary", [sampling.columns for sampling in evaluation.samplings])


def _place(result: PairResult) -> dict[str, Any]:
    return {"sampling": result.pair.sampling, "file": result.pair.file}


def _from_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = {}
    for column in dict.fromkeys(key for row in rows for key in row):
        values = [row.get(column) for row in rows]
        is_text = any(isinstance(value, str) for value in values)
        whole = all(isinstance(value, int) for value in values)
        columns[column] = np.array(
            values, object if is_text else np.int64 if whole else np.float64
        )
    return Table(name, columns)


def csv_bytes(table: Table) -> bytes:
    """Return a table as CSV in UTF-8: numbers with all digits, NaN as an empty cell."""
    columns = {name: _cells(values.tolist()) for name, values in table.columns.items()}
    return csv_text(columns).encode()


def parquet_bytes(table: Table) -> bytes:
    """Return a table as a Parquet file; NaN becomes null.

    Raises
    ------
    MissingDependencyError
        If pyarrow is missing; it comes with Streamlit.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingDependencyError(
            "pyarrow", needed_for="Writing Parquet tables", install="pyarrow"
        ) from error
    arrays = {
        name: pyarrow.array(values, from_pandas=True)
        for name, values in table.columns.items()
    }
    stream = io.BytesIO()
    parquet.write_table(pyarrow.table(arrays), stream, compression="zstd")
    return stream.getvalue()


def _cells(values: list[Any]) -> list[Any]:
    # NaN alone differs from itself; isnan would refuse text.
    return [None if value != value else value for value in values]
