"""How long each configuration is exposed, and how much light that is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.microscope.light import Modality
from rescale4dl_core.planning.dose import dose_j_per_cm2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.microscope.goal import Goal

    Floats = NDArray[np.float64]


def pixel_growth(goal: Goal, pixel_um: Floats) -> Floats | float:
    """Return how the light of a pixel grows with its size: a scanner's does not."""
    return 1.0 if is_scanned(goal) else pixel_um**2


def exposures_s(goal: Goal, brightness: Floats, scanned_px: Floats) -> Floats:
    """Return the exposure of one image, of a point scanner the time to scan it.

    As asked for, or until a pixel holds the light of the sample as taken. Where the
    aperture is not known, it is as asked for.

    Parameters
    ----------
    goal : Goal
        With the exposure, or the dwell time of a scanner.
    brightness : ndarray
        Light per pixel at the same lamp and exposure (dwell time); NaN is not known.
    scanned_px : ndarray
        Pixels of an image as saved: a scanner that bins makes a coarser scan.
    """
    asked_s = np.asarray(
        goal.light.dwell_us * 1e-6 * scanned_px
        if is_scanned(goal)
        else np.full(brightness.shape, goal.timing.exposure_s)
    )
    if not goal.equal_light or goal.taken_light is None:
        return asked_s
    taken_brightness, _ = goal.taken_light
    taken_s = asked_s
    if not is_scanned(goal) and goal.taken is not None and goal.taken.exposure_s:
        taken_s = np.full(brightness.shape, goal.taken.exposure_s)
    equal_s = taken_s * taken_brightness / brightness
    return np.where(np.isnan(brightness), asked_s, equal_s)


def doses_j_per_cm2(
    goal: Goal,
    lit_um: Floats,
    scanned_um2: Floats,
    exposure_s: Floats,
    *,
    n_exposures: Floats,
) -> Floats:
    """Return power / lit area x exposure x images x re-exposure; NaN without a power.

    The lamp lights the circle of diameter `lit_um`, a point scanner what it scans; each
    point `n_exposures` times.
    """
    if goal.light.power_mw is None:
        return np.full(exposure_s.shape, np.nan)
    lit_um2 = np.asarray(scanned_um2 if is_scanned(goal) else math.pi / 4 * lit_um**2)
    return dose_j_per_cm2(goal.light.power_mw, lit_um2, exposure_s, n_exposures)


def is_scanned(goal: Goal) -> bool:
    """Return whether one point is lit after the other."""
    return goal.light.modality is Modality.POINT_SCANNER
