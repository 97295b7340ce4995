"""The two architectures; with BatchNorm, so that tiles equal the whole image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from rescale4dl_core.training.recipe import Architecture

if TYPE_CHECKING:
    from rescale4dl_core.training.recipe import Layers

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
