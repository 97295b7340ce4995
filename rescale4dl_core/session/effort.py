"""What the recommended pixel size means for an experiment: fields and hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.effort import Effort, effort_for
from rescale4dl_core.planning.power import objects_for_difference, smallest_error_percent
from rescale4dl_core.session.acquisition import acquisition_of
from rescale4dl_core.study.size_error import size_error

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.session.model import Choices, Session
    from rescale4dl_core.study.results import Sweep

N_CONDITIONS = 2


@dataclass(frozen=True, slots=True)
class AddedError:
    """What measuring at the recommended pixel size adds to a diameter."""

    percent: float
    source: str
    """In words, for the sentence."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two conditions, to be told apart by the mean size of their objects."""

    difference_percent: float
    power_percent: float
    spread_percent: float
    """Standard deviation of the diameters of the sample, of their mean."""

    error: AddedError
    n_each: int
    """Objects to be found in each condition."""

    effort: Effort
    """For both conditions together."""


def effort_to_find(advice: Recommendation, choices: Choices, n_found: int) -> Effort:
    """Return fields and hours until `n_found` objects are found in each well.

    Where the share that the network finds is not known, all count as found.

    Raises
    ------
    QuantityError
        If nothing is found at this pixel size, or a choice makes no sense.
    """
    recall = 1.0 if advice.expected_recall is None else advice.expected_recall
    acquisition = acquisition_of(advice.measurement, choices)
    return effort_for(acquisition, advice.ratio or 1.0, n_found=n_found, recall=recall)


def comparison_of(
    advice: Recommendation,
    choices: Choices,
    error: AddedError,
    *,
    difference_percent: float,
    power_percent: float,
) -> Comparison:
    """Return what it takes to detect a difference in mean size of two conditions.

    Raises
    ------
    QuantityError
        If the question makes no sense, or the sample shows no spread of sizes.
    """
    diameters_px = advice.measurement.diameters_px
    if len(np.unique(diameters_px)) < 2:
        raise QuantityError(
            f"The sample shows no spread of sizes ({len(diameters_px)} measured), so no "
            "number of objects can be told. Measure more of them."
        )
    spread_percent = 100 * float(np.std(diameters_px) / np.mean(diameters_px))
    n_each = objects_for_difference(
        difference_percent,
        spread_percent=spread_percent,
        error_percent=error.percent,
        power=power_percent / 100,
    )
    return Comparison(
        difference_percent=difference_percent,
        power_percent=power_percent,
        spread_percent=spread_percent,
        error=error,
        n_each=n_each,
        effort=effort_to_find(advice, replace(choices, n_wells=N_CONDITIONS), n_each),
    )


def added_error(
    advice: Recommendation, session: Session, sweep: Sweep | None
) -> AddedError:
    """Return the error of a diameter at the recommended pixel size.

    Measured against the mask where the network was swept on it; else the least there can
    be, that of counting pixels within perfect outlines.
    """
    ratio = advice.ratio or 1.0
    scale = next(
        (one for one in (sweep.scales if sweep else ()) if one.ratio == ratio), None
    )
    if scale is not None:
        pairs = [
            (entry.sample.labels, found)
            for entry, found in zip(session.entries, scale.labels, strict=True)
            if entry.sample.labels is not None
        ]
        measured = size_error(pairs, ratio)
        if measured is not None:
            return AddedError(
                measured.scatter_percent,
                f"measured on {measured.n_objects} objects with a mask",
            )
    diameter_px = advice.measurement.diameter_px / ratio
    return AddedError(
        smallest_error_percent(diameter_px),
        "the least there can be, from counting pixels within perfect outlines",
    )
