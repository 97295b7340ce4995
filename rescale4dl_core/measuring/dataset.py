"""One measurement over several images, by the diameter that their objects ask for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.measuring.drawn import DRAWN_REASON, DrawnImage
from rescale4dl_core.measuring.mean_diameter import SizedImage, combine
from rescale4dl_core.measuring.measurement import (
    Aggregate,
    Estimator,
    Measurement,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.measuring.objects import ObjectTable
    from rescale4dl_core.quantities import PixelSize


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


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredImage:
    """The objects of one image, with what is needed to compare them with others."""

    name: str
    objects: ObjectTable
    shape_px: tuple[int, int]
    """Rows and columns of the image."""

    pixel_size: PixelSize | None

    def sized(self, estimator: Estimator) -> SizedImage:
        """Return the sizes of the objects inside, by `estimator`."""
        inside = self.objects.inside
        circle_px, width_px = inside.equivalent_diameter_px, inside.skeleton_diameter_px
        by_circle = estimator is Estimator.EQUIVALENT_CIRCLE
        return SizedImage(
            name=self.name,
            diameters_px=circle_px if by_circle else width_px,
            other_diameters_px=width_px if by_circle else circle_px,
            areas_px=inside.area_px.astype(np.float64),
            n_border=len(self.objects) - len(inside),
            image_area_px=float(math.prod(self.shape_px)),
            pixel_size=self.pixel_size,
        )


def summarise(
    images: Sequence[MeasuredImage | DrawnImage],
    *,
    estimator: Estimator | None = None,
    aggregate: Aggregate = Aggregate.MEAN,
) -> Measurement:
    """Measure the mean diameter of a data set (Eq. 2), its spread and its density.

    Parameters
    ----------
    images : sequence of MeasuredImage or DrawnImage
        All images of the sample; the first one's pixel grid is that of the result.
    estimator : Estimator or None
        None chooses by the shape of the objects; see `choose_estimator`.
    aggregate : Aggregate
        How the diameters within one image are put together.

    Raises
    ------
    LabelImageError
        If no image has an object that lies wholly inside it.
    QuantityError
        If the pixel size of some images is known and that of others is not.
    """
    tables = [image.objects for image in images if isinstance(image, MeasuredImage)]
    drawn = [image for image in images if isinstance(image, DrawnImage)]
    if drawn and not any(len(table.inside) for table in tables):
        used, reason, by_user = Estimator.EQUIVALENT_CIRCLE, DRAWN_REASON, False
    else:
        choice = choose_estimator(tables)
        used, reason, by_user = choice.estimator, choice.reason, estimator is not None
        if estimator is not None:
            used, reason = estimator, f"Chosen by you: {estimator.words}. {choice.reason}"
    sized = [
        image.sized() if isinstance(image, DrawnImage) else image.sized(used)
        for image in images
    ]
    return combine(
        sized, estimator=used, reason=reason, chosen_by_user=by_user, aggregate=aggregate
    )
