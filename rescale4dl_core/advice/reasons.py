"""One statement of the advisor: a plain sentence, its number and its source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PAPER = "Ferreira et al. 2025"
MEASURED = "measured on your images"
OPTICS = "Nyquist after SVI, svi.nl"


class Certainty(StrEnum):
    """How sure a recommendation is."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A number that a reason rests on."""

    source: str
    statement: str
    value: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the advisor says what it says."""

    sentence: str
    source: str
    value: float | None = None
    """The number that the sentence is about, in the unit that it is written in."""

    @property
    def text(self) -> str:
        """The sentence with its source behind it."""
        return f"{self.sentence} [{self.source}]"

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The number with its source, nothing where the sentence has none."""
        if self.value is None:
            return ()
        return (Evidence(self.source, self.sentence, self.value),)


@dataclass(frozen=True, slots=True)
class Caution:
    """What the user has to know before relying on the answer."""

    sentence: str
    source: str
    doubt: str = ""
    """In a few words, what makes the answer less sure; empty where nothing does."""

    lowers_to: Certainty = Certainty.HIGH

    @property
    def text(self) -> str:
        """The sentence with its source behind it."""
        return f"{self.sentence} [{self.source}]"
