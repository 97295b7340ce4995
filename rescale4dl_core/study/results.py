"""What a network found at each pixel size, and how good that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels
    from rescale4dl_core.quantities import PixelSize


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its bootstrap interval (2.5 to 97.5 %)."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ClassIou:
    """How well one class was found, where the truth is a map of classes."""

    value: int
    """Pixel value of the class in the truth, and number of the network's map."""

    iou: float
    """Mean over the images that have the class, in truth or prediction."""


@dataclass(frozen=True, slots=True)
class StabilityParts:
    """Agreement of a prediction with others that should be the same, each 0 to 1."""

    mirrored: float | None
    """With the image mirrored; None where nothing could be compared."""

    noise: float | None
    """With noise added."""

    zoom: float | None
    """With pixels 5 % finer and coarser."""

    neighbours: float | None
    """With the next finer and the next coarser scale, on the grid of the sample."""


@dataclass(frozen=True, slots=True)
class GridScores:
    """Scores against a mask on one pixel grid."""

    iou: Interval
    """Mean over the true objects, 0 without a match of IoU > 0.5; mean over images."""

    binary_iou: float
    ap50: float
    f1: float
    recall: float
    object_iou: tuple[NDArray[np.float64], ...] = ()
    """What `iou` is the mean of, to compare scales object by object: for each image one
    value per true object in ascending order of its label, 0 without a match, NaN where
    this scale does not show the object."""

    classes: tuple[ClassIou, ...] = ()
    """Where the truth is classes and the network has a map for each; else none."""


@dataclass(frozen=True, slots=True, eq=False)
class ScaleResult:
    """One network at one pixel size, over all images of the sweep."""

    ratio: float
    """New / old pixel size: above 1 is coarser."""

    pixel_size: PixelSize | None
    coverage_percent: float
    """Of the true (else reference) objects at this scale."""

    n_objects: int
    """Found inside the images, those cut by a border left out; over all images."""

    diameter_px: float | None
    """Of the found objects, at this scale (Eq. 2); None where nothing was found."""

    own_grid: GridScores | None
    """None without a mask."""

    sample_grid: GridScores | None
    iou_ceiling: float | None
    """Best possible `sample_grid.iou`: the ground truth's own round trip."""

    stability: Interval | None
    """None where nothing was found or stability was not asked for."""

    objects_per_fov: float | None
    """At the measured density, for the camera's field at this scale; None where the
    density is not known (diameters drawn by hand)."""

    seconds: float
    """To segment all images at this scale, without the perturbed versions."""

    seconds_network: float
    labels: tuple[Labels, ...]
    """What was found, one per image, on this scale's grid."""

    notes: tuple[str, ...] = ()
    n_border: int = 0
    """Found and cut by the border of an image, over all images."""

    stability_parts: StabilityParts | None = None
    """What `stability` is the mean of, also where the sizes are not plausible."""

    @property
    def iou_own_grid(self) -> Interval | None:
        """The IoU on this scale's own grid."""
        return None if self.own_grid is None else self.own_grid.iou

    @property
    def iou_sample_grid(self) -> Interval | None:
        """The IoU on the grid of the sample."""
        return None if self.sample_grid is None else self.sample_grid.iou


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """One network over a series of pixel sizes."""

    network: str
    scales: tuple[ScaleResult, ...]
    """Finest first."""

    n_images: int
    has_truth: bool
    reference_diameter_px: float
    """On the grid of the sample: of the mask, else of the labels in use."""

    provider: str
    complete: bool
    """False where the user stopped it; what was done is kept."""

    notes: tuple[str, ...] = ()

    @property
    def best(self) -> ScaleResult | None:
        """The best scale by IoU on the sample's grid, without a mask by stability."""
        scored = [scale for scale in self.scales if score_of(scale) is not None]
        return max(scored, key=lambda scale: score_of(scale) or 0.0, default=None)

    @property
    def still_rises(self) -> bool:
        """Whether it was stopped where the finest scale scored more than all coarser."""
        if self.complete or not self.scales:
            return False
        finest, *coarser = (score_of(scale) or 0.0 for scale in self.scales)
        return all(score < finest for score in coarser)


def score_of(scale: ScaleResult) -> float | None:
    """Return what scales are compared by: IoU on the sample's grid, else stability."""
    if scale.sample_grid is not None:
        return scale.sample_grid.iou.mean
    return None if scale.stability is None else scale.stability.mean
