"""Diameters that the user draws on the image, two clicks each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import LabelImageError, QuantityError
from rescale4dl_core.measuring.mean_diameter import SizedImage, combine
from rescale4dl_core.measuring.measurement import Aggregate, Estimator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.quantities import PixelSize

DRAWN_REASON = (
    "The diameters were drawn by hand and are taken as they are; no shape was measured."
)


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


@dataclass(frozen=True, slots=True)
class DrawnImage:
    """The diameters drawn on one image."""

    name: str
    lines: tuple[DrawnDiameter, ...]
    shape_px: tuple[int, int]
    """Rows and columns of the image."""

    pixel_size: PixelSize | None

    def sized(self) -> SizedImage:
        """Return the lengths as diameters, and the areas of circles of these diameters."""
        lengths_px = np.array([line.length_px for line in self.lines], np.float64)
        return SizedImage(
            name=self.name,
            diameters_px=lengths_px,
            other_diameters_px=np.zeros(0),
            areas_px=np.pi / 4 * lengths_px**2,
            n_border=0,
            image_area_px=float(math.prod(self.shape_px)),
            pixel_size=self.pixel_size,
            is_drawn=True,
        )


def drawn_measurement(
    images: Sequence[DrawnImage], *, aggregate: Aggregate = Aggregate.MEAN
) -> Measurement:
    """Measure a data set by diameters drawn on its images (Eq. 2 over the images).

    Raises
    ------
    LabelImageError
        If no diameter has been drawn.
    QuantityError
        If the pixel size of some images is known and that of others is not.
    """
    if not any(image.lines for image in images):
        raise LabelImageError(
            "No diameter has been drawn yet. Click on the two opposite edges of a few "
            "typical objects."
        )
    return combine(
        [image.sized() for image in images],
        estimator=Estimator.EQUIVALENT_CIRCLE,
        reason=DRAWN_REASON,
        chosen_by_user=False,
        aggregate=aggregate,
    )
