"""How sure a recommendation is, and what limits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.advice.reasons import Caution, Certainty

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_DOUBT = "nothing that was measured or typed in speaks against it"
"""Where no caution was raised."""

MANY_DOUBTS = 3
"""This many moderate doubts together make a low certainty."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """A level, and the sentence that says why."""

    level: Certainty
    sentence: str


def confidence_from(cautions: Sequence[Caution]) -> Confidence:
    """Return how sure the answer is, given its cautions.

    See docs/decisions/0007-how-sure.md.
    """
    doubts = [caution for caution in cautions if caution.doubt]
    levels = [caution.lowers_to for caution in doubts]
    if Certainty.LOW in levels or len(doubts) >= MANY_DOUBTS:
        level = Certainty.LOW
    else:
        level = Certainty.MODERATE if doubts else Certainty.HIGH
    because = "; ".join(caution.doubt for caution in doubts) or NO_DOUBT
    return Confidence(level, f"{level.value.capitalize()}: {because}.")
