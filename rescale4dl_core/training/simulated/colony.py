"""Dense colonies: lanes of cells that bend together, in patches of one direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from rescale4dl_core.training.simulated.field import outlines

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEPT_SHARES = (0.5, 0.6, 0.6)
"""One per cover: the share of its own area that a cell cut by others must keep."""

UNEVEN_WIDTH = 0.05
UNEVEN_LENGTH = 0.3
"""Share of the step by which the ends of lanes and cells are moved."""

STAIRCASE_PX = 0.4
"""By which the outline of a slanted side departs from a straight line."""

ROUNDING = 0.22
"""Radius, as share of the width, to which the corners of cut cells are rounded."""


@dataclass(frozen=True, slots=True)
class ColonyPlan:
    """How the cells of a colony lie."""

    width_px: float
    length_px: float
    """Median length of a cell, caps included."""

    patch_px: float
    """Size of a patch of cells of one direction."""

    bend: float
    """Slope of the lanes against straight ones: 0 straight, 0.4 strongly bent."""

    filling: float
    """Width of a cell as share of its lane: 1 touches its neighbours."""


def dense_cells(
    rng: np.random.Generator, shape_px: tuple[int, int], plan: ColonyPlan
) -> NDArray[np.int32]:
    """Cover the whole field with cells side by side; none overlaps another.

    The gaps that the first cover leaves where directions meet are filled from two more.
    """
    labels = np.zeros(shape_px, np.int32)
    for kept_share in KEPT_SHARES:
        cells, whole_px = _lanes(rng, shape_px, plan)
        cells = np.where(labels > 0, 0, cells)
        cells = _large_rests(cells, whole_px, kept_share)
        labels = np.where(cells > 0, cells + labels.max(), labels).astype(np.int32)
    return rounded(labels, max(1, round(ROUNDING * plan.width_px)))


def _lanes(
    rng: np.random.Generator, shape_px: tuple[int, int], plan: ColonyPlan
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Lay cells in lanes; return their labels and the area each has where nothing cuts it.

    The plane is parted into patches (Voronoi cells of random points). Each has lanes of
    its own direction, all bent by one smooth displacement; each lane is cut into cells of
    random length, and a pixel belongs to the capsule of its cell or to nothing.
    """
    rows, columns = np.mgrid[: shape_px[0], : shape_px[1]].astype(float)
    down, right = (_smooth(rng, shape_px, plan) for _ in range(2))
    patch = _patches(rng, shape_px, plan.patch_px)
    n_patches = int(patch.max()) + 1
    turn = rng.uniform(0, np.pi, n_patches)
    sine, cosine = np.sin(turn)[patch], np.cos(turn)[patch]
    shift_px = rng.uniform(0, plan.length_px, (2, n_patches))
    rows, columns = rows + down, columns + right
    across = rows * cosine - columns * sine + shift_px[0][patch]
    along = rows * sine + columns * cosine + shift_px[1][patch]
    lane, begin_px, end_px = _cut(rng, across, plan.width_px, UNEVEN_WIDTH, patch * 0)
    from_axis_px = across - (begin_px + end_px) / 2
    width_px = (end_px - begin_px) * plan.filling
    row = lane * n_patches + patch
    along += rng.uniform(0, plan.length_px, int(row.max()) + 1)[row]
    place, begin_px, end_px = _cut(rng, along, plan.length_px, UNEVEN_LENGTH, row)
    length_px = end_px - begin_px
    straight_px = np.clip(length_px - width_px, 0, None) / 2
    past_px = np.clip(np.abs(along - (begin_px + end_px) / 2) - straight_px, 0, None)
    within = np.hypot(past_px, from_axis_px) <= width_px / 2
    number = np.where(within, row * (place.max() + 1) + place + 1, 0)
    return _consecutive(number), length_px * width_px


