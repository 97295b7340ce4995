"""How a network has to be fed and what its outputs mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class OutputKind(Enum):
    """What the maps of a network hold."""

    CLASSES = "classes"
    """One map per class after softmax; with 3 classes: background, inside, edge."""

    FOREGROUND = "foreground"
    """One map: the probability of belonging to an object."""

    STARS = "stars"
    """Object probability and one distance per ray, on the output grid (StarDist)."""


class ChannelAxis(Enum):
    """Where the channels of the network's tensors are."""

    FIRST = "NCHW"
    LAST = "NHWC"


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Intensity to network input: percentiles over the whole image to 0 and 1."""

    low_percentile: float = 1.0
    high_percentile: float = 99.8
    per_channel: bool = False
    """For RGB: percentiles of each channel instead of one pair for all three."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Numbers that turn maps into labels; found on the validation images only."""

    probability: float = 0.5
    """Stars: smallest object probability. Classes and foreground: smallest foreground."""

    overlap: float = 0.4
    """Stars: largest allowed overlap (IoU) between two objects."""

    seed: float = 0.5
    """Classes: the likeliest "inside" of an object must reach this."""

    depth: float = 0.1
    """Classes: by how much "inside" must drop between two objects that touch."""

    seed_area_px: int = 10
    """Classes: how large both must be where it has dropped, to be two."""


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """All the engine needs to know besides the ONNX graph itself."""

    input_channels: int
    """1 for one intensity, 3 for RGB."""

    output: OutputKind
    multiple_px: int
    """Rows and columns of the input must be a multiple of this."""

    halo_px: int
    """At least half the largest receptive field; 0 with `whole_image`."""

    output_stride: int = 1
    n_rays: int = 0
    channel_axis: ChannelAxis = ChannelAxis.FIRST
    normalisation: Normalisation = Normalisation()
    thresholds: Thresholds = Thresholds()
    whole_image: bool = False
    """Whether the network looks at the whole image at once, so that tiles would differ."""

    fixed_px: int = 0
    """Rows and columns of every input where the graph fixes them; 0: free."""

    logits: bool = False
    """Whether the maps come before softmax or sigmoid."""
