"""Diameters as in the published tables: measured in a crop that is padded on two sides.

The published code crops each true object to its bounding box, padded by half its size, but
never beyond the lower and the right edge of the box itself. Along these edges the distance
to the background is missing, so that skeleton diameters come out up to 2 px too large. This
exists only so that published diameters can be reproduced; `measure_objects` pads all sides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.measure.runs import boxes_of, runs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.evaluate.matching import Matching
    from rescale4dl_core.evaluate.shapes import Shapes
    from rescale4dl_core.labels import Labels


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
