"""Simulated phase-contrast images of bacteria, in colonies and alone, and their labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from rescale4dl_core.demo.fluorescence import Lamp, photograph
from rescale4dl_core.demo.round_objects import paint
from rescale4dl_core.training.simulated.field import in_order, outlines, scatter_cocci
from rescale4dl_core.training.simulated.phase_contrast import (
    PhaseContrast,
    height_px,
    image_of,
)

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


STEP_SHARE = 0.25
"""Distance between points of an axis, as share of the radius there: smooth sides."""


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A cell as its axis and its radius along it."""

    axis_px: NDArray[np.float64]
    """Shape (points, 2): rows and columns."""

    radius_px: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RodPlan:
    """How the lone cells of a field look."""

    width_px: float
    length_px: float
    bend_per_length: float
    """Standard deviation of the turn (rad) from one end to the other."""

    tapering: float
    """0: a rod with round ends; 1: pointed like a crescent."""

    share_constricted: float
    """Share of the cells with a waist: about to divide."""

    share_stalked: float
    """Share with a thin stalk at one end (Caulobacter)."""


def random_body(rng: np.random.Generator, shape_px: tuple[int, int], plan: RodPlan) -> Body:
    """Lay one cell at a random place, angle, length and bend."""
    width_px = plan.width_px * rng.lognormal(sigma=0.07)
    length_px = max(1.1 * width_px, plan.length_px * rng.lognormal(sigma=0.3)) - width_px
    n_points = max(3, int(length_px / (STEP_SHARE * width_px / 2)))
    share = np.linspace(-1, 1, n_points)
    curve = rng.normal(0, plan.bend_per_length) * share / 2
    curve += rng.normal(0, plan.bend_per_length / 2) * np.sin(np.pi * share)
    heading = rng.uniform(0, 2 * np.pi) + curve
    start = rng.uniform(-0.05, 1.05, 2) * shape_px
    axis_px = _walk(start, heading, length_px / n_points)
    radius_px = width_px / 2 * (1 - 0.5 * plan.tapering * share**4)
    if rng.random() < plan.share_constricted:
        radius_px *= 1 - rng.uniform(0.15, 0.5) * np.exp(
            -((share * length_px / width_px) ** 2)
        )
    if rng.random() < plan.share_stalked:
        return _with_stalk(rng, axis_px, radius_px, float(heading[-1]))
    return Body(axis_px, radius_px)


def draw(
    labels: NDArray[np.int32], body: Body, number: int, largest_overlap: float
) -> bool:
    """Draw a cell into `labels` in place where nothing is yet.

    Returns
    -------
    bool
        False, and nothing drawn, where more than the share `largest_overlap` of it is
        taken or all of it lies outside.
    """
    reach_px = body.radius_px.max() + 1
    begin = np.maximum(0, np.floor(body.axis_px.min(axis=0) - reach_px).astype(int))
    end = np.maximum(begin, np.ceil(body.axis_px.max(axis=0) + reach_px).astype(int) + 1)
    part = labels[begin[0] : end[0], begin[1] : end[1]]
    mine = np.zeros(part.shape, bool)
    for (row, column), radius_px in zip(body.axis_px - begin, body.radius_px, strict=True):
        top, left = max(0, int(row - radius_px)), max(0, int(column - radius_px))
        rows = np.arange(top, min(part.shape[0], int(row + radius_px) + 2))[:, None]
        columns = np.arange(left, min(part.shape[1], int(column + radius_px) + 2))
        disc = (rows - row) ** 2 + (columns - column) ** 2 <= radius_px**2
        mine[top : top + disc.shape[0], left : left + disc.shape[1]] |= disc
    if not mine.any() or (part[mine] > 0).mean() > largest_overlap:
        return False
    part[mine & (part == 0)] = number
    return True


def _with_stalk(
    rng: np.random.Generator,
    axis_px: NDArray[np.float64],
    radius_px: NDArray[np.float64],
    heading_rad: float,
) -> Body:
    """Prolong one end by a wavy stalk of a quarter to half of the width."""
    width_px = 2 * radius_px.max()
    thin_px = max(1.2, width_px * rng.uniform(0.12, 0.25))
    length_px = width_px * rng.uniform(3, 18)
    n_points = int(length_px / (0.5 * thin_px))
    turns = rng.normal(0, 0.22 * np.sqrt(0.5 * thin_px / width_px), n_points).cumsum()
    stalk_px = _walk(axis_px[-1], heading_rad + turns, 0.5 * thin_px)
    stalk_px += axis_px[-1] - stalk_px[0]
    return Body(
        np.concatenate([axis_px, stalk_px]),
        np.concatenate([radius_px, np.full(n_points, thin_px)]),
    )


def _walk(
    start_px: NDArray[np.float64], heading_rad: NDArray[np.float64], step_px: float
) -> NDArray[np.float64]:
    steps = step_px * np.stack([np.sin(heading_rad), np.cos(heading_rad)], axis=1)
    axis_px: NDArray[np.float64] = start_px + steps.cumsum(axis=0)
    return axis_px


