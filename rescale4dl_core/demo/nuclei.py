"""Simulated nuclei: where they lie and how they are shaped."""

from __future__ import annotations

import numpy as np

from rescale4dl_core.demo.round_objects import RoundObject, gap_px, set_against

SHARE_TOUCHING = 0.35
"""Share of the nuclei that are set against a neighbour."""

LARGEST_OVERLAP_PX = 1.5
"""Overlaps up to this become a straight border between two touching nuclei."""


def scatter_nuclei(
    rng: np.random.Generator, shape_px: tuple[int, int], n_nuclei: int, radius_px: float
) -> list[RoundObject]:
    """Place nuclei at random, some against each other, also across the border."""
    placed: list[RoundObject] = []
    while len(placed) < n_nuclei:
        nucleus = _random_nucleus(rng, shape_px, radius_px)
        if placed and rng.random() < SHARE_TOUCHING:
            nucleus = set_against(placed[rng.integers(len(placed))], nucleus)
        if all(gap_px(nucleus, other) > -LARGEST_OVERLAP_PX for other in placed):
            placed.append(nucleus)
    return placed


def _random_nucleus(
    rng: np.random.Generator, shape_px: tuple[int, int], radius_px: float
) -> RoundObject:
    return RoundObject(
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
