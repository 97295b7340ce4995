"""What the user has decided about the microscope and the plan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanChoices:
    """Choices of the planner pages; the defaults are what they start with."""
