"""Simulated fluorescence images of cocci (S. aureus) with their true labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from rescale4dl_core.demo.fluorescence import Lamp, Lens, light_on_camera, photograph
from rescale4dl_core.demo.round_objects import paint
from rescale4dl_core.training.simulated.field import in_order, scatter_cocci

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.demo.round_objects import RoundObject


@dataclass(frozen=True, slots=True)
class Stain:
    """What shines, for one field of cocci or for one coccus. Shares of the brightness."""

    brightness_photoelectrons: float
    """Mean photoelectrons per pixel of the wall in its brightest part, in perfect focus."""

    wall: float
    """The wall seen edge-on: a ring."""

    caps: float
    """The wall above and below the focus: a faint disc."""

    inside: float
    """The cytoplasm: as bright as the coccus is thick."""

    septum: float
    """The cross wall of a dividing coccus."""

    septum_closed: float
    """How far the septum has grown in: 0 just begun, 1 closed."""

    wall_sigma_px: float
    """Half the thickness of the wall as drawn, before the blur of the lens."""

    one_sided: float
    """How much brighter one side of the wall is."""


def add_light(
    light: NDArray[np.float64], one: RoundObject, stain: Stain, brighter_rad: float
) -> None:
    """Add the light of one coccus to `light` in place.

    A thin spherical shell in focus shows as a ring where the light passes along the wall,
    brighter than its two caps; a septum is a disc seen edge-on, as bright as the coccus
    is thick there.

    Parameters
    ----------
    light : ndarray of shape (rows, columns)
        Mean photoelectrons per pixel in perfect focus; added to.
    one
        The outline; a dividing coccus is long along its axis.
    stain
        What shines.
    brighter_rad
        Direction of the brighter side of the wall.
    """
    reach_px = 1.3 * one.radius_px * np.sqrt(one.axis_ratio) + 3 * stain.wall_sigma_px
    window = tuple(
        slice(max(0, int(centre - reach_px)), max(0, int(centre + reach_px) + 1))
        for centre in (one.row_px, one.column_px)
    )
    rows, columns = np.ogrid[: light.shape[0], : light.shape[1]]
    rows, columns = rows[window[0]], columns[:, window[1]]
    depth = one.depth(rows, columns)
    from_wall_px = (depth - 1) * one.radius_px + 1.5 * stain.wall_sigma_px
    ring = np.exp(-((from_wall_px / stain.wall_sigma_px) ** 2) / 2)
    within = np.clip((1 - depth) * one.radius_px + 0.5, 0, 1)
    thick = np.sqrt(np.clip(1 - depth**2, 0, 1))
    down, right = rows - one.row_px, columns - one.column_px
    sine, cosine = np.sin(one.angle_rad), np.cos(one.angle_rad)
    along_px, across_px = right * cosine + down * sine, down * cosine - right * sine
    grown = np.abs(across_px) >= (1 - stain.septum_closed) * one.radius_px
    septum = np.exp(-((along_px / stain.wall_sigma_px) ** 2) / 2) * within * grown
    side = 1 + stain.one_sided * np.cos(np.arctan2(down, right) - brighter_rad)
    light[window] += stain.brightness_photoelectrons * (
        stain.wall * ring * side
        + stain.caps * within
        + stain.inside * thick
        + stain.septum * septum
    )


DIAMETER_PX = (8.0, 36.0)
"""Median diameter of a field: as likely small as large, on a scale of ratios."""

LARGEST_NUMBER = 260
SHARE_DIVIDING = 0.4
"""Share of the cocci with a septum."""

SHARE_SMOOTHED = 0.4
"""Share of the fields whose noise is smoothed, as a reconstruction (SIM) leaves it."""


def simulate(
    seed: int, shape_px: tuple[int, int]
) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """Simulate one field of cocci under a fluorescence microscope.

    Wall or membrane stain (rings, septa), cytoplasm, or both; lone, paired and clustered
    cocci; blur between that of SIM and widefield, light from out of focus, specks, uneven
    lamp, Poisson and read noise.

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
        1, 2, ... for the cocci, 0 between them.
    """
    rng = np.random.default_rng(seed)
    diameter_px = float(np.exp(rng.uniform(*np.log(DIAMETER_PX))))
    area_px = np.pi / 4 * diameter_px**2
    crowding = rng.uniform(0.04, 0.35)
    n_cocci = int(
        np.clip(crowding * shape_px[0] * shape_px[1] / area_px, 3, LARGEST_NUMBER)
    )
    cocci = scatter_cocci(rng, shape_px, n_cocci, diameter_px / 2, rng.uniform(0.3, 0.95))
    field = _stain_of_field(rng, diameter_px)
    light = np.zeros(shape_px)
    for coccus in cocci:
        add_light(light, coccus, _stain_of_one(rng, field), rng.uniform(0, 2 * np.pi))
    _add_dirt(rng, light, field.brightness_photoelectrons, diameter_px)
    background = field.brightness_photoelectrons * rng.uniform(0.02, 0.25)
    on_camera = light_on_camera(light, background, _lens(rng, diameter_px), _lamp(rng))
    counts = photograph(rng, on_camera, rng.uniform(1, 3)).astype(np.float32)
    if rng.random() < SHARE_SMOOTHED:
        counts = ndimage.gaussian_filter(counts, rng.uniform(0.4, 0.9))
    return counts, in_order(paint(cocci, shape_px))


def _stain_of_field(rng: np.random.Generator, diameter_px: float) -> Stain:
    kind = rng.choice(["wall", "inside", "both"], p=[0.6, 0.25, 0.15])
    return Stain(
        brightness_photoelectrons=float(np.exp(rng.uniform(np.log(25), np.log(900)))),
        wall=0.0 if kind == "inside" else 1.0,
        caps=0.0 if kind == "inside" else rng.uniform(0.15, 0.6),
        inside={"wall": 0.0, "inside": 1.0, "both": rng.uniform(0.3, 1)}[str(kind)],
        septum=0.0 if kind == "inside" else rng.uniform(0.6, 1.6),
        septum_closed=1.0,
        wall_sigma_px=max(0.45, diameter_px * rng.uniform(0.02, 0.045)),
        one_sided=rng.uniform(0, 0.3),
    )


def _stain_of_one(rng: np.random.Generator, field: Stain) -> Stain:
    dividing = rng.random() < SHARE_DIVIDING
    return replace(
        field,
        brightness_photoelectrons=field.brightness_photoelectrons * rng.lognormal(0, 0.35),
        septum=field.septum * dividing,
        caps=field.caps * rng.uniform(0.6, 1.4),
        septum_closed=1.0 if rng.random() < 0.7 else rng.uniform(0.3, 1),
        one_sided=field.one_sided * rng.uniform(),
    )


def _add_dirt(
    rng: np.random.Generator,
    light: NDArray[np.float64],
    brightness: float,
    diameter_px: float,
) -> None:
    """Add what is no coccus: dim specks, a few bright ones, smudges, torn fragments."""
    n_dim, n_bright = rng.poisson(light.size / 4000), rng.poisson(0.7)
    strength = np.concatenate([rng.uniform(0.05, 0.5, n_dim), rng.uniform(2, 8, n_bright)])
    light += brightness * _blurred_points(
        _anywhere(rng, light, n_dim + n_bright), strength, 0.6, light.shape
    )
    n_smudges, width_px = rng.poisson(3), 0.35 * diameter_px
    strength = rng.uniform(0.05, 0.2, n_smudges) * 2 * np.pi * width_px**2
    light += brightness * _blurred_points(
        _anywhere(rng, light, n_smudges), strength, width_px, light.shape
    )
    n_fragments, width_px = rng.poisson(light.size / 60_000 * 2), 0.16 * diameter_px
    for place in _anywhere(rng, light, n_fragments):
        along = np.linspace(0, rng.uniform(0.4, 2.5) * diameter_px, 40)[:, None]
        turn = rng.uniform(0, 2 * np.pi) + rng.normal(0, 0.6) * np.linspace(0, 1, 40)
        points = place + along * np.stack([np.sin(turn), np.cos(turn)], axis=1)
        step_px = max(1.0, float(along[1, 0]))
        strength = (
            rng.uniform(0.04, 0.2) * rng.uniform(0.5, 1.5, 40) * width_px * 2.5 * step_px
        )
        light += brightness * _blurred_points(points, strength, width_px, light.shape)


def _anywhere(
    rng: np.random.Generator, light: NDArray[np.float64], n_places: int
) -> NDArray[np.float64]:
    return rng.uniform(0, 1, (n_places, 2)) * light.shape


def _blurred_points(
    places: NDArray[np.float64],
    strength: NDArray[np.float64],
    sigma_px: float,
    shape_px: tuple[int, ...],
) -> NDArray[np.float64]:
    """Return spots of the strength (sum of each), those outside the field left out."""
    rows, columns = np.floor(places).astype(int).T
    within = (rows >= 0) & (rows < shape_px[0]) & (columns >= 0) & (columns < shape_px[1])
    points = np.zeros(shape_px)
    np.add.at(points, (rows[within], columns[within]), strength[within])
    return ndimage.gaussian_filter(points, sigma_px)


def _lens(rng: np.random.Generator, diameter_px: float) -> Lens:
    """Choose a blur: 4 % of the diameter for SIM, 13 % for a widefield microscope."""
    return Lens(
        psf_sigma_px=max(0.6, diameter_px * rng.uniform(0.04, 0.13)),
        halo_sigma_px=diameter_px * rng.uniform(0.4, 0.8),
        halo_share=rng.uniform(0.05, 0.4),
    )


def _lamp(rng: np.random.Generator) -> Lamp:
    return Lamp(rng.uniform(0, 0.16), rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.5))