WIDTH_PX = (6.0, 18.0)
"""Width of the cells of a field: as likely small as large, on a scale of ratios."""

MARGIN_PX = 32
"""Simulated around the field and cut off: cells and halos reach in from outside."""

LARGEST_NUMBER = 220
SHARE_SMOOTHED = 0.3
"""Share of the fields whose noise a camera or a file format has smoothed."""

SHARE_GRANULAR = 0.25
"""Share of the fields whose cells hold grains of storage material."""

SCENES = ("colony", "rods", "clumps", "filaments", "stalked", "cocci")
SHARES = (0.33, 0.19, 0.16, 0.11, 0.15, 0.06)


def simulate(
    seed: int, shape_px: tuple[int, int]
) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """Simulate one field of bacteria under a phase-contrast microscope.

    Dense microcolonies, lone rods, clumps, bundles of filaments, stalked crescents, cocci;
    each body delays the light by its height, the phase ring makes the dark cells and the
    halo; dirt, uneven lamp, Poisson and read noise.

    Parameters
    ----------
    seed
        Everything follows from it.
    shape_px
        Rows and columns.

    Returns
    -------
    pixels : ndarray of shape (rows, columns), float32
        Counts of the camera.
    labels : ndarray of shape (rows, columns), int32
        1, 2, ... for the cells, 0 between them.
    """
    rng = np.random.default_rng(seed)
    wide_px = (shape_px[0] + 2 * MARGIN_PX, shape_px[1] + 2 * MARGIN_PX)
    width_px = float(np.exp(rng.uniform(*np.log(WIDTH_PX))))
    scene = str(rng.choice(SCENES, p=SHARES))
    labels = _cells(rng, scene, wide_px, width_px)
    optics, phase_per_px = _optics(rng, width_px)
    phase_rad = (
        phase_per_px * height_px(labels, rng.uniform(0, 0.6)) * _of_each_cell(rng, labels)
    )
    phase_rad += _texture(rng, labels, width_px, phase_per_px)
    light = image_of(phase_rad, optics)
    light /= optics.transmission**2
    light += _dirt(rng, wide_px, width_px)
    lamp = Lamp(rng.uniform(0, 0.15), rng.uniform(-0.7, 0.7), rng.uniform(-0.7, 0.7))
    full = float(np.exp(rng.uniform(np.log(150), np.log(8000))))
    light = full * np.clip(light + rng.uniform(0, 0.15), 0, None) * lamp.light(wide_px)
    counts = photograph(rng, light, rng.uniform(1, 3)).astype(np.float32)
    if rng.random() < SHARE_SMOOTHED:
        counts = ndimage.gaussian_filter(counts, rng.uniform(0.4, 0.8))
    inner = slice(MARGIN_PX, -MARGIN_PX), slice(MARGIN_PX, -MARGIN_PX)
    return counts[inner], in_order(labels[inner])


def _cells(
    rng: np.random.Generator, scene: str, shape_px: tuple[int, int], width_px: float
) -> NDArray[np.int32]:
    if scene == "cocci":
        n_cocci = min(LARGEST_NUMBER, int(0.15 * shape_px[0] * shape_px[1] / width_px**2))
        return paint(scatter_cocci(rng, shape_px, n_cocci, 0.6 * width_px, 0.8), shape_px)
    if scene in ("rods", "stalked"):
        return _lone_cells(rng, scene, shape_px, width_px)
    length = {"colony": (2.2, 5), "clumps": (2.2, 6), "filaments": (15, 50)}[scene]
    plan = ColonyPlan(
        width_px=width_px,
        length_px=width_px * rng.uniform(*length),
        patch_px=width_px * float(np.exp(rng.uniform(np.log(3.5), np.log(30))))
        if scene == "colony"
        else width_px * rng.uniform(8, 25),
        bend=rng.uniform(0, 0.35),
        filling=rng.uniform(0.92, 1.15),
    )
    cells = dense_cells(rng, shape_px, plan)
    return _inside_blobs(rng, cells, scene, width_px)


