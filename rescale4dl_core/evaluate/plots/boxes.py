"""The five numbers of a box, computed here so that boxes stand at their true abscissa."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

WHISKER_IQR = 1.5


@dataclass(frozen=True, slots=True)
class Box:
    """Quartiles, and whiskers to the last value within 1.5 interquartile ranges."""

    low: float
    quartile_1: float
    median: float
    quartile_3: float
    high: float
    n: int


def box_of(values: Sequence[float]) -> Box | None:
    """Return the box of the values that are numbers, None if there is none.

    Examples
    --------
    >>> box_of([1, 2, 3, 4, 100])
    Box(low=1.0, quartile_1=2.0, median=3.0, quartile_3=4.0, high=4.0, n=5)
    """
    known = np.array([value for value in values if not np.isnan(value)], np.float64)
    if not len(known):
        return None
    quartile_1, median, quartile_3 = np.percentile(known, [25, 50, 75])
    reach = WHISKER_IQR * (quartile_3 - quartile_1)
    within = known[(known >= quartile_1 - reach) & (known <= quartile_3 + reach)]
    return Box(
        low=float(within.min(initial=quartile_1)),
        quartile_1=float(quartile_1),
        median=float(median),
        quartile_3=float(quartile_3),
        high=float(within.max(initial=quartile_3)),
        n=len(known),
    )
