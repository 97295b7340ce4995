"""What the user has decided about the sweep and the advice drawn from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SweepChoices:
    """Choices of the sweep page; the defaults are what it starts with."""

    tolerance_percent: float = 5.0
    """How much of the best score may be given up for coarser pixels."""
