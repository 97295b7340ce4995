"""The mean diameter of a data set (Eq. 2), from the sizes found in each of its images."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import LabelImageError, QuantityError
from rescale4dl_core.measuring.measurement import (
    SAME_SIZE_WITHIN,
    Aggregate,
    Estimator,
    ImageMeasurement,
    Measurement,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.quantities import PixelSize


def dataset_diameter_px(
    diameters_px_by_image: Sequence[NDArray[Any]], aggregate: Aggregate = Aggregate.MEAN
) -> float:
    """Return the mean diameter of a data set (Eq. 2): the mean of the image means.

    Every image with objects weighs the same; the caller reports those without. This is not
    the mean over all objects pooled; see docs/decisions/0002-mean-of-image-means.md.

    Parameters
    ----------
    diameters_px_by_image : sequence of ndarray, each of shape (n_objects_i,)
        Diameters in px, one array per image.
    aggregate : Aggregate
        MEAN as the paper prints it; MEDIAN takes the median of each image instead of its
        mean, as the published code does for round objects.

    Returns
    -------
    float
        Diameter in px.

    Raises
    ------
    LabelImageError
        If no image has an object: Eq. 2 has no value then.

    Examples
    --------
    >>> import numpy as np
    >>> dataset_diameter_px([np.array([10.0]), np.array([20.0, 20.0, 20.0])])
    15.0
    """
    if not diameters_px_by_image:
        raise LabelImageError("No image to measure. Add at least one label image.")
    measured = [image_px for image_px in diameters_px_by_image if len(image_px)]
    if not measured:
        raise LabelImageError(
            "None of the images has an object to measure, so there is no mean diameter. "
            "Label some objects, or choose other images."
        )
    return float(np.mean([image_diameter_px(image_px, aggregate) for image_px in measured]))


def image_diameter_px(diameters_px: NDArray[Any], aggregate: Aggregate) -> float:
    """Return the mean (or median) diameter of one image with at least one object, in px."""
    centre = np.median if aggregate is Aggregate.MEDIAN else np.mean
    return float(centre(diameters_px))


SKELETON_FLOOR_BELOW_PX = 4.0
"""Below this width, twice the distance to the edge is too coarse: its least value is 2."""


@dataclass(frozen=True, slots=True, eq=False)
class SizedImage:
    """The sizes of the objects inside one image, in px of its own grid."""

    name: str
    diameters_px: NDArray[np.float64]
    other_diameters_px: NDArray[np.float64]
    """With the estimator that is not used; empty where diameters were drawn."""

    areas_px: NDArray[np.float64]
    n_border: int
    image_area_px: float
    pixel_size: PixelSize | None
    is_drawn: bool = False
    """Whether the diameters were drawn by hand, for some of the objects only."""

    def on_grid(self, pixel_size: PixelSize) -> SizedImage:
        """Return the same sizes in px of a grid of `pixel_size`."""
        if self.pixel_size is None:
            return self
        length = self.pixel_size.mean_um / pixel_size.mean_um
        return replace(
            self,
            diameters_px=self.diameters_px * length,
            other_diameters_px=self.other_diameters_px * length,
            areas_px=self.areas_px * length**2,
            image_area_px=self.image_area_px * length**2,
        )


def combine(
    images: Sequence[SizedImage],
    *,
    estimator: Estimator,
    reason: str,
    chosen_by_user: bool,
    aggregate: Aggregate,
) -> Measurement:
    """Put the sizes of all images on one grid and take Eq. 2 over them.

    Raises
    ------
    LabelImageError
        If no image has an object inside.
    QuantityError
        If the pixel size of some images is known and that of others is not.
    """
    reference = _reference_pixel_size(images)
    notes = _notes(images, reference)
    if reference is not None:
        images = [image.on_grid(reference) for image in images]
    diameter_px = dataset_diameter_px([image.diameters_px for image in images], aggregate)
    diameters_px = np.concatenate([image.diameters_px for image in images])
    diameters_px.setflags(write=False)
    p05, p95 = np.percentile(diameters_px, [5, 95])
    others = [image.other_diameters_px for image in images if not image.is_drawn]
    areas_px = [np.mean(image.areas_px) for image in images if len(image.areas_px)]
    if estimator is Estimator.SKELETON and diameter_px < SKELETON_FLOOR_BELOW_PX:
        notes.append(
            f"The objects are {diameter_px:.1f} px wide: twice the distance to the edge is "
            "never less than 2 px, so the width of objects below "
            f"{SKELETON_FLOOR_BELOW_PX:g} px is uncertain by up to a pixel."
        )
    return Measurement(
        images=tuple(_image_measurement(image, aggregate) for image in images),
        diameters_px=diameters_px,
        diameter_px=diameter_px,
        diameter_px_p05=float(p05),
        diameter_px_p95=float(p95),
        mean_area_px=float(np.mean(areas_px)),
        density_per_px=_density_per_px(images),
        estimator=estimator,
        estimator_reason=reason,
        estimator_was_chosen_by_user=chosen_by_user,
        other_diameter_px=dataset_diameter_px(others, aggregate)
        if any(map(len, others))
        else None,
        aggregate=aggregate,
        pixel_size=reference,
        notes=tuple(notes),
    )


def _image_measurement(image: SizedImage, aggregate: Aggregate) -> ImageMeasurement:
    n_objects = len(image.diameters_px)
    diameter_px = image_diameter_px(image.diameters_px, aggregate) if n_objects else None
    return ImageMeasurement(image.name, n_objects, image.n_border, diameter_px)


def _density_per_px(images: Sequence[SizedImage]) -> float | None:
    counted = [image for image in images if not image.is_drawn]
    if not counted:
        return None
    n_objects = sum(len(image.diameters_px) + image.n_border / 2 for image in counted)
    return n_objects / sum(image.image_area_px for image in counted)


def _reference_pixel_size(images: Sequence[SizedImage]) -> PixelSize | None:
    unknown = [image.name for image in images if image.pixel_size is None]
    if unknown and len(unknown) < len(images):
        raise QuantityError(
            f"The pixel size of {', '.join(unknown)} is not known, that of the other "
            "images is, so their sizes cannot be put together. Type in the missing pixel "
            "size."
        )
    return images[0].pixel_size


def _notes(images: Sequence[SizedImage], reference: PixelSize | None) -> list[str]:
    notes = []
    if empty := [image.name for image in images if not len(image.diameters_px)]:
        notes.append(
            f"No object inside {', '.join(empty)}: skipped, without weight in the mean "
            "diameter."
        )
    if n_border := sum(image.n_border for image in images):
        objects = "1 object" if n_border == 1 else f"{n_border} objects"
        notes.append(
            f"Left out of the sizes: {objects} cut by the border of the image; each counts "
            "half in the density."
        )
    if drawn := [image for image in images if image.is_drawn and len(image.diameters_px)]:
        notes.append(
            f"Drawn by hand: {sum(len(image.diameters_px) for image in drawn)} diameters "
            f"in {', '.join(image.name for image in drawn)}. They give no density, and "
            "areas are those of circles of these diameters."
        )
    if reference is None:
        return notes
    converted = [
        f"{image.name} ({image.pixel_size.mean_um:.4g} µm)"
        for image in images
        if image.pixel_size is not None
        and not math.isclose(
            image.pixel_size.mean_um, reference.mean_um, rel_tol=SAME_SIZE_WITHIN
        )
    ]
    if converted:
        notes.append(
            f"Converted to the pixel size of {images[0].name} "
            f"({reference.mean_um:.4g} µm): {', '.join(converted)}."
        )
    if not reference.is_square:
        notes.append(
            f"The pixels are not square ({reference.y_um:.4g} x {reference.x_um:.4g} µm): "
            "diameters in µm use the side of the square of the same area."
        )
    return notes
