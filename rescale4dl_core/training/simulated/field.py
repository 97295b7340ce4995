"""What simulated fields have in common: labels in order, outlines, where cocci lie."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.demo.round_objects import RoundObject, gap_px, set_against

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


SMALLEST_PX = 10
"""Pixels of an object: a smaller rest at the border is no object any more."""


def in_order(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give the objects the numbers 1, 2, ..., each one piece.

    An object that another one, or the border of the field, cut into pieces becomes several;
    what is smaller than `SMALLEST_PX` goes.

    >>> in_order(np.repeat(np.int32([[0, 7, 9, 7]]), [4, 12, 3, 11], axis=1))[0, ::5]
    array([0, 1, 1, 1, 2, 2], dtype=int32)
    """
    from skimage.measure import label

    pieces = label(labels, background=0, connectivity=1)  # type: ignore[no-untyped-call]
    kept = np.bincount(pieces.ravel()) >= SMALLEST_PX
    kept[0] = False
    ordered: NDArray[np.int32] = np.where(kept, kept.cumsum(), 0).astype(np.int32)[pieces]
    return ordered


def outlines(labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return the pixels with a neighbour above, below, left or right of another label.

    >>> outlines(np.int32([[0, 0, 1, 1, 1, 2, 2]])).astype(int)
    array([[0, 1, 1, 0, 1, 1, 0]])
    """
    outline = np.zeros(labels.shape, bool)
    for here, there in ((outline, labels), (outline.T, labels.T)):
        differs = there[:-1] != there[1:]
        here[:-1] |= differs
        here[1:] |= differs
    return outline


LARGEST_OVERLAP_SHARE = 0.12
"""Of the radius: a larger overlap with a neighbour is refused."""

MARGIN_RADII = 1.0
"""Cocci may lie this far outside the image: some are cut by its border."""

TRIES_PER_COCCUS = 12


def scatter_cocci(
    rng: np.random.Generator,
    shape_px: tuple[int, int],
    n_cocci: int,
    radius_px: float,
    share_touching: float,
) -> list[RoundObject]:
    """Place up to `n_cocci` cocci; fewer where there is no room.

    Parameters
    ----------
    rng
        Source of all choices.
    shape_px
        Rows and columns of the image.
    n_cocci
        How many to place.
    radius_px
        Their median radius; single ones differ by 12 %.
    share_touching
        Share of them set against a neighbour: 0 gives lone cocci, 0.95 large clusters.
    """
    placed: list[RoundObject] = []
    centres_px = np.empty((n_cocci + 1, 2))
    for _ in range(TRIES_PER_COCCUS * n_cocci):
        if len(placed) >= n_cocci:
            break
        newcomers = _one_or_two_halves(_lone_coccus(rng, shape_px, radius_px), rng)
        if placed and rng.random() < share_touching:
            against = placed[_recent(rng, len(placed))]
            moved = set_against(against, newcomers[0])
            newcomers = [_moved(each, moved, newcomers[0]) for each in newcomers]
        others = centres_px[: len(placed)]
        if all(_has_room(each, placed, others, shape_px) for each in newcomers):
            for each in newcomers[: n_cocci - len(placed)]:
                centres_px[len(placed)] = each.row_px, each.column_px
                placed.append(each)
    return placed


def _recent(rng: np.random.Generator, n_placed: int) -> int:
    """Return one of those placed, rather a late one: clusters grow one after another."""
    return int(max(0, n_placed - 1 - rng.exponential(6)))


def _lone_coccus(
    rng: np.random.Generator, shape_px: tuple[int, int], radius_px: float
) -> RoundObject:
    beyond_px = MARGIN_RADII * radius_px
    return RoundObject(
        row_px=rng.uniform(-beyond_px, shape_px[0] + beyond_px),
        column_px=rng.uniform(-beyond_px, shape_px[1] + beyond_px),
        radius_px=radius_px * rng.lognormal(sigma=0.12),
        axis_ratio=1 + rng.beta(1.2, 4) * 0.6,
        angle_rad=rng.uniform(0, np.pi),
        waves=tuple(
            (amplitude * rng.uniform(), rng.uniform(0, 2 * np.pi))
            for amplitude in (0.02, 0.02)
        ),
    )


def _one_or_two_halves(coccus: RoundObject, rng: np.random.Generator) -> list[RoundObject]:
    """Split one in three into the two daughters of a division that just ended."""
    if rng.random() > 1 / 3:
        return [coccus]
    apart_px = coccus.radius_px * rng.uniform(0.78, 0.95)
    down, right = np.sin(coccus.angle_rad) * apart_px, np.cos(coccus.angle_rad) * apart_px
    return [
        replace(
            coccus,
            row_px=coccus.row_px + side * down,
            column_px=coccus.column_px + side * right,
            radius_px=coccus.radius_px * rng.uniform(0.84, 0.92),
            axis_ratio=rng.uniform(1, 1.1),
            angle_rad=coccus.angle_rad + np.pi / 2,
        )
        for side in (-1, 1)
    ]


def _moved(one: RoundObject, to: RoundObject, start: RoundObject) -> RoundObject:
    return replace(
        one,
        row_px=one.row_px + to.row_px - start.row_px,
        column_px=one.column_px + to.column_px - start.column_px,
    )


def _has_room(
    one: RoundObject,
    placed: Sequence[RoundObject],
    centres_px: NDArray[np.float64],
    shape_px: tuple[int, int],
) -> bool:
    reach_px = MARGIN_RADII * one.radius_px
    if not (
        -reach_px < one.row_px < shape_px[0] + reach_px
        and -reach_px < one.column_px < shape_px[1] + reach_px
    ):
        return False
    apart_px = np.hypot(*(centres_px - (one.row_px, one.column_px)).T)
    near = np.flatnonzero(apart_px < 3.2 * one.radius_px)
    return all(
        gap_px(one, placed[int(number)]) > -LARGEST_OVERLAP_SHARE * one.radius_px
        for number in near
    )
