"""What it takes to get enough found objects: fields, hours, and what a miss costs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.what_if import what_if

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
