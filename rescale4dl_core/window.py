"""Which coverage suits a network: a window with its source (one per network, not a law)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.quantities import require_positive

SMALLEST_DIAMETER_PX = 6.0
"""Objects under 6 px dissolve, whatever the network (Ferreira et al. 2025)."""

DEFAULT_TOLERANCE_PERCENT = 5.0
"""What the published trade-off gives up of the best score for coarser pixels."""

STRIDES_PER_OBJECT = 5.0
"""An object spans 5 steps of the output grid or more (StarDist FAQ)."""


@dataclass(frozen=True, slots=True)
class Window:
    """The coverages, in percent, at which a network finds objects well."""

    low_percent: float
    high_percent: float
    source: str

    def __post_init__(self) -> None:
        require_positive("The lower edge of the window (%)", self.low_percent)
        require_positive("The upper edge of the window (%)", self.high_percent)
        if not self.low_percent < self.high_percent:
            raise QuantityError(
                f"The window runs from {self.low_percent:g} to {self.high_percent:g} %; "
                "the first number must be the smaller one. Exchange or correct them."
            )

    @property
    def target_percent(self) -> float:
        """The middle of the window on a log axis."""
        return math.sqrt(self.low_percent * self.high_percent)

    @property
    def diameter_min_px(self) -> float:
        """Smallest diameter inside the window."""
        return 100.0 / self.high_percent

    @property
    def diameter_max_px(self) -> float:
        """Largest diameter inside the window."""
        return 100.0 / self.low_percent

    @property
    def target_px(self) -> float:
        """Diameter at the target."""
        return 100.0 / self.target_percent

    @property
    def span(self) -> float:
        """Largest over smallest diameter inside the window."""
        return self.high_percent / self.low_percent

    def contains(self, coverage_percent: float) -> bool:
        """Whether a coverage lies inside, the edges included."""
        return self.low_percent <= coverage_percent <= self.high_percent


PUBLISHED_WINDOW = Window(
    4.0, 16.0, "Ferreira et al. 2025: U-Net with 2 poolings, receptive field 50 px"
)

FAITHFUL_SIZES = Window(
    0.75, 6.0, "Ferreira et al. 2025: diameters stay faithful, they diverge past 11 %"
)


def window_for_receptive_field(receptive_field_px: float, output_stride: int = 1) -> Window:
    """Return the window of a network by its receptive field.

    The widest object is half the receptive field (wider ones break up); the smallest is
    6 px, or 5 steps of the output grid where that is more.

    Parameters
    ----------
    receptive_field_px : float
        Side of the receptive field; the effective one where the theoretical is global.
    output_stride : int
        Input pixels per output pixel; 2 for StarDist with grid 2.

    Raises
    ------
    QuantityError
        If a number is not positive, or no object would fit in the receptive field.

    Examples
    --------
    >>> window = window_for_receptive_field(98)
    >>> round(window.low_percent, 1), round(window.high_percent, 1)
    (2.0, 16.7)
    """
    require_positive("The receptive field (px)", receptive_field_px)
    require_positive("The output stride (px)", output_stride)
    smallest_px = max(SMALLEST_DIAMETER_PX, STRIDES_PER_OBJECT * output_stride)
    widest_px = receptive_field_px / 2
    if not smallest_px < widest_px:
        raise QuantityError(
            f"A receptive field of {receptive_field_px:g} px holds objects up to "
            f"{widest_px:g} px, and with an output stride of {output_stride} they have to "
            f"be {smallest_px:g} px or more, so no object suits this network. Choose one "
            "that sees further."
        )
    return Window(
        100.0 / widest_px,
        100.0 / smallest_px,
        f"receptive field {receptive_field_px:g} px, output stride {output_stride} "
        "(Ferreira et al. 2025; StarDist FAQ)",
    )
