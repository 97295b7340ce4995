"""Size and shape of every object of one label image, as the per-object table lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.evaluate.outline import Outlines, outlines_of
from rescale4dl_core.measure.objects import ObjectTable, measure_objects
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The objects of a label image; one row per object, in the order of the labels."""

    objects: ObjectTable
    outlines: Outlines

    @property
    def circularity(self) -> NDArray[np.float64]:
        """4 pi A / P²; NaN where the perimeter is 0, as that of a single pixel.

        It depends on the pixel size: for the same cells it rises from 0.7 to above 1 as
        they get smaller. Compare it within one sampling only.
        """
        perimeter_px = self.outlines.perimeter_px
        squared_px2 = np.where(perimeter_px > 0, perimeter_px, np.nan) ** 2
        return np.asarray(4 * np.pi * self.objects.area_px / squared_px2)

    @property
    def filledness(self) -> NDArray[np.float64]:
        """Area over the area with holes filled: 1 for an object without a hole."""
        return np.asarray(self.objects.area_px / self.outlines.filled_area_px)


def shapes_of(labels: Labels, *, progress: Progress = silent) -> Shapes:
    """Measure every object; memory grows linearly with the image."""
    return Shapes(measure_objects(labels, progress=progress), outlines_of(labels))
