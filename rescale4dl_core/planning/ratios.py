"""Which pixel sizes are worth a try, as ratios to the sample's own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rescale4dl_core.planning.gain import Route

if TYPE_CHECKING:
    from collections.abc import Sequence

HALF_OCTAVES = (
    *(0.125, 0.177, 0.25, 0.354, 0.5, 0.707),
    *(1.0, 1.41, 2.0, 2.83, 4.0, 5.66, 8.0, 11.3, 16.0),
)
"""Steps of sqrt 2 from 8x finer to 16x coarser, as a person would type them."""

BINNINGS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0)
"""A camera bins by whole numbers."""


def ratios_to_try(
    route: Route, recommended: float, wanted: float | None = None
) -> tuple[float, ...]:
    """Return the ratios to choose from, ascending.

    Parameters
    ----------
    route : Route
        Binning goes by whole numbers from 1; a magnification by any ratio.
    recommended, wanted : float
        They are among them where the route can reach them.

    Examples
    --------
    >>> ratios_to_try(Route.BINNING, recommended=3.5)
    (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0)
    """
    if route is Route.BINNING:
        return BINNINGS
    others = {recommended} if wanted is None else {recommended, wanted}
    return tuple(sorted({*HALF_OCTAVES, *others}))


def nearest_ratio(ratios: Sequence[float], wanted: float) -> float:
    """Return the one of `ratios` nearest to `wanted` on a log axis.

    Examples
    --------
    >>> nearest_ratio((1.0, 2.0, 4.0), wanted=2.9)
    4.0
    """
    return min(ratios, key=lambda ratio: abs(math.log(ratio / wanted)))


def nearest_binning(ratio: float) -> int:
    """Return the whole binning nearest to `ratio`, 2 at least.

    Examples
    --------
    >>> nearest_binning(3.55), nearest_binning(1.2)
    (4, 2)
    """
    return max(2, round(ratio))


def ratios_to_compare(recommended: float) -> tuple[float, ...]:
    """Return what is worth seeing side by side: finer, as taken, recommended, too coarse.

    Examples
    --------
    >>> ratios_to_compare(3.5), ratios_to_compare(1.0)
    ((0.5, 1.0, 3.5, 7.0), (0.5, 1.0, 2.0))
    """
    return tuple(sorted({0.5, 1.0, recommended, 2 * recommended}))
