"""One image at one scale: rescaled, segmented, scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rescale4dl_core.evaluation.original_grid import on_original_grid
from rescale4dl_core.evaluation.pair import pieces_of
from rescale4dl_core.inference.card import OutputKind
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.mean_diameter import dataset_diameter_px
from rescale4dl_core.measuring.measurement import Aggregate, Estimator
from rescale4dl_core.measuring.runs import boxes_of, runs_of
from rescale4dl_core.measuring.skeleton import skeleton_widths
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.reading.masks import is_in_pieces, values_in
from rescale4dl_core.rescaling.series import rescale_image, rescale_labels
from rescale4dl_core.study.scoring import ImageScores, image_scores, object_ious
from rescale4dl_core.study.stability import N_PERTURBED, Agreement, agreement_of, perturbed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.evaluation.own_metrics import MetricSource
    from rescale4dl_core.images import Image
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.inference.segment import Prediction
    from rescale4dl_core.progress import Progress


def class_map(
    image: Image, truth: Labels, network: Network, progress: Progress
) -> Labels | None:
    """Return the likeliest class of each pixel, on the grid of `image`.

    Parameters
    ----------
    image : Image
        At the scale that is looked at.
    truth : Labels
        The true classes on any grid; the value of a class is the number of its map.
    network : Network
        What finds them.
    progress : Progress
        Called at every tile; may cancel.

    Returns
    -------
    Labels or None
        None where the network has no map for each of the true classes.
    """
    if network.spec.output is not OutputKind.CLASSES:
        return None
    from rescale4dl_core.inference.feeding import pixels_for
    from rescale4dl_core.inference.running import predict_maps

    pixels, _ = pixels_for(image, network.spec)
    (maps,) = predict_maps(pixels, network, progress)
    if len(maps) <= int(truth.pixels.max()):
        return None
    return Labels.parse(np.argmax(maps, axis=0), source=network.name)


@dataclass(frozen=True, slots=True, eq=False)
class FoundObjects:
    """The objects of one prediction."""

    label: NDArray[np.int32]
    """Of every object, ascending, those at the border included."""

    diameters_px: NDArray[np.float64]
    """Of the objects inside the image."""

    n_border: int

    @property
    def n_objects(self) -> int:
        """How many objects lie inside the image."""
        return len(self.diameters_px)


def found_in(labels: Labels, estimator: Estimator) -> FoundObjects:
    """Count and size the objects of a prediction, as `measure` does for a mask."""
    runs = runs_of(labels)
    boxes = boxes_of(runs)
    inside = ~boxes.touch_border(labels.shape)
    if estimator is Estimator.SKELETON:
        diameters_px = skeleton_widths(runs, boxes).median_px
    else:
        diameters_px = 2 * np.sqrt(runs.total(runs.stop - runs.start) / np.pi)
    return FoundObjects(runs.label, diameters_px[inside], int(np.count_nonzero(~inside)))


def found_diameter_px(images: Sequence[FoundObjects], aggregate: Aggregate) -> float | None:
    """Return Eq. 2 over what was found, None where nothing lies inside an image."""
    if not any(image.n_objects for image in images):
        return None
    return dataset_diameter_px([image.diameters_px for image in images], aggregate)


class Segmenter(Protocol):
    """Finds the objects in an image; `inference.segment.segment` is one."""

    def __call__(self, image: Image, network: Network, *, progress: Progress) -> Prediction:
        """Return what `network` finds in `image`."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One image of a sweep and all that stays the same over its scales."""

    image: Image
    truth: Truth | None
    network: Network
    segmenter: Segmenter
    estimator: Estimator
    with_stability: bool
    metrics: tuple[MetricSource, ...] = ()
    """The user's own scores."""

    @property
    def n_runs(self) -> int:
        """How often the network runs at each scale."""
        return 1 + N_PERTURBED * self.with_stability + self.has_classes

    @property
    def has_classes(self) -> bool:
        """Whether the truth is a map of classes."""
        return self.truth is not None and self.truth.classes is not None


@dataclass(frozen=True, slots=True, eq=False)
class ImageAtScale:
    """What came of one image at one scale."""

    prediction: Prediction
    found: FoundObjects
    own_grid: ImageScores | None
    sample_grid: ImageScores | None
    round_trip: NDArray[np.float64] | None
    """IoU of each true object with itself after the way to this scale and back."""

    agreements: tuple[Agreement, ...]
    """With the perturbed versions; none where stability was not asked for."""

    on_sample: Labels
    """What was found, mapped to the grid of the sample."""

    @property
    def metric_problems(self) -> tuple[str, ...]:
        """What went wrong with the user's own scores, on either grid."""
        grids = (self.own_grid, self.sample_grid)
        return tuple(said for grid in grids if grid is not None for said in grid.problems)


