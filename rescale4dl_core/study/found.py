"""How many objects a network found at one scale, and how large they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.measure.estimator import Aggregate, Estimator
from rescale4dl_core.measure.mean_diameter import dataset_diameter_px
from rescale4dl_core.measure.runs import boxes_of, runs_of
from rescale4dl_core.measure.skeleton import skeleton_widths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels


@dataclass(frozen=True, slots=True, eq=False)
class FoundObjects:
    """The objects of one prediction."""

    label: NDArray[np.int32]
    """Of every object, ascending, those at the border included."""

    diameters_px: NDArray[np.float64]
    """Of the objects inside the image."""

    n_border: int

    @property
    def n_objects(self) -> int:
        """How many objects lie inside the image."""
        return len(self.diameters_px)


def found_in(labels: Labels, estimator: Estimator) -> FoundObjects:
    """Count and size the objects of a prediction, as `measure` does for a mask."""
    runs = runs_of(labels)
    boxes = boxes_of(runs)
    inside = ~boxes.touch_border(labels.shape)
    if estimator is Estimator.SKELETON:
        diameters_px = skeleton_widths(runs, boxes).median_px
    else:
        diameters_px = 2 * np.sqrt(runs.total(runs.stop - runs.start) / np.pi)
    return FoundObjects(runs.label, diameters_px[inside], int(np.count_nonzero(~inside)))


def found_diameter_px(images: Sequence[FoundObjects], aggregate: Aggregate) -> float | None:
    """Return Eq. 2 over what was found, None where nothing lies inside an image."""
    if not any(image.n_objects for image in images):
        return None
    return dataset_diameter_px([image.diameters_px for image in images], aggregate)
