"""Diameters that the user draws on the image, two clicks each."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rescale4dl_core.errors import QuantityError


@dataclass(frozen=True, slots=True)
class DrawnDiameter:
    """A straight line across one object, end points in px (row, column)."""

    start_row_px: float
    start_column_px: float
    end_row_px: float
    end_column_px: float

    def __post_init__(self) -> None:
        if not self.length_px > 0:
            raise QuantityError(
                "The two clicks of a diameter fell on the same pixel. Click on one edge "
                "of the object, then on the opposite edge."
            )

    @property
    def length_px(self) -> float:
        """Length of the line in px."""
        return math.hypot(
            self.end_row_px - self.start_row_px,
            self.end_column_px - self.start_column_px,
        )