def at_scale(task: Task, factor: RescaleFactor, progress: Progress) -> ImageAtScale:
    """Rescale, segment and score one image.

    Finer pixels come from Pillow's Catmull-Rom, which is that of nanopyx within rounding,
    several times as fast; see docs/decisions/0038.

    Raises
    ------
    QuantityError, TooLargeError
        If the image cannot be rescaled by `factor`.
    NetworkError
        If the network cannot run on it.
    """
    image = rescale_image(task.image, factor, for_screen=True)
    prediction = task.segmenter(
        image, task.network, progress=_share(progress, 0, 1, task.n_runs)
    )
    found = found_in(prediction.labels, task.estimator)
    agreements = _perturbed_agreements(task, image, prediction.labels, found, progress)
    if task.truth is None:
        back = RescaleFactor(1 / factor.ratio)
        on_sample = rescale_labels(prediction.labels, back)
        return ImageAtScale(prediction, found, None, None, None, agreements, on_sample)
    truth = task.truth
    maps = on_original_grid(truth.objects, prediction.labels, factor)
    own_truth = rescale_labels(truth.objects, factor)
    own, on_sample_classes = _classes(task, image, factor, progress)
    labels = truth.object_labels
    return ImageAtScale(
        prediction=prediction,
        found=found,
        own_grid=image_scores(labels, own_truth, prediction.labels, own, task.metrics),
        sample_grid=image_scores(
            labels, maps.truth, maps.prediction, on_sample_classes, task.metrics
        ),
        round_trip=object_ious(labels, maps.truth, maps.round_trip),
        agreements=agreements,
        on_sample=maps.prediction,
    )


def _perturbed_agreements(
    task: Task, image: Image, labels: Labels, found: FoundObjects, progress: Progress
) -> tuple[Agreement, ...]:
    if not task.with_stability or not len(found.label):
        return ()
    agreements = []
    for index, version in enumerate(perturbed(image), start=1):
        report = _share(progress, index, 1, task.n_runs)
        other = task.segmenter(version.image, task.network, progress=report)
        back = version.back(other.labels)
        agreements.append(agreement_of(version.part, found.label, labels, back))
    return tuple(agreements)


def _classes(
    task: Task, image: Image, factor: RescaleFactor, progress: Progress
) -> tuple[tuple[Labels, Labels] | None, tuple[Labels, Labels] | None]:
    """Return true and predicted classes on this scale's grid and on the sample's."""
    if task.truth is None or task.truth.classes is None:
        return None, None
    truth = task.truth.classes
    report = _share(progress, task.n_runs - 1, 1, task.n_runs)
    found = class_map(image, truth, task.network, report)
    if found is None:
        return None, None
    maps = on_original_grid(truth, found, factor)
    return (rescale_labels(truth, factor), found), (maps.truth, maps.prediction)


def _share(progress: Progress, index: int, length: int, n_runs: int) -> Progress:
    return lambda fraction, message, /: progress(
        (index + length * fraction) / n_runs, message
    )


MOST_CLASSES = 8
"""A mask of more values than this holds objects."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The mask of one image: its objects, and its classes where it holds classes."""

    objects: Labels
    """One number per object; of a map of classes the connected pieces of foreground."""

    object_labels: NDArray[np.int32]
    """Label of each true object, ascending."""

    classes: Labels | None
    """The mask as it is, where its values are classes and not objects."""


def truth_of(mask: Labels) -> Truth:
    """Tell whether the values of a mask are objects or classes.

    They are classes where a few values lie in far more separate pieces than there are
    values: the mask of an object is one piece.

    Examples
    --------
    >>> from rescale4dl_core.labels import Labels
    >>> stripes = np.tile(np.array([[1, 0, 2, 0]], np.int32), (1, 8))
    >>> truth = truth_of(Labels.parse(stripes, source="stripes"))
    >>> truth.classes is None, len(truth.object_labels)
    (False, 16)
    """
    values = values_in(mask)
    if not 1 < values.size <= MOST_CLASSES or not is_in_pieces(mask, values.size):
        return Truth(mask, values.astype(np.int32), None)
    objects = pieces_of(mask)
    return Truth(objects, values_in(objects).astype(np.int32), mask)
