"""Which scales are worth a sweep: from 4x finer to 16x coarser in steps of sqrt 2."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.series import SMALLEST_DIAMETER_PX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.measuring.measurement import Measurement

STEPS = tuple(map(Fraction, ("1", "1.41", "2", "2.83", "4", "5.66", "8", "11.3", "16")))
"""Powers of sqrt 2 to three digits, as folders of data sets are named."""

LARGEST_DENOMINATOR = 10_000
"""Of a factor that a person types or this series holds; a float is no closer to it."""

N_FINER_STEPS = 4
"""4x finer is as far as the published study went (Ferreira et al. 2025)."""

LARGEST_SWEPT_PX = 4096**2
"""Finer images of more pixels are left out: a network on two processor cores takes about
15 s for as many, and five times that with the stability."""


@dataclass(frozen=True, slots=True)
class FactorSeries:
    """The scales of a sweep, and what was left out of the usual ones."""

    factors: tuple[RescaleFactor, ...]
    """Finest first; the sample as taken is always among them."""

    notes: tuple[str, ...]
    """Why a usual scale is missing, in plain sentences."""


def factor_series(
    measurement: Measurement | None, shapes_px: Sequence[tuple[int, int]]
) -> FactorSeries:
    """Return the default scales of a sweep.

    Parameters
    ----------
    measurement : Measurement or None
        Sizes of the objects; without them no scale is too coarse for the objects.
    shapes_px : sequence of tuple of int
        Rows and columns of every image.

    Examples
    --------
    >>> series = factor_series(None, [(8, 8)])
    >>> [float(factor.ratio) for factor in series.factors][-2:]
    [5.66, 8.0]
    """
    finer = [RescaleFactor(1 / times) for times in STEPS[N_FINER_STEPS:0:-1]]
    coarser = [RescaleFactor(times) for times in STEPS]
    n_px = sum(rows * columns for rows, columns in shapes_px)
    shortest_px = min(min(shape) for shape in shapes_px)
    diameter_px = None if measurement is None else measurement.diameter_px
    small_enough = [
        factor for factor in finer if n_px * factor.times**2 <= LARGEST_SWEPT_PX
    ]
    shown = [factor for factor in coarser if shortest_px >= factor.ratio]
    resolved = [
        factor
        for factor in shown
        if factor.ratio == 1
        or diameter_px is None
        or diameter_px / float(factor.ratio) > SMALLEST_DIAMETER_PX
    ]
    notes = []
    if len(small_enough) < len(finer):
        missing = _listed(finer[: len(finer) - len(small_enough)])
        notes.append(
            f"Left out: {missing} finer, more than {LARGEST_SWEPT_PX / 1e6:.0f} million "
            "pixels over all images. Crop the images to look there."
        )
    if len(shown) < len(coarser):
        notes.append(
            f"Left out: {_listed(coarser[len(shown) :])} coarser; the smallest image is "
            f"{shortest_px} px high or wide, so not one whole pixel would be left."
        )
    if len(resolved) < len(shown):
        notes.append(
            f"Left out: {_listed(shown[len(resolved) :])} coarser; the objects would be "
            f"{SMALLEST_DIAMETER_PX:g} px across or less, which no network can outline."
        )
    return FactorSeries((*small_enough, *resolved), tuple(notes))


def factor_of(ratio: float) -> RescaleFactor:
    """Return the factor that the ratio of a result stands for, as exact as it was asked.

    Examples
    --------
    >>> factor_of(float(Fraction(100, 141))) == RescaleFactor.finer(1.41)
    True
    """
    return RescaleFactor(Fraction(ratio).limit_denominator(LARGEST_DENOMINATOR))


def default_factors(
    measurement: Measurement, shape: tuple[int, int]
) -> tuple[RescaleFactor, ...]:
    """Return the factors of `factor_series` for one image."""
    return factor_series(measurement, [shape]).factors


def _listed(factors: Sequence[RescaleFactor]) -> str:
    return ", ".join(f"{float(factor.times):g}x" for factor in factors)
