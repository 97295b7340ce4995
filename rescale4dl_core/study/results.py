"""What a network found at each pixel size, and how good that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.evaluation.scores import SCORES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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

    scores: Mapping[str, float | None]
    """Each of `rescale4dl_core.evaluation.scores.SCORES`, and what the user's own metrics
    say: means over the images, None where a score is undefined on all of them."""

    object_iou: tuple[NDArray[np.float64], ...] = ()
    """What `iou` is the mean of, to compare scales object by object: for each image one
    value per true object in ascending order of its label, 0 without a match, NaN where
    this scale does not show the object."""

    classes: tuple[ClassIou, ...] = ()
    """Where the truth is classes and the network has a map for each; else none."""

    @property
    def recall(self) -> float:
        """Share of the true objects that were found: on what hours for N objects rest.

        It is never open: the means are over images that show a true object.
        """
        return self.scores["recall"] or 0.0


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
        """The best scale by IoU on the sample's grid, without a mask by stability.

        Of scales that are equal it is the finest.
        """
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


FEWEST_SCALES = 4
"""With fewer, a rank correlation says next to nothing."""


def rank_agreement(sweep: Sweep) -> float | None:
    """Return Spearman's correlation of stability and IoU on the sample's grid over scales.

    A scale without a stability, where nothing plausible was found, ranks last.

    Returns
    -------
    float or None
        -1 to 1; None without a mask or a stability, with too few scales, or where either
        is the same everywhere.
    """
    pairs = [
        (0.0 if one.stability is None else one.stability.mean, one.sample_grid.iou.mean)
        for one in sweep.scales
        if one.sample_grid is not None
    ]
    measured = any(scale.stability is not None for scale in sweep.scales)
    if not measured or len(pairs) < FEWEST_SCALES:
        return None
    return spearman(*zip(*pairs, strict=True))


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return Spearman's rank correlation, None where either has one value only.

    Examples
    --------
    >>> spearman([1, 2, 3], [10, 20, 15]), spearman([1, 1], [1, 2])
    (0.5, None)
    """
    ranks = [_ranks(np.asarray(values, float)) for values in (first, second)]
    centred = [rank - rank.mean() for rank in ranks]
    spread = float(np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum()))
    return float(centred[0] @ centred[1]) / spread if spread else None


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks from 1; equal values share the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks: NDArray[np.float64] = (last - (count - 1) / 2)[place]
    return ranks


def sweep_fields(sweep: Sweep) -> dict[str, Any]:
    """Return a sweep as plain values; what needs a mask is None without one."""
    best = sweep.best
    return {
        "network": sweep.network,
        "provider": sweep.provider,
        "n_images": sweep.n_images,
        "has_truth": sweep.has_truth,
        "complete": sweep.complete,
        "reference_diameter_px": sweep.reference_diameter_px,
        "best_ratio": None if best is None else best.ratio,
        "rank_agreement": rank_agreement(sweep),
        "scales": scale_rows(sweep),
        "cautions": list(sweep.notes),
    }


def own_score_names(sweep: Sweep) -> tuple[str, ...]:
    """Return what the user's own scores are called."""
    built_in = {score.name for score in SCORES}
    grids = [scale.sample_grid for scale in sweep.scales if scale.sample_grid is not None]
    names = dict.fromkeys(name for grid in grids for name in grid.scores)
    return tuple(name for name in names if name not in built_in)


def scale_rows(sweep: Sweep) -> list[dict[str, Any]]:
    """Return one row per scale with the same names, None where a scale has no value."""
    rows = [scale_fields(scale) for scale in sweep.scales]
    names = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in names} for row in rows]


def scale_fields(scale: ScaleResult) -> dict[str, Any]:
    """Return one scale as plain values, the row of a table."""
    size, parts = scale.pixel_size, scale.stability_parts
    return {
        "ratio": scale.ratio,
        "pixel_size_um": None if size is None else size.mean_um,
        "coverage_percent": scale.coverage_percent,
        "n_objects": scale.n_objects,
        "n_border": scale.n_border,
        "diameter_px": scale.diameter_px,
        **_grid_fields("own_grid", scale.own_grid),
        **_grid_fields("sample_grid", scale.sample_grid),
        "iou_ceiling": scale.iou_ceiling,
        **_interval_fields("stability", scale.stability),
        "stability_mirrored": parts and parts.mirrored,
        "stability_noise": parts and parts.noise,
        "stability_zoom": parts and parts.zoom,
        "stability_neighbours": parts and parts.neighbours,
        "objects_per_fov": scale.objects_per_fov,
        "seconds": scale.seconds,
        "seconds_network": scale.seconds_network,
        "notes": " ".join(scale.notes),
    }


def _grid_fields(grid: str, scores: GridScores | None) -> dict[str, Any]:
    means = {} if scores is None else scores.scores
    return {
        **_interval_fields(f"iou_{grid}", None if scores is None else scores.iou),
        **{
            f"{name}_{grid}": means.get(name)
            for name in dict.fromkeys((*(one.name for one in SCORES), *means))
        },
        f"ap50_{grid}": means.get("average_precision"),
        **{
            f"iou_class_{one.value}_{grid}": one.iou
            for one in (() if scores is None else scores.classes)
        },
    }


def _interval_fields(name: str, interval: Interval | None) -> dict[str, Any]:
    return {
        name: interval and interval.mean,
        f"{name}_low": interval and interval.low,
        f"{name}_high": interval and interval.high,
    }
