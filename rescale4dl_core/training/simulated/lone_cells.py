"""Cells that lie apart: straight and bent rods, filaments, stalked crescents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
