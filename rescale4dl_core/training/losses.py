"""What a training makes small: losses of MONAI for a U-Net, StarDist's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from rescale4dl_core.training.networks import N_CLASSES
from rescale4dl_core.training.recipe import LossKind

if TYPE_CHECKING:
    from collections.abc import Callable

    Loss = Callable[[tuple[torch.Tensor, ...], tuple[torch.Tensor, ...]], torch.Tensor]

DISTANCE_WEIGHT = 0.2
"""Of the distances against the probability: the default of the stardist package."""

BACKGROUND_WEIGHT = 1e-4
"""Keeps distances finite where there is no object: stardist's `train_background_reg`."""

SMALLEST_PROBABILITY = 1e-6


def loss_of(kind: LossKind) -> Loss:
    """Return the function from (outputs, targets) to the loss, a scalar tensor.

    Outputs come before softmax or sigmoid. Targets: class indices (N, 1, rows, columns)
    for a U-Net; object probability (N, 1, ...) and distances (N, rays, ...) for StarDist.
    Dice terms are taken over the whole batch, so that a patch without any object does not
    count as a complete failure (MONAI's Dice of an empty target is 1).
    """
    if kind is LossKind.STARDIST:
        return star_loss
    from monai.losses.dice import DiceCELoss, DiceLoss, GeneralizedDiceLoss

    if kind is LossKind.BCE_DICE:
        dice = DiceLoss(softmax=True, to_onehot_y=True, batch=True)
        return lambda out, target: (
            dice(out[0].float(), target[0]) + _binary_cross_entropy(out[0], target[0])
        )
    chosen = {
        LossKind.DICE: DiceLoss,
        LossKind.DICE_CE: DiceCELoss,
        LossKind.GENERALISED_DICE: GeneralizedDiceLoss,
    }[kind]
    loss = chosen(softmax=True, to_onehot_y=True, batch=True)
    return lambda out, target: loss(out[0].float(), target[0])


def _binary_cross_entropy(logits: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Mean over the classes of the cross entropy of "this class or not"."""
    probability = torch.softmax(logits.float(), dim=1).clamp(
        SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY
    )
    one_hot = functional.one_hot(classes[:, 0].long(), N_CLASSES).movedim(-1, 1).float()
    return functional.binary_cross_entropy(probability, one_hot)


def star_loss(
    outputs: tuple[torch.Tensor, ...], targets: tuple[torch.Tensor, ...]
) -> torch.Tensor:
    """Return the loss of StarDist (Schmidt et al. 2018, Eq. 1, as its package has it).

    Cross entropy of the object probability, and the mean absolute error of the distances
    weighted by the true probability.
    """
    logits, distances = outputs[0].float(), outputs[1].float()
    probability, true_distances = targets
    cross_entropy = functional.binary_cross_entropy_with_logits(logits, probability)
    error = (probability * (distances - true_distances).abs()).mean()
    error = error / (probability.mean() + SMALLEST_PROBABILITY)
    outside = ((probability == 0) * distances.abs()).mean()
    return cross_entropy + DISTANCE_WEIGHT * (error + BACKGROUND_WEIGHT * outside)
