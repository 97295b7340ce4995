"""One image at one scale: rescaled, segmented, scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rescale4dl_core.evaluate.original_grid import on_original_grid
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescale.series import rescale_image, rescale_labels
from rescale4dl_core.study.class_maps import class_map
from rescale4dl_core.study.found import FoundObjects, found_in
from rescale4dl_core.study.perturbation import N_PERTURBED, perturbed
from rescale4dl_core.study.scoring import ImageScores, image_scores, object_ious
from rescale4dl_core.study.stability import Agreement, agreement_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rescale4dl_core.images import Image
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.inference.prediction import Prediction
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measure.estimator import Estimator
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.study.truth import Truth


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
        own_grid=image_scores(labels, own_truth, prediction.labels, own),
        sample_grid=image_scores(labels, maps.truth, maps.prediction, on_sample_classes),
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
