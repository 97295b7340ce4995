"""Which configurations come first, and why: the bound on quality, then objects per hour."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.microscope.configuration import ROUNDING
from rescale4dl_core.microscope.figures import is_blurred

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.microscope.figures import Figures
    from rescale4dl_core.microscope.goal import Goal

NEAR_TARGET = math.sqrt(2)
"""On the published sets the sampling nearest to 8 % of octave steps, so within a factor
sqrt 2 of it, lost at most 0.037 IoU; the coarsest below 16 % lost up to 0.51."""


NYQUIST_PIXELS = 0.61 * 4
"""Rayleigh's distance, 0.61 emission / NA, in Nyquist pixels of emission / 4 NA."""


class Standing(IntEnum):
    """How a configuration suits the objects; lower is better."""

    GOOD = 0
    """Expected score within the tolerance of the best; without a curve, near the target."""

    IN_WINDOW = 1
    """Inside the window, but not as good as others."""

    BLURRED = 2
    """Inside the window, but the objective resolves less than the network needs; for
    structure, sampled at Nyquist but resolving less than is wanted."""

    OUTSIDE = 3
    """Outside the window."""

    COARSE = 4
    """Coarser than Nyquist, or of unknown aperture, where structure is to be seen."""

    @property
    def meaning(self) -> str:
        """In words, for a table."""
        return _MEANINGS[self]


_MEANINGS = {
    Standing.GOOD: "good",
    Standing.IN_WINDOW: "in the window",
    Standing.BLURRED: "too blurred",
    Standing.OUTSIDE: "outside the window",
    Standing.COARSE: "not at Nyquist",
}


def standings_of(figures: Figures, goal: Goal) -> NDArray[np.int64]:
    """Return the `Standing` of each configuration.

    A lens may be blurred (`is_blurred`); sampling coarser than Nyquist is never held
    against a configuration, but where structure is to be seen: then it decides, among
    lenses that resolve enough.
    """
    if goal.for_structure:
        fine = figures.nyquist_ratio <= 1 + ROUNDING
        sharp = figures.rayleigh_um <= goal.resolution_um * (1 + ROUNDING)
        at_nyquist = np.where(sharp, Standing.GOOD, Standing.BLURRED)
        return np.where(fine, at_nyquist, Standing.COARSE).astype(np.int64)
    window = goal.window
    coverage = figures.coverage_percent
    inside = (window.low_percent <= coverage) & (coverage <= window.high_percent)
    blurred = is_blurred(figures.nyquist_um, goal)
    standing = np.where(inside, Standing.IN_WINDOW, Standing.OUTSIDE)
    standing = np.where(inside & blurred, Standing.BLURRED, standing)
    good = inside & (_from_target(figures, goal) <= math.log(NEAR_TARGET) + ROUNDING)
    known = ~np.isnan(figures.expected_iou)
    if known.any():
        best = figures.expected_iou[known].max()
        enough = best * (1 - goal.tolerance_percent / 100)
        good = known & (figures.expected_iou >= enough)
    return np.where(good & ~blurred, Standing.GOOD, standing).astype(np.int64)


def best_first(
    figures: Figures, standings: NDArray[np.int64], goal: Goal
) -> NDArray[np.int64]:
    """Return the order of the configurations, best first.

    By standing, then by objects per hour; equal ones by the expected score, the distance
    from the target and the light per pixel. Where structure is to be seen, those that are
    not good come by what they resolve instead of standing.
    """
    bound = standings
    if goal.for_structure:
        bound = np.where(standings == Standing.GOOD, 0.0, 1 + _unresolved(figures, goal))
    order: NDArray[np.int64] = np.lexsort(
        (
            -np.nan_to_num(figures.brightness),
            _from_target(figures, goal).round(9),
            -np.nan_to_num(figures.expected_iou),
            -_rounded(figures.objects_per_s),
            bound,
        )
    )
    return order


def pareto_front(figures: Figures) -> NDArray[np.bool_]:
    """Return which configurations no other one beats in both objects and score.

    Those without an expected score are not on the front. Of equal ones, all are.
    """
    front = np.zeros(len(figures.objects_per_s), bool)
    known = np.flatnonzero(~np.isnan(figures.expected_iou))
    per_s, iou = figures.objects_per_s[known], figures.expected_iou[known]
    order = np.lexsort((-iou, -per_s))
    per_s, iou = per_s[order], iou[order]
    best_before = np.concatenate([[-np.inf], np.maximum.accumulate(iou)[:-1]])[: len(iou)]
    starts = np.flatnonzero(np.diff(per_s, prepend=np.inf))
    group = np.cumsum(np.isin(np.arange(len(per_s)), starts)) - 1
    best_of_faster = best_before[starts][group]
    best_of_group = iou[starts][group]
    front[known[order]] = (iou == best_of_group) & (iou > best_of_faster)
    return front


def _unresolved(figures: Figures, goal: Goal) -> NDArray[np.float64]:
    """Return how much coarser than wanted lens and pixels resolve, in tenths of an e-fold.

    Two points are told apart by the coarser of Rayleigh's distance and that many Nyquist
    pixels.
    """
    told_um = np.maximum(figures.rayleigh_um, NYQUIST_PIXELS * figures.pixel_um)
    coarser = np.log(told_um / goal.resolution_um)
    found: NDArray[np.float64] = np.maximum(np.nan_to_num(coarser, nan=np.inf), 0.0)
    return found.round(1)


def _from_target(figures: Figures, goal: Goal) -> NDArray[np.float64]:
    target = goal.window.target_percent
    distance: NDArray[np.float64] = np.abs(np.log(figures.coverage_percent / target))
    return distance


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values to nine digits, so that the rounding of a product decides nothing."""
    digits = 10.0 ** (np.floor(np.log10(np.maximum(values, 1e-300))) - 8)
    rounded: NDArray[np.float64] = np.round(values / digits) * digits
    return rounded
