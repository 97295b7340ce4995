"""Take out of a StarDist's distances by how much they are short on unseen images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from rescale4dl_core.inference.spec import Thresholds
from rescale4dl_core.training.networks import DISTANCE_UNIT_PX, StarDist, UNet
from rescale4dl_core.training.recipe import Precision
from rescale4dl_core.training.validation import predict_maps, score_by, scores_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.training.pairs import Prepared
    from rescale4dl_core.training.recipe import Recipe

OFFSETS_PX = (0.0, 0.25, 0.5, 0.75, 1.0)


def calibrate(
    network: UNet | StarDist, images: Sequence[Prepared], recipe: Recipe
) -> float:
    """Add the constant to all distances that suits the validation images best.

    A ray is learnt as a median over all that the object may be, and a star drawn from
    medians is smaller than the object: nuclei came out at .94 of their area. The constant
    goes into the bias of the last layer: every program that runs the network has it.

    Returns
    -------
    float
        The constant in px, 0 for a U-Net; of two that score alike the smaller.
    """
    if not isinstance(network, StarDist):
        return 0.0
    maps = [predict_maps(network, one, recipe, Precision.FP32) for one in images]

    def score(offset_px: float) -> float:
        longer = [(first, distances + offset_px) for first, distances in maps]
        scores = scores_at(Thresholds(), longer, images, recipe)
        return score_by(scores, recipe.validation.best_by)

    best_px = max(OFFSETS_PX, key=score)
    with torch.no_grad():
        bias = network.distances.bias
        if bias is not None:
            bias += best_px / DISTANCE_UNIT_PX
    return best_px
