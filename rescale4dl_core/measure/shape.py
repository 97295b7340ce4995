"""Which diameter describes the objects of a data set: decided once, by their shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.measure.estimator import Estimator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.measure.objects import ObjectTable

ELONGATED_FROM = 1.9
"""Objects of this median elongation or more are measured by their width."""

BENT_BELOW = 0.85
"""Objects of a lower median solidity are curved or branched: measured by their width."""


@dataclass(frozen=True, slots=True)
class EstimatorChoice:
    """The estimator for a data set, with the numbers that decided it."""

    estimator: Estimator
    reason: str
    median_elongation: float
    median_solidity: float


def choose_estimator(tables: Sequence[ObjectTable]) -> EstimatorChoice:
    """Choose the diameter by the median shape of all objects that are not cut.

    Never object by object: a data set has one diameter. The bounds and what they are based
    on: docs/decisions/0001-diameter-estimator.md.

    Raises
    ------
    LabelImageError
        If no image has an object that lies inside it.
    """
    inside = [table.inside for table in tables]
    if not any(map(len, inside)):
        raise LabelImageError(_why_nothing_can_be_measured(tables))
    elongation = float(np.median(np.concatenate([table.elongation for table in inside])))
    solidity = float(np.median(np.concatenate([table.solidity for table in inside])))
    if elongation >= ELONGATED_FROM:
        estimator = Estimator.SKELETON
        reason = (
            f"The objects are elongated (median elongation {elongation:.2f}, "
            f"{ELONGATED_FROM:g} or more), so their diameter is their width: twice the "
            "distance to the edge along the skeleton."
        )
    elif solidity < BENT_BELOW:
        estimator = Estimator.SKELETON
        reason = (
            f"The objects are curved or branched (median solidity {solidity:.2f}, below "
            f"{BENT_BELOW:g}), so their diameter is their width: twice the distance to "
            "the edge along the skeleton."
        )
    else:
        estimator = Estimator.EQUIVALENT_CIRCLE
        reason = (
            f"The objects are compact (median elongation {elongation:.2f}, below "
            f"{ELONGATED_FROM:g}; median solidity {solidity:.2f}, {BENT_BELOW:g} or more), "
            "so their diameter is that of the circle of the same area (Eq. 1)."
        )
    return EstimatorChoice(estimator, reason, elongation, solidity)


def _why_nothing_can_be_measured(tables: Sequence[ObjectTable]) -> str:
    if n_border := sum(map(len, tables)):
        return (
            f"Every object ({n_border} in all) is cut by the border of its image, so none "
            "can be measured. Use a larger field of view, or draw diameters by hand."
        )
    return (
        f"No object was found in the label images ({len(tables)} in all), so there is "
        "nothing to measure. Label some objects, or choose other images."
    )
