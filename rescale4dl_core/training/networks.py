"""The architectures and their losses; BatchNorm, so that tiles equal the whole image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

from rescale4dl_core.training.recipe import Architecture, LossKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.training.recipe import Layers

    Loss = Callable[[tuple[torch.Tensor, ...], tuple[torch.Tensor, ...]], torch.Tensor]


N_CLASSES = 3
"""Background, inside, edge."""

STAR_CHANNELS = 128
"""Channels of the layer before the heads of StarDist (Schmidt et al. 2018)."""

DISTANCE_UNIT_PX = 10.0
"""Unit in which StarDist's last layer answers. Distances of tens of px in px would take
weights that are reached only after thousands of steps."""


def _two_convolutions(n_in: int, n_out: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for n in (n_in, n_out):
        layers += [
            nn.Conv2d(n, n_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(n_out),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(*layers)


def _up(n_in: int, n_out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Upsample(scale_factor=2, mode="nearest"),
        nn.Conv2d(n_in, n_out, 3, padding=1),
    )


class Backbone(nn.Module):
    """Encoder and decoder: two convolutions per level, skips, nearest up-sampling."""

    def __init__(self, n_in: int, base_channels: int, poolings: int) -> None:
        super().__init__()
        widths = [base_channels * 2**level for level in range(poolings + 1)]
        self.down = nn.ModuleList(
            _two_convolutions(a, b) for a, b in zip([n_in, *widths], widths, strict=False)
        )
        finer = list(zip(widths[:0:-1], widths[-2::-1], strict=True))
        self.up = nn.ModuleList(_up(coarse, fine) for coarse, fine in finer)
        self.merge = nn.ModuleList(
            _two_convolutions(2 * fine, fine) for _coarse, fine in finer
        )
        self.pool = nn.MaxPool2d(2)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Return features on the grid of the input, `base_channels` of them."""
        skips = []
        features = image
        for level, block in enumerate(self.down):
            features = block(self.pool(features) if level else features)
            skips.append(features)
        for up, merge, skip in zip(self.up, self.merge, reversed(skips[:-1]), strict=True):
            features = merge(torch.cat((up(features), skip), dim=1))
        return features


class UNet(nn.Module):
    """U-Net with three classes, of the receptive field used by Ferreira et al. 2025."""

    def __init__(self, layers: Layers) -> None:
        super().__init__()
        base = layers.base_channels
        self.backbone = Backbone(layers.input_channels, base, layers.poolings)
        self.head = nn.Sequential(
            nn.Conv2d(base, base, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(base, N_CLASSES, 1),
        )

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor]:
        """Return the classes before softmax, shape (N, 3, rows, columns)."""
        return (self.head(self.backbone(image)),)


class StarDist(nn.Module):
    """StarDist 2D (Schmidt et al. 2018): object probability and distances along rays."""

    def __init__(self, layers: Layers) -> None:
        super().__init__()
        base = layers.base_channels
        to_grid: list[nn.Module] = []
        n_in, stride = layers.input_channels, 1
        while stride < layers.grid:
            to_grid += [_two_convolutions(n_in, base), nn.MaxPool2d(2)]
            n_in, stride = base, 2 * stride
        self.to_grid = nn.Sequential(*to_grid)
        self.backbone = Backbone(n_in, base, layers.poolings)
        self.features = nn.Sequential(
            nn.Conv2d(base, STAR_CHANNELS, 3, padding=1), nn.ReLU(inplace=True)
        )
        self.probability = nn.Conv2d(STAR_CHANNELS, 1, 1)
        self.distances = nn.Conv2d(STAR_CHANNELS, layers.n_rays, 1)
        nn.init.ones_(self.distances.bias)  # type: ignore[arg-type]

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the probability before the sigmoid and the distances in px."""
        features = self.features(self.backbone(self.to_grid(image)))
        distances = DISTANCE_UNIT_PX * self.distances(features)
        return self.probability(features), distances


class Deployed(nn.Module):
    """A trained network with its last non-linearity, as it is exported."""

    def __init__(self, network: UNet | StarDist) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return probabilities: of the classes, or of an object beside its distances."""
        first, *others = self.network(image)
        if isinstance(self.network, UNet):
            return (torch.softmax(first, dim=1),)
        return torch.sigmoid(first), *others


def build(architecture: Architecture, layers: Layers) -> UNet | StarDist:
    """Return an untrained network."""
    return UNet(layers) if architecture is Architecture.UNET else StarDist(layers)


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
