"""The shapes of simulated nuclei: where they lie and which pixels are theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARE_TOUCHING = 0.35
"""Share of the nuclei that are set against a neighbour."""

LARGEST_OVERLAP_PX = 1.5
"""Overlaps up to this become a straight border between two touching nuclei."""


@dataclass(frozen=True, slots=True, eq=False)
class Nucleus:
    """An ellipse with a slightly wavy outline."""

    row_px: float
    column_px: float
    radius_px: float
    axis_ratio: float
    angle_rad: float
    waves: tuple[tuple[float, float], ...]
    """Amplitude and phase (rad) of the waves that go 2, 3, ... times around."""

    def depth(self, row_px: Any, column_px: Any) -> Any:
        """Return the distance from the centre as a share of the outline's: 1 lies on it."""
        down, right = row_px - self.row_px, column_px - self.column_px
        sine, cosine = np.sin(self.angle_rad), np.cos(self.angle_rad)
        stretch = np.sqrt(self.axis_ratio)
        along = (right * cosine + down * sine) / stretch
        across = (down * cosine - right * sine) * stretch
        turn = np.arctan2(across, along)
        outline = 1 + sum(
            amplitude * np.cos(times * turn + phase)
            for times, (amplitude, phase) in enumerate(self.waves, start=2)
        )
        return np.hypot(along, across) / (self.radius_px * outline)


def scatter_nuclei(
    rng: np.random.Generator, shape_px: tuple[int, int], n_nuclei: int, radius_px: float
) -> list[Nucleus]:
    """Place nuclei at random, some against each other, also across the border."""
    placed: list[Nucleus] = []
    while len(placed) < n_nuclei:
        nucleus = _random_nucleus(rng, shape_px, radius_px)
        if placed and rng.random() < SHARE_TOUCHING:
            nucleus = _set_against(placed[rng.integers(len(placed))], nucleus)
        if all(_gap_px(nucleus, other) > -LARGEST_OVERLAP_PX for other in placed):
            placed.append(nucleus)
    return placed


def paint_nuclei(nuclei: list[Nucleus], shape_px: tuple[int, int]) -> NDArray[np.int32]:
    """Label the pixels whose centre lies in a nucleus; overlaps are shared out."""
    labels = np.zeros(shape_px, np.int32)
    nearest = np.ones(shape_px)
    for number, nucleus in enumerate(nuclei, start=1):
        reach_px = 1.5 * nucleus.radius_px
        window = tuple(
            slice(max(0, int(centre - reach_px)), max(0, int(centre + reach_px) + 1))
            for centre in (nucleus.row_px, nucleus.column_px)
        )
        rows, columns = np.ogrid[: shape_px[0], : shape_px[1]]
        depth = nucleus.depth(rows[window[0]], columns[:, window[1]])
        mine = depth < nearest[window]
        labels[window][mine] = number
        nearest[window][mine] = depth[mine]
    return labels


def _random_nucleus(
    rng: np.random.Generator, shape_px: tuple[int, int], radius_px: float
) -> Nucleus:
    return Nucleus(
        row_px=rng.uniform(-0.5, shape_px[0] - 0.5),
        column_px=rng.uniform(-0.5, shape_px[1] - 0.5),
        radius_px=radius_px * rng.lognormal(sigma=0.13),
        axis_ratio=rng.uniform(1.02, 1.45),
        angle_rad=rng.uniform(0, np.pi),
        waves=tuple(
            (amplitude * rng.uniform(), rng.uniform(0, 2 * np.pi))
            for amplitude in (0.04, 0.03, 0.015)
        ),
    )


def _gap_px(one: Nucleus, other: Nucleus) -> float:
    """Return the room between two outlines on the line between the centres."""
    apart_px = np.hypot(one.row_px - other.row_px, one.column_px - other.column_px)
    reach = 1 / one.depth(other.row_px, other.column_px)
    reach += 1 / other.depth(one.row_px, one.column_px)
    return float(apart_px * (1 - reach))


def _set_against(fixed: Nucleus, moving: Nucleus) -> Nucleus:
    """Move `moving` along the line between the centres until the outlines touch."""
    down, right = moving.row_px - fixed.row_px, moving.column_px - fixed.column_px
    share = 1 - _gap_px(moving, fixed) / np.hypot(down, right)
    return replace(
        moving,
        row_px=fixed.row_px + share * down,
        column_px=fixed.column_px + share * right,
    )
