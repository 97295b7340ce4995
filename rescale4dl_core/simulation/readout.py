"""What the camera makes of photoelectrons: gain noise, read noise, whole counts, limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.simulation.view import View

OFFSET_COUNTS = 100.0
"""Of one reading, so that read noise does not go below 0."""

_OFFSET_SHARE = 1 / 16
"""Of the range at most: with 8 bits, 100 counts would waste 40 % of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """A simulated image, and how its numbers are turned back into photoelectrons."""

    pixels: NDArray[Any]
    """16-bit integers, 32-bit ones where sums of pixels need them."""

    offset_counts: float
    e_per_count: float
    saturated_percent: float


def read_out(
    electrons: NDArray[np.float64], view: View, rng: np.random.Generator
) -> Counts:
    """Return the counts of photoelectrons in saved pixels.

    Each physical pixel is made a whole number by itself, in steps of its full well over its
    range, and a camera that bins after readout adds these numbers. Where the full well is
    not known, the range ends at the brightest pixel.
    """
    if view.excess_noise > 1:
        added = view.excess_noise - 1
        electrons = added * rng.gamma(np.maximum(electrons, 0.0) / added)
    n = view.n_conversions
    electrons = electrons + rng.normal(0, view.read_noise_of_sum_e, electrons.shape)
    highest = 2.0**view.bit_depth - 1
    offset = min(OFFSET_COUNTS, math.floor(_OFFSET_SHARE * highest))
    well_e = view.well_of_sum_e or max(float(electrons.max()), 1.0)
    step_e = well_e / n / (highest - offset)
    rounding_e = step_e * math.sqrt((n - 1) / 12)
    counts = n * offset + (electrons + rng.normal(0, rounding_e, electrons.shape)) / step_e
    saturated = counts >= n * highest if view.full_well_e else np.zeros(1, bool)
    kept = np.clip(np.rint(counts), 0, n * highest)
    narrow = n * highest <= np.iinfo(np.uint16).max
    return Counts(
        pixels=kept.astype(np.uint16 if narrow else np.uint32),
        offset_counts=n * offset,
        e_per_count=step_e,
        saturated_percent=100.0 * float(saturated.mean()),
    )


def noise_e(signal_e: float, excess: float, view: View, e_per_count: float) -> float:
    """Return the noise of a saved pixel: light, gain, readings and their rounding."""
    light = (excess + view.excess_noise - 1) * signal_e
    rounding = view.n_conversions * e_per_count**2 / 12
    return math.sqrt(max(light, 0.0) + view.read_noise_of_sum_e**2 + rounding)
