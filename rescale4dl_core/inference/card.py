"""How a network is fed, and its card: what it was trained on and how well it does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from rescale4dl_core.window import Window  # noqa: TC001 read by type


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


@dataclass(frozen=True, slots=True)
class ReceptiveFields:
    """How far a network sees, in px of its input: sides of squares."""

    theoretical_px: int | None
    """Largest exact one by the graph, over all positions on the pooling
    grid; None: global."""

    impulse_px: int
    """Side of the square in which a changed pixel changes the output."""

    effective_px: float
    """Side of the square that holds 95 % of the response energy, mean over real patches."""

    @property
    def sees_px(self) -> float:
        """The one that the window rests on: the theoretical, where global the effective."""
        return (
            self.effective_px if self.theoretical_px is None else float(self.theoretical_px)
        )


@dataclass(frozen=True, slots=True)
class DataSource:
    """One set of images that a network was trained on."""

    name: str
    licence: str
    source: str
    """Address and version, or "simulated by this project"."""

    n_images: int
    n_objects: int


@dataclass(frozen=True, slots=True)
class ImageScore:
    """The scores on one image that was not trained on."""

    image: str
    ap50: float
    """TP / (TP + FP + FN) at IoU 0.5."""

    mean_iou: float
    """Mean IoU of the matched objects."""

    foreground_iou: float
    n_objects: int


@dataclass(frozen=True, slots=True)
class TestScores:
    """The scores on one test set."""

    __test__ = False

    data_set: str
    split: str
    """In words: "31 test rows of split.csv", "each image by a network trained on
    the others"."""

    ap50: float
    """Mean over images, as the other two."""

    mean_iou: float
    foreground_iou: float
    images: tuple[ImageScore, ...]


@dataclass(frozen=True, slots=True)
class Training:
    """How the network came about, enough to repeat it."""

    recipe: str
    """Path of the recipe in the repository: training/recipes/unet-nuclei-fluo.toml."""

    command: str
    data: tuple[DataSource, ...]
    split: str
    seed: int
    n_steps: int
    n_parameters: int
    diameter_px_p05: float
    """Sizes trained on, augmentation included: 5 % of the objects are smaller."""

    diameter_px_p50: float
    diameter_px_p95: float
    software: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NetworkCard:
    """What a user should know before trusting a network: `card.json` in its folder."""

    name: str
    """As in the folder's name: unet-nuclei-fluo."""

    architecture: str
    """ "U-Net" or "StarDist"."""

    task: str
    """One sentence: "Outlines cell nuclei in fluorescence images"."""

    licence: str
    """SPDX identifier of the weights."""

    spec: NetworkSpec
    receptive_fields: ReceptiveFields
    window: Window
    training: Training
    scores: tuple[TestScores, ...]
    intended_use: str
    not_for: tuple[str, ...]
    sha256: str
    """Of model.onnx."""

    size_bytes: int
