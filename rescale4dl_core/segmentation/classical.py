"""Labels without a network: threshold, then a watershed on the distance to the edge."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.labels import Labels
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.segmentation.foreground import foreground_of
from rescale4dl_core.segmentation.settings import ClassicalSettings
from rescale4dl_core.segmentation.splitting import label_pieces, split_at_necks
from rescale4dl_core.segmentation.suggestion import suggest_settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.images import Image

__all__ = ["segment_classical", "suggest_settings"]

SOURCE = "threshold and watershed"


def segment_classical(
    image: Image,
    settings: ClassicalSettings | None = None,
    *,
    progress: Progress = silent,
) -> Labels:
    """Find bright (or dark) objects by a threshold and split those that touch.

    RGB images are reduced to their intensity first.

    Raises
    ------
    ImageError
        If all pixels have the same value.
    LabelImageError
        If no object is found.
    """
    settings = ClassicalSettings() if settings is None else settings
    progress(0.0, "looking for the threshold")
    mask = foreground_of(image, settings)
    progress(0.3, "splitting touching objects")
    if settings.split_touching:
        pieces = split_at_necks(mask, settings.split_distance_px, settings.neck_percent)
    else:
        pieces = label_pieces(mask)
    progress(0.8, "dropping small objects")
    labels = _without_small(pieces, math.pi / 4 * settings.smallest_diameter_px**2)
    if not labels.any():
        polarity, other = (
            ("brighter", "dark") if settings.objects_are_bright else ("darker", "bright")
        )
        raise LabelImageError(
            f"{image.name}: no object {polarity} than the threshold "
            f"({settings.threshold.value}) and at least {settings.smallest_diameter_px:g} "
            f"px across was found. Choose another threshold, a smaller smallest diameter, "
            f"or look for {other} objects."
        )
    progress(1.0, "done")
    return Labels.parse(labels, source=SOURCE)


def _without_small(labels: NDArray[np.int32], smallest_px: float) -> NDArray[np.int32]:
    """Drop labels of less than `smallest_px` pixels and number the others from 1."""
    area_px = np.bincount(labels.ravel())
    kept = area_px >= smallest_px
    kept[0] = False
    number = np.where(kept, np.cumsum(kept), 0).astype(np.int32)
    renumbered: NDArray[np.int32] = number[labels]
    return renumbered
