"""What the user has decided about the sweep and the advice drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

from rescale4dl_core.errors import QuantityError

LARGEST_TOLERANCE_PERCENT = 50.0
LARGEST_RATIO = 1000.0


@dataclass(frozen=True, slots=True)
class SweepChoices:
    """Choices of the sweep page; the defaults are what it starts with."""

    tolerance_percent: float = 5.0
    """How much of the best score may be given up for coarser pixels."""

    ratios: tuple[float, ...] = ()
    """New / old pixel sizes to try; none: the default series."""

    stability: bool | None = None
    """Whether perturbed versions are run too; None: where no image has a mask."""

    difference_percent: float = 5.0
    """Difference in mean size between two conditions, to be detected."""

    power_percent: float = 80.0
    """Chance to detect it."""

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance_percent <= LARGEST_TOLERANCE_PERCENT:
            raise QuantityError(
                "The tolerance (%) must lie between 0 and "
                f"{LARGEST_TOLERANCE_PERCENT:g}; got {self.tolerance_percent!r}. Correct "
                "it and try again."
            )
        for name, value, low, high in (
            ("difference in size (%)", self.difference_percent, 0.1, 100),
            ("chance to detect it (%)", self.power_percent, 50, 99.9),
        ):
            if not low <= value <= high:
                raise QuantityError(
                    f"The {name} must lie between {low:g} and {high:g}; got {value!r}. "
                    "Correct it and try again."
                )
        for ratio in self.ratios:
            if not 1 / LARGEST_RATIO <= ratio <= LARGEST_RATIO:
                raise QuantityError(
                    f"A scale of the sweep must lie between 1/{LARGEST_RATIO:g} and "
                    f"{LARGEST_RATIO:g}; got {ratio!r}. Correct it and try again."
                )
