"""The recipe of a network: everything that decides what a training yields."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from rescale4dl_core.documents import Document, from_plain
from rescale4dl_core.errors import TrainingError
from rescale4dl_core.inference.card import Normalisation

if TYPE_CHECKING:
    from pathlib import Path


PERCENTILES = Normalisation()


class Architecture(Enum):
    """Which kind of network."""

    UNET = "unet"
    STARDIST = "stardist"


class LossKind(Enum):
    """What the training makes small; StarDist has a loss of its own."""

    DICE = "dice"
    DICE_CE = "dice_ce"
    GENERALISED_DICE = "generalised_dice"
    BCE_DICE = "bce_dice"
    STARDIST = "stardist"


class BestBy(Enum):
    """By which score on the validation images a checkpoint is kept."""

    AP50 = "ap50"
    MEAN_IOU = "mean_iou"
    FOREGROUND_IOU = "foreground_iou"
    MEAN = "mean"
    """Mean of the three."""


class Precision(Enum):
    """Numbers in which the training computes; the network that ships is always fp32."""

    FP32 = "fp32"
    BF16 = "bf16"


class Use(Enum):
    """What the images of a source are for."""

    BOTH = "both"
    """A share of them, `Validation.share`, is held out."""

    TRAINING = "training"
    VALIDATION = "validation"


class Side(Enum):
    """A side of an image."""

    TOP = "top"
    LEFT = "left"
    BOTTOM = "bottom"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Layers:
    """The size of the network."""

    base_channels: int
    poolings: int
    input_channels: int = 1
    n_rays: int = 0
    grid: int = 1


@dataclass(frozen=True, slots=True)
class Patches:
    """What one training step sees."""

    side_px: int
    batch: int
    foreground_share: float = 0.8
    """Share of the patches that are centred near an object."""

    edge_px: int = 1
    """Width of the edge class inside each object."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast: a linear warm-up, then half a cosine down to 0."""

    n_steps: int
    learning_rate: float
    warm_up_steps: int = 100
    weight_decay: float = 1e-4
    validate_every: int = 250
    precision: Precision = Precision.BF16


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Random changes of a patch; image and labels get the same geometry."""

    size_percent: float = 30.0
    """Largest change of the size of objects, either way."""

    free_rotation: float = 0.5
    """Share of the patches turned by any angle; the others by multiples of 90 degrees."""

    gain_percent: float = 30.0
    offset: float = 0.1
    """Largest shift, in units of the normalised intensity."""

    gamma_percent: float = 40.0
    noise: float = 0.08
    """Largest standard deviation, in units of the normalised intensity."""

    blur_px: float = 1.2
    """Largest standard deviation of the blur."""

    channel_gain_percent: float = 0.0
    """For RGB: change of each channel on its own, as stains vary."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with `images/` and `labels/` (or `Images/`, `GT/`) that belong together."""

    folder: str
    """Name of the folder, to be found among those given to the training."""

    rows: str = "train"
    """Which rows of its split.csv, "all" for every image."""

    leave_out: tuple[str, ...] = ()
    """Stems of images that must not be used."""

    region: tuple[float, ...] = (0.0, 0.0, 1.0, 1.0)
    """Part of every field: top, left, bottom, right as fractions."""

    @property
    def cut_sides(self) -> tuple[Side, ...]:
        """The sides at which the region ends before the field does."""
        of_field = (0.0, 0.0, 1.0, 1.0)
        return tuple(
            side
            for side, at, end in zip(Side, self.region, of_field, strict=True)
            if at != end
        )

    use: Use = Use.BOTH
    weight: float = 1.0
    """How many of the patches come from here, against the other sources."""

    licence: str = "unknown"
    source: str = "given by the user"


@dataclass(frozen=True, slots=True)
class Simulated:
    """Images that the project simulates."""

    name: str
    n_images: int
    seed: int = 1
    use: Use = Use.TRAINING
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Validation:
    """How checkpoints and thresholds are chosen."""

    share: float = 0.15
    best_by: BestBy = BestBy.MEAN
    thresholds_on_learnt: bool = False
    """Choose the thresholds on the real training images too. For networks of which all
    real images are learnt from and simulated ones alone are held out."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """All of it."""

    name: str
    architecture: Architecture
    task: str
    intended_use: str
    not_for: tuple[str, ...]
    layers: Layers
    patches: Patches
    schedule: Schedule
    loss: LossKind
    seed: int
    augmentation: Augmentation = Augmentation()
    normalisation: Normalisation = PERCENTILES
    validation: Validation = Validation()
    data: tuple[Folder, ...] = ()
    simulated: tuple[Simulated, ...] = ()
    test: tuple[Folder, ...] = ()
    """Images that are scored once, when everything is decided; never trained on."""

    licence: str = "MIT"

    def __post_init__(self) -> None:
        if (self.architecture is Architecture.STARDIST) != (self.loss is LossKind.STARDIST):
            raise TrainingError(
                f"{self.name}: the loss {self.loss.value!r} does not belong to the "
                f"architecture {self.architecture.value!r}. StarDist takes "
                "'stardist', a U-Net one of the others."
            )
        if self.patches.side_px % self.multiple_px:
            raise TrainingError(
                f"{self.name}: patches are {self.patches.side_px} px wide and this network "
                f"takes multiples of {self.multiple_px} px. Change side_px."
            )

    @property
    def multiple_px(self) -> int:
        """Rows and columns of the input must be a multiple of this."""
        return int(2**self.layers.poolings * self.layers.grid)


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Parameters
    ----------
    path : Path
        A TOML file with the fields of `Recipe`.

    Raises
    ------
    TrainingError
        If it cannot be read, or a field is missing, unknown or of another type.
    """
    try:
        plain: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrainingError(
            f"{path.name} cannot be read as a recipe: {error}. A recipe is a TOML file; "
            "copy one from training/recipes and change it."
        ) from error
    document = Document(
        f"The recipe {path.name}",
        "compare it with one from training/recipes",
        TrainingError,
    )
    recipe: Recipe = from_plain(Recipe, plain, where="the recipe", document=document)
    return recipe
