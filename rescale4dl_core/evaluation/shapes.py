"""Size and shape of every object of one label image, as the per-object table lists them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.measuring.objects import ObjectTable, measure_objects
from rescale4dl_core.measuring.runs import boxes_of, runs_of, strips_of
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.runs import Strip


_STEP_PX = {
    1.0: (5, 7, 15, 17, 25, 27),
    math.sqrt(2): (21, 33),
    (1 + math.sqrt(2)) / 2: (13, 23),
}
"""What an edge pixel adds to the perimeter, and the neighbourhoods that do: the code of
Benkrid et al. (2000) counts 1 for the pixel, 2 for each neighbour at a side and 10 for each
at a corner that is an edge pixel too."""

# 1 + 4 x 2 + 4 x 10 = 49 is the largest code.
_N_CODES = 50


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Arrays of shape (n_objects,), in the order of the label values."""

    perimeter_px: NDArray[np.float64]
    """`skimage.measure.perimeter` with 4 neighbours, of a padded crop of the object."""

    filled_area_px: NDArray[np.int64]
    """Area with holes filled; a hole does not reach the outside, corners included."""


def outlines_of(labels: Labels) -> Outlines:
    """Measure the outline of every object; neighbours and the border change nothing.

    Examples
    --------
    >>> from rescale4dl_core.labels import Labels
    >>> ring = np.ones((3, 3), int)
    >>> ring[1, 1] = 0
    >>> outlines = outlines_of(Labels.parse(ring, source="example"))
    >>> outlines.perimeter_px.tolist(), outlines.filled_area_px.tolist()
    ([8.0], [9])
    """
    runs = runs_of(labels)
    perimeter_px = np.zeros(runs.n_objects)
    filled_area_px = runs.total(runs.stop - runs.start)
    for strip in strips_of(runs, boxes_of(runs)):
        perimeter_px[strip.members] = _perimeters_px(strip)
        filled_area_px[strip.members] += _hole_areas_px(strip)
    return Outlines(perimeter_px, filled_area_px)


def _perimeters_px(strip: Strip) -> NDArray[np.float64]:
    mask = strip.mask
    edge = mask.copy()
    edge[1:-1, 1:-1] &= ~(
        mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    )
    at = np.flatnonzero(edge)
    edge_pixel = edge.ravel().view(np.uint8)
    below = mask.shape[1]
    code = np.ones(len(at), np.intp)
    for step in (1, -1, below, -below):
        code += 2 * edge_pixel[at + step]
    for step in (below + 1, below - 1, 1 - below, -1 - below):
        code += 10 * edge_pixel[at + step]
    n_objects = len(strip.members)
    cell = strip.position_of(at) * _N_CODES + code
    count = np.bincount(cell, minlength=n_objects * _N_CODES).reshape(n_objects, _N_CODES)
    perimeters_px = np.zeros(n_objects)
    for step_px, codes in _STEP_PX.items():
        perimeters_px += step_px * count[:, codes].sum(axis=1)
    return perimeters_px


def _hole_areas_px(strip: Strip) -> NDArray[np.int64]:
    from scipy import ndimage

    label: Callable[..., tuple[NDArray[Any], int]] = ndimage.label
    background, n_parts = label(~strip.mask, np.ones((3, 3)))
    if n_parts == 1:
        return np.zeros(len(strip.members), np.int64)
    # Strips are framed by background, so the part in the corner is the outside.
    holes = np.flatnonzero(background > background[0, 0])
    return np.bincount(strip.position_of(holes), minlength=len(strip.members))


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