def _consecutive(number: NDArray[np.intp]) -> NDArray[np.int32]:
    """Replace the numbers from 1 by 1, 2, ... in their order; 0 stays."""
    present = np.zeros(number.max() + 1, bool)
    present[number] = True
    present[0] = False
    dense: NDArray[np.int32] = np.where(present, present.cumsum(), 0).astype(np.int32)[
        number
    ]
    return dense


def _smooth(
    rng: np.random.Generator, shape_px: tuple[int, int], plan: ColonyPlan
) -> NDArray[np.float64]:
    """Return a smooth displacement whose steep places have the plan's bend as slope."""
    scale_px = max(plan.patch_px, plan.length_px) * rng.uniform(0.7, 1.4)
    scale_px = min(scale_px, 0.3 * min(shape_px))
    coarse = max(1, int(scale_px / 6))
    small = tuple(side // coarse + 2 for side in shape_px)
    noise = ndimage.gaussian_filter(rng.normal(size=small), scale_px / coarse, mode="wrap")
    slope = np.percentile(np.hypot(*np.gradient(noise)), 95) / coarse
    fine = ndimage.zoom(noise, coarse, order=3, grid_mode=True, mode="nearest")
    displacement: NDArray[np.float64] = fine[: shape_px[0], : shape_px[1]]
    displacement = (displacement - displacement.mean()) * (plan.bend / slope)
    return displacement


def _patches(
    rng: np.random.Generator, shape_px: tuple[int, int], patch_px: float
) -> NDArray[np.intp]:
    """Give each pixel the number of the nearest of random points."""
    n_patches = max(1, round(shape_px[0] * shape_px[1] / patch_px**2))
    points = np.zeros(shape_px, np.intp)
    rows, columns = (rng.integers(0, side, n_patches) for side in shape_px)
    points[rows, columns] = np.arange(n_patches)
    points[rows[0], columns[0]] = 0
    taken = np.zeros(shape_px, bool)
    taken[rows, columns] = True
    nearest = ndimage.distance_transform_edt(
        ~taken, return_distances=False, return_indices=True
    )
    patches: NDArray[np.intp] = points[tuple(nearest)]
    return patches


def _cut(
    rng: np.random.Generator,
    position_px: NDArray[np.float64],
    step_px: float,
    uneven: float,
    row: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Cut each row of a coordinate at uneven steps.

    Returns
    -------
    number, begin, end : ndarrays of the shape of `position_px`
        Which piece a position lies in (0, 1, ...), and where that piece begins and ends.
    """
    first = np.floor(position_px.min() / step_px) - 1
    steps = position_px / step_px - first
    n_pieces = int(steps.max()) + 3
    moved = rng.uniform(-uneven, uneven, (int(row.max()) + 1, n_pieces + 1))
    number = np.floor(steps).astype(np.intp)
    number -= steps < number + moved[row, number]
    number += steps >= number + 1 + moved[row, number + 1]
    begin_px = (number + moved[row, number] + first) * step_px
    end_px = (number + 1 + moved[row, number + 1] + first) * step_px
    return number, begin_px, end_px


def _large_rests(
    labels: NDArray[np.int32], whole_px: NDArray[np.float64], kept_share: float
) -> NDArray[np.int32]:
    """Drop the cells of which less than a share is left, unless the field's border cut."""
    areas_px = np.bincount(labels.ravel())
    whole = np.zeros(len(areas_px))
    whole[labels.ravel()] = whole_px.ravel()
    kept = areas_px >= kept_share * whole
    kept[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = True
    kept[0] = False
    return np.where(kept[labels], labels, 0).astype(np.int32)


def rounded(labels: NDArray[np.int32], radius_px: int) -> NDArray[np.int32]:
    """Open each object with a disc: corners and thin rests go, neighbours stay apart."""
    core = (ndimage.distance_transform_edt(~outlines(labels)) >= radius_px) & (labels > 0)
    away_px, (rows, columns) = ndimage.distance_transform_edt(~core, return_indices=True)
    near = (away_px <= radius_px + STAIRCASE_PX) & (labels[rows, columns] == labels)
    return np.where(near, labels, 0).astype(np.int32)
