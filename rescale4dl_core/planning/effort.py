"""How many objects are enough, and the fields and hours that it takes to find them.

A difference in mean size is told by a two-sample t-test, two-sided, with as many objects in
each condition (Cohen 1988, chapter 2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.what_if import what_if
from rescale4dl_core.quantities import require_positive

if TYPE_CHECKING:
    from rescale4dl_core.planning.what_if import Acquisition


@dataclass(frozen=True, slots=True)
class Effort:
    """An acquisition that ends when enough objects are found, not merely imaged."""

    recall: float
    """Share of the true objects that the network finds at this pixel size."""

    found_per_hour: float
    """Effective throughput: objects per hour x recall."""

    n_objects_imaged: int
    """In each well, so that enough of them are found."""

    n_fields: int
    """In all wells."""

    hours: float
    is_best_case: bool
    """Whether it rests on objects that touch everywhere, for want of a density."""


def effort_for(
    acquisition: Acquisition, ratio: float, *, n_found: int, recall: float
) -> Effort:
    """Return what it takes to find `n_found` objects in each well.

    Parameters
    ----------
    acquisition : Acquisition
        Sample, camera and timing; its own number of objects wanted does not count.
    ratio : float
        New / old pixel size, by another magnification.
    n_found : int
        Objects to find in each well.
    recall : float
        Share of the true objects that is found, above 0 and up to 1.

    Raises
    ------
    QuantityError
        If the recall or the number is out of range.

    Examples
    --------
    >>> from rescale4dl_core.planning.timing import FieldTiming
    >>> from rescale4dl_core.planning.what_if import Acquisition
    >>> sample = Acquisition(20, 300, FieldTiming(), (1000, 1000), density_per_px=1e-4)
    >>> effort_for(sample, 1.0, n_found=1000, recall=0.8).n_fields
    13
    """
    if not 0 < recall <= 1:
        raise QuantityError(
            f"The share of objects that is found must be above 0 and at most 1; got "
            f"{recall!r}. At a pixel size where nothing is found there is no plan."
        )
    if n_found < 1:
        raise QuantityError(f"Ask for 1 object or more; got {n_found!r}.")
    imaged = math.ceil(n_found / recall)
    planned = what_if(replace(acquisition, n_objects_wanted=imaged), ratio)
    per_hour = (
        planned.objects_per_hour_ceiling
        if planned.objects_per_hour is None
        else planned.objects_per_hour
    )
    return Effort(
        recall=recall,
        found_per_hour=recall * per_hour,
        n_objects_imaged=imaged,
        n_fields=planned.n_fields,
        hours=planned.hours,
        is_best_case=planned.is_best_case,
    )


MOST_OBJECTS = 100_000_000
"""A difference that needs more than this is out of reach of any microscope."""

CIRCLE_DEVIATION = 0.676497
"""Standard deviation of the pixel count of a disc thrown on the grid, over the square root
of its radius in px (Kendall 1948, Quarterly Journal of Mathematics 19, 1-26); its square is
the sum of 1 / |k|^3 over the grid without its origin, over 2 pi^2."""


def power_of(n_each: int, effect: float, *, alpha: float = 0.05) -> float:
    """Return the chance that a true difference comes out significant.

    The statistic follows the noncentral t distribution with 2 n - 2 degrees of freedom and
    noncentrality effect x sqrt(n / 2).

    Parameters
    ----------
    n_each : int
        Objects in each condition, 2 or more.
    effect : float
        Difference of the means / standard deviation within a condition.
    alpha : float
        Accepted chance of a false alarm.

    Examples
    --------
    >>> round(power_of(64, 0.5), 3)
    0.801
    """
    from scipy.special import stdtrit

    freedom = 2 * n_each - 2
    shift = abs(effect) * math.sqrt(n_each / 2)
    limit = float(stdtrit(freedom, 1 - alpha / 2))
    above = 1 - _chance_below(limit, freedom, shift)
    below = _chance_below(-limit, freedom, shift)
    return above + below


def _chance_below(limit: float, freedom: int, shift: float) -> float:
    """Return the noncentral t distribution at `limit`; SciPy's NaN far below it is 0."""
    from scipy.special import nctdtr

    chance = float(nctdtr(freedom, shift, limit))
    return 0.0 if math.isnan(chance) and limit < shift else chance


def objects_for_difference(
    difference_percent: float,
    *,
    spread_percent: float,
    error_percent: float = 0.0,
    power: float = 0.8,
    alpha: float = 0.05,
) -> int:
    """Return how many objects each condition needs to show a difference in mean size.

    Parameters
    ----------
    difference_percent : float
        Difference of the mean diameters to be detected, of the mean diameter.
    spread_percent : float
        Standard deviation of the true diameters, of the mean diameter.
    error_percent : float
        Standard deviation that measuring adds to each diameter, of the mean diameter; it
        is independent of the size, so the squares add up.
    power : float
        Chance to detect the difference, above `alpha` and below 1.
    alpha : float
        Accepted chance of a false alarm.

    Raises
    ------
    QuantityError
        If a number makes no sense, or more objects are needed than anyone can image.

    Examples
    --------
    >>> objects_for_difference(5, spread_percent=10), objects_for_difference(
    ...     5, spread_percent=10, error_percent=10
    ... )
    (64, 127)
    """
    require_positive("The difference to detect (%)", difference_percent)
    require_positive("The spread of the diameters (%)", spread_percent)
    if not (math.isfinite(error_percent) and error_percent >= 0):
        raise QuantityError(
            f"The error of a measured diameter must be 0 % or more; got {error_percent!r}."
        )
    if not 0 < alpha < power < 1:
        raise QuantityError(
            f"The power must lie above the chance of a false alarm and below 1; got "
            f"{power!r} and {alpha!r}. 0.8 and 0.05 are usual."
        )
    effect = difference_percent / math.hypot(spread_percent, error_percent)
    if power_of(MOST_OBJECTS, effect, alpha=alpha) < power:
        raise QuantityError(
            f"A difference of {difference_percent:g} % needs more than {MOST_OBJECTS:,} "
            "objects in each condition. Ask for a larger difference."
        )
    # The limit depends on n itself, so n is searched: power grows with it.
    too_few, enough = 1, 2
    while power_of(enough, effect, alpha=alpha) < power:
        too_few, enough = enough, min(2 * enough, MOST_OBJECTS)
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if power_of(middle, effect, alpha=alpha) < power:
            too_few = middle
        else:
            enough = middle
    return enough


def smallest_error_percent(diameter_px: float) -> float:
    """Return the error of a diameter from counting pixels alone, in percent of it.

    The outline is perfect, only its place on the grid is chance: the standard deviation of
    the pixel count is 0.676497 sqrt(r), and a diameter errs by half of what its area does
    (Eq. 1). Real outlines err more.

    Raises
    ------
    QuantityError
        If the diameter is not positive.

    Examples
    --------
    >>> round(smallest_error_percent(12.5), 2)
    0.69
    """
    require_positive("The diameter (px)", diameter_px)
    radius_px = diameter_px / 2
    area_error_px = CIRCLE_DEVIATION * math.sqrt(radius_px)
    return 100 * area_error_px / (2 * math.pi * radius_px**2)
