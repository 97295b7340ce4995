"""Simulated phase-contrast images of bacteria with their true labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from rescale4dl_core.demo.camera import Lamp, photograph
from rescale4dl_core.demo.round_objects import paint
from rescale4dl_core.training.simulated.cocci_places import scatter_cocci
from rescale4dl_core.training.simulated.colony import ColonyPlan, dense_cells
from rescale4dl_core.training.simulated.field import in_order
from rescale4dl_core.training.simulated.lone_cells import RodPlan, draw, random_body
from rescale4dl_core.training.simulated.phase_contrast import (
    PhaseContrast,
    height_px,
    image_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