def _inside_blobs(
    rng: np.random.Generator, cells: NDArray[np.int32], scene: str, width_px: float
) -> NDArray[np.int32]:
    """Keep the cells whose middle lies in one of some random blobs."""
    blob_px = {
        "colony": min(cells.shape) * rng.uniform(0.16, 0.4),
        "clumps": width_px * rng.uniform(2, 4),
        "filaments": min(cells.shape) * rng.uniform(0.1, 0.3),
    }[scene]
    coarse = max(1, int(blob_px / 8))
    small = tuple(side // coarse + 2 for side in cells.shape)
    field = ndimage.gaussian_filter(rng.normal(size=small), blob_px / coarse, mode="wrap")
    field = ndimage.zoom(field, coarse, order=1, grid_mode=True, mode="nearest")
    field = field[: cells.shape[0], : cells.shape[1]]
    level = np.quantile(field, rng.uniform(0.35, 0.75))
    areas_px = np.maximum(1, np.bincount(cells.ravel()))
    kept = np.bincount(cells.ravel(), field.ravel()) / areas_px > level
    kept[0] = False
    return np.where(kept[cells], cells, 0).astype(np.int32)


def _lone_cells(
    rng: np.random.Generator, scene: str, shape_px: tuple[int, int], width_px: float
) -> NDArray[np.int32]:
    stalked = scene == "stalked"
    plan = RodPlan(
        width_px=width_px * (0.8 if stalked else 1),
        length_px=width_px * (rng.uniform(3, 5) if stalked else rng.uniform(2, 9)),
        bend_per_length=rng.uniform(0.8, 1.6) if stalked else rng.uniform(0.05, 0.9),
        tapering=rng.uniform(0.4, 1) if stalked else 0.0,
        share_constricted=rng.uniform(0, 0.4),
        share_stalked=rng.uniform(0.4, 1) if stalked else 0.0,
    )
    area_px = plan.width_px * plan.length_px
    crowding = rng.uniform(0.02, 0.1) if stalked else rng.uniform(0.05, 0.4)
    n_cells = int(
        np.clip(crowding * shape_px[0] * shape_px[1] / area_px, 3, LARGEST_NUMBER)
    )
    labels = np.zeros(shape_px, np.int32)
    largest_overlap = 0.06 if stalked else rng.choice([0.0, 0.06])
    number = 1
    for _ in range(2 * n_cells):
        number += draw(labels, random_body(rng, shape_px, plan), number, largest_overlap)
        if number > n_cells:
            break
    return labels


def _optics(rng: np.random.Generator, width_px: float) -> tuple[PhaseContrast, float]:
    """Choose ring, halo and blur, and the phase (rad) of a px of height."""
    transmission = rng.uniform(0.3, 0.6)
    optics = PhaseContrast(
        transmission=transmission,
        halo_sigma_px=(width_px * rng.uniform(0.5, 1.2), width_px * rng.uniform(1.5, 4)),
        far_share=rng.uniform(0.3, 0.9),
        psf_sigma_px=max(0.6, width_px * rng.uniform(0.06, 0.18)),
    )
    strength = rng.uniform(0.5, 1.3) if rng.random() < 0.88 else rng.uniform(1.3, 2.4)
    return optics, strength * transmission / width_px


def _of_each_cell(
    rng: np.random.Generator, labels: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return how much denser each cell is than the mean one."""
    of_cell = rng.lognormal(0, rng.uniform(0.03, 0.2), labels.max() + 1)
    density: NDArray[np.float64] = of_cell[labels]
    return density


def _texture(
    rng: np.random.Generator,
    labels: NDArray[np.int32],
    width_px: float,
    phase_per_px: float,
) -> NDArray[np.float64]:
    """Return the phase of granules in the cells and of the uneven medium between them."""
    grains = ndimage.gaussian_filter(rng.normal(size=labels.shape), 0.15 * width_px)
    medium = ndimage.gaussian_filter(rng.normal(size=labels.shape), 0.5 * width_px)
    whole_px = phase_per_px * width_px
    granules = _granules(rng, labels, width_px) * whole_px
    inside = (
        rng.choice([0.06, 0.12, 0.3])
        * rng.uniform()
        * whole_px
        * grains
        / grains.std()
        * (labels > 0)
    )
    outside = rng.uniform(0, 0.03) * whole_px * medium / medium.std()
    texture: NDArray[np.float64] = inside + outside + granules
    return texture


def _granules(
    rng: np.random.Generator, labels: NDArray[np.int32], width_px: float
) -> NDArray[np.float64]:
    """Return dense grains in the cells, which turn bright, in units of a cell's delay."""
    points = np.zeros(labels.shape)
    rows, columns = np.nonzero(labels)
    if len(rows) and rng.random() < SHARE_GRANULAR:
        per_cell = rng.uniform(0.3, 4)
        n_grains = rng.poisson(per_cell * labels.max())
        chosen = rng.integers(0, len(rows), n_grains)
        sigma_px = width_px * rng.uniform(0.1, 0.18)
        strength = rng.uniform(0.3, 1.2, n_grains) * 2 * np.pi * sigma_px**2
        np.add.at(points, (rows[chosen], columns[chosen]), strength)
        points = ndimage.gaussian_filter(points, sigma_px)
    return points


def _dirt(
    rng: np.random.Generator, shape_px: tuple[int, int], width_px: float
) -> NDArray[np.float64]:
    """Return specks out of focus, dark or bright, as change of a background of 1."""
    specks = np.zeros(shape_px)
    n_specks = rng.poisson(rng.choice([0.5, 6.0]))
    rows, columns = (rng.integers(0, side, n_specks) for side in shape_px)
    sigma_px = width_px * rng.uniform(0.1, 0.3)
    specks[rows, columns] = rng.uniform(-0.9, 0.6, n_specks) * 2 * np.pi * sigma_px**2
    return ndimage.gaussian_filter(specks, sigma_px)
