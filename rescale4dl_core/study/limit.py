"""What coarser pixels alone cost, without a mask: the round trip of what was found."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.evaluate.original_grid import on_original_grid
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescale.series import rescale_labels
from rescale4dl_core.study.scoring import mean_of_means, object_ious

if TYPE_CHECKING:
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.study.results import Sweep


def limits_of(sweep: Sweep) -> dict[float, float]:
    """Return the geometric limit for each ratio at which something stable was found.

    A network may outline small objects as steadily as large ones, and still the outlines
    lose detail on coarse pixels. That loss is geometry, so it can be had without a mask:
    take the outlines found at the scale nearest to the sample, bring them to the coarser
    grid and back, and see how much of each is left.
    """
    stable = [scale for scale in sweep.scales if scale.stability is not None]
    if not stable:
        return {}
    nearest = min(stable, key=lambda scale: abs(math.log(scale.ratio)))
    outlines = [_on_sample(labels, nearest.ratio) for labels in nearest.labels]
    return {scale.ratio: round_trip_limit(outlines, scale.ratio) for scale in stable}


def round_trip_limit(outlines: list[Labels], ratio: float) -> float:
    """Return the mean IoU of outlines with themselves after a round trip by `ratio`.

    Finer pixels lose nothing: 1. So does an image without an object.
    """
    if ratio <= 1 or not outlines:
        return 1.0
    factor = RescaleFactor.of(ratio)
    kept = []
    for labels in outlines:
        grids = on_original_grid(labels, rescale_labels(labels, factor), factor)
        values = np.unique(labels.pixels[labels.pixels > 0])
        kept.append(object_ious(values, grids.truth, grids.round_trip))
    mean = mean_of_means([iou for iou in kept if len(iou)])
    return 1.0 if mean is None else mean


def _on_sample(labels: Labels, ratio: float) -> Labels:
    if ratio == 1:
        return labels
    return rescale_labels(labels, RescaleFactor(1 / RescaleFactor.of(ratio).ratio))
