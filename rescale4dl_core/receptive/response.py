"""How much of the response to moved pixels lies at which distance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ROUNDING = 8 * float(np.finfo(np.float32).eps)
"""Changes below this share of the largest value in a map are rounding."""


@dataclass(slots=True)
class Response:
    """Energy (squared change) by distance, for each map of a network."""

    energies: dict[int, NDArray[np.float64]] = field(default_factory=dict)
    """By Chebyshev distance, in steps of half a pixel of the image."""

    n_pixels: int = 0

    def add(
        self,
        before: Sequence[NDArray[np.float32]],
        after: Sequence[NDArray[np.float32]],
        places: Sequence[tuple[int, int]],
        spacing: int,
        stride_px: int,
    ) -> None:
        """Take note of the maps before and after pixels were moved.

        Parameters
        ----------
        before, after : sequence of ndarray of shape (channels, rows, columns)
            The maps.
        places : sequence of (int, int)
            Rows and columns of the pixels in the image.
        spacing : int
            Their distance: an answer within half of it is that pixel's own.
        stride_px : int
            Image pixels per pixel of the maps.
        """
        self.n_pixels += len(places)
        for index, (a, b) in enumerate(zip(before, after, strict=True)):
            change = (b - a).astype(np.float64)
            change[np.abs(change) <= ROUNDING * np.abs(a).max()] = 0
            squared = np.square(change).sum(axis=0)
            for place in places:
                found = _by_distance(squared, place, spacing, stride_px)
                self.energies[index] = _added(self.energies.get(index), found)

    def shares(self) -> NDArray[np.float64]:
        """Return the share of the energy at each distance; every map counts the same."""
        found = [one / one.sum() for one in self.energies.values() if one.sum() > 0]
        if not found:
            return np.zeros(0)
        longest = max(one.size for one in found)
        mean = np.zeros(longest)
        for one in found:
            mean[: one.size] += one / len(found)
        return mean


def held_within(side_px: float, shares: NDArray[np.float64]) -> float:
    """Return the share of the energy in a square of a given side."""
    return float(np.interp(side_px, *_held(shares)))


def side_holding(share: float, shares: NDArray[np.float64]) -> float:
    """Return the side of the square that holds a share of the energy, 0 without any."""
    sides_px, held = _held(shares)
    return float(np.interp(share, held, sides_px)) if held[-1] > 0 else 0.0


def _held(shares: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return sides of squares, and the share that each holds: the last pixel included."""
    sides_px = np.arange(len(shares) + 1, dtype=np.float64)
    return sides_px, np.concatenate([[0.0], np.cumsum(shares)])


def _by_distance(
    squared: NDArray[np.float64], place: tuple[int, int], spacing: int, stride_px: int
) -> NDArray[np.float64]:
    slices, away = [], []
    for length, at in zip(squared.shape, place, strict=True):
        centres = (np.arange(length) + 0.5) * stride_px - 0.5
        mine = np.flatnonzero(np.abs(centres - at) <= spacing / 2)
        slices.append(slice(int(mine[0]), int(mine[-1]) + 1))
        away.append(np.abs(centres[mine] - at))
    distance = np.maximum(away[0][:, None], away[1][None])
    halves = np.rint(2 * distance).astype(np.int64)
    energy = squared[slices[0], slices[1]]
    return np.bincount(halves.ravel(), weights=energy.ravel()).astype(np.float64)


def _added(
    known: NDArray[np.float64] | None, found: NDArray[np.float64]
) -> NDArray[np.float64]:
    if known is None:
        return found
    both = np.zeros(max(known.size, found.size))
    both[: known.size] += known
    both[: found.size] += found
    return both
