"""What objects look like to a network: size, shape, contrast, crowding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.images import Image
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.measurement import Measurement

NEAR = 0.1
"""Neighbours nearer than this share of a diameter have to be told apart."""

LOW_PERCENTILE, HIGH_PERCENTILE = 1.0, 99.8
"""The range of intensities that networks see as 0 to 1."""


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """Objects of one sample or test set, as far as they make it easy or hard."""

    diameter_px: float
    """Mean diameter (Eq. 2) on the grid of the images."""

    elongation: float
    """Circle of the same area over width: about 1 for round objects."""

    contrast: float
    """Mean intensity inside minus that around, over the range from the 1st to the 99.8th
    percentile: positive for bright objects, at most 1."""

    crowding_percent: float
    """Objects whose nearest neighbour is nearer than a tenth of a diameter."""


def facts_of_objects(
    images: Sequence[tuple[Image, Labels]], measurement: Measurement
) -> ObjectFacts | None:
    """Return the facts of objects that have outlines, None where no image has any.

    Parameters
    ----------
    images : sequence of (Image, Labels)
        Images with the outlines in use, of one pixel grid.
    measurement : Measurement
        Of the same objects.
    """
    looked_at = [_look(image, labels, measurement.diameter_px) for image, labels in images]
    found = [look for look in looked_at if look is not None]
    if not found:
        return None
    contrasts, shares = zip(*found, strict=True)
    return ObjectFacts(
        diameter_px=measurement.diameter_px,
        elongation=_elongation(measurement),
        contrast=float(np.mean(contrasts)),
        crowding_percent=100 * float(np.mean(shares)),
    )


def _elongation(measurement: Measurement) -> float:
    from rescale4dl_core.measuring.measurement import Estimator

    other_px = measurement.other_diameter_px
    if other_px is None:
        return 1.0
    by_width = measurement.estimator is Estimator.SKELETON
    ratio = other_px / measurement.diameter_px
    return ratio if by_width else 1 / ratio


def _look(image: Image, labels: Labels, diameter_px: float) -> tuple[float, float] | None:
    from scipy.ndimage import distance_transform_edt

    inside = labels.pixels > 0
    if not inside.any() or inside.all():
        return None
    gray = image.intensity
    low, high = np.percentile(gray, [LOW_PERCENTILE, HIGH_PERCENTILE])
    distance_px, nearest = distance_transform_edt(~inside, return_indices=True)
    around = ~inside & (distance_px <= max(2.0, diameter_px / 2))
    step = float(gray[inside].mean() - gray[around].mean())
    contrast = step / float(high - low) if high > low else 0.0
    grown = labels.pixels[tuple(nearest)]
    grown = np.where(distance_px <= 0.5 + NEAR * diameter_px / 2, grown, 0)
    n_objects = len(np.unique(labels.pixels[inside]))
    return float(np.clip(contrast, -1, 1)), _share_touching(grown, n_objects)


def _share_touching(labels: NDArray[np.int32], n_objects: int) -> float:
    touching: set[int] = set()
    for before, after in (
        (labels[:, :-1], labels[:, 1:]),
        (labels[:-1], labels[1:]),
    ):
        meet = (before != after) & (before > 0) & (after > 0)
        touching.update(np.unique(before[meet]).tolist())
        touching.update(np.unique(after[meet]).tolist())
    return len(touching) / n_objects
