"""The mean diameter of a data set (Eq. 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.measure.estimator import Aggregate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


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
