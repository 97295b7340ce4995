"""How alike the objects of a sample are to those of a test set of the atlas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rescale4dl_core.advice.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.study.atlas import AtlasCurve
    from rescale4dl_core.study.object_facts import ObjectFacts

CONTRAST_STEP = 0.35
"""Contrast runs from -1 to 1; a third of a unit apart looks different."""

ELONGATION_STEP = math.log(1.5)
CROWDING_STEP_PERCENT = 40.0

UNLIKE_FROM = 2.0
"""Steps apart from which the scores of the test set say nothing of the sample."""


class Alike(StrEnum):
    """How much the scores on a test set say about a sample."""

    YES = "much alike"
    PARTLY = "partly alike"
    NO = "not alike"
    UNKNOWN = "not compared"
    """No outlines to compare: diameters drawn by hand."""


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """One test set beside the sample."""

    curve: AtlasCurve
    alike: Alike
    steps: float
    """The largest of the differences in contrast, shape and crowding, in steps."""

    sentence: str


def most_alike(curves: Sequence[AtlasCurve], facts: ObjectFacts | None) -> Likeness | None:
    """Return the test set whose objects are most like those of the sample.

    Without facts it is the first one, of the kind that the network was made for. None
    where there is no curve.
    """
    if not curves:
        return None
    if facts is None:
        return Likeness(
            curves[0],
            Alike.UNKNOWN,
            0.0,
            "How alike your objects are could not be seen: they have no outlines.",
        )
    return min((_likeness(curve, facts) for curve in curves), key=lambda one: one.steps)


def _likeness(curve: AtlasCurve, yours: ObjectFacts) -> Likeness:
    theirs = curve.facts
    steps = max(
        abs(yours.contrast - theirs.contrast) / CONTRAST_STEP,
        abs(math.log(yours.elongation / theirs.elongation)) / ELONGATION_STEP,
        abs(yours.crowding_percent - theirs.crowding_percent) / CROWDING_STEP_PERCENT,
    )
    alike = Alike.YES if steps <= 1 else Alike.PARTLY if steps < UNLIKE_FROM else Alike.NO
    return Likeness(
        curve,
        alike,
        steps,
        f"Your objects and those of {curve.data_set} are {alike.value}: "
        f"{number(yours.diameter_px)} and {number(theirs.diameter_px)} px across, "
        f"{_brightness(yours.contrast, theirs.contrast)} (contrast "
        f"{yours.contrast:.2f} and {theirs.contrast:.2f}), elongation "
        f"{number(yours.elongation)} and {number(theirs.elongation)}, "
        f"{yours.crowding_percent:.0f} and {theirs.crowding_percent:.0f} % close to a "
        "neighbour.",
    )


def _brightness(yours: float, theirs: float) -> str:
    first, second = ("brighter" if one >= 0 else "darker" for one in (yours, theirs))
    both = f"both {first}" if first == second else f"{first} and {second}"
    return f"{both} than around"
