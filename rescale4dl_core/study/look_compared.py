"""What a network finds in a simulated view, beside the sample and its plain binning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.evaluation.original_grid import on_original_grid
from rescale4dl_core.measuring.measurement import Aggregate
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.series import rescale_image
from rescale4dl_core.study.one_scale import found_diameter_px, found_in, truth_of
from rescale4dl_core.study.scoring import image_scores, mean_of_means

if TYPE_CHECKING:
    from rescale4dl_core.images import Image, Sample
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.measurement import Estimator
    from rescale4dl_core.simulation.look import Look
    from rescale4dl_core.study.one_scale import Segmenter

AS_TAKEN, SIMULATED, BINNED = "as taken", "simulated", "only binned"


@dataclass(frozen=True, slots=True, eq=False)
class SeenObjects:
    """What a network finds in one version of the sample."""

    version: str
    """"as taken", "simulated" or "only binned"."""

    image: Image
    labels: Labels
    n_objects: int
    """At the border or not."""

    diameter_um: float | None
    """Mean of the objects inside; None where there is none."""

    iou: float | None
    """On the sample's grid: mean over the true objects, 0 for a missed one; None without a
    mask."""

    recall: float | None


def compare_looks(
    sample: Sample,
    seen: Look,
    network: Network,
    *,
    estimator: Estimator,
    segmenter: Segmenter,
    progress: Progress = silent,
) -> tuple[SeenObjects, ...]:
    """Run `network` on the sample as taken, as simulated, and merely binned.

    Parameters
    ----------
    sample : Sample
        With known pixel size; its labels, where there are any, count as the truth.
    seen : Look
        The simulated view of the same image.
    network, segmenter : Network, Segmenter
        `inference.segment.segment` is the segmenter to give.
    estimator : Estimator
        How diameters are measured.

    Raises
    ------
    NetworkError
        If the network cannot run on one of the images.
    """
    versions = (
        (AS_TAKEN, sample.image, RescaleFactor.of(1)),
        (SIMULATED, seen.image, seen.factor),
        (BINNED, rescale_image(sample.image, seen.factor), seen.factor),
    )
    results = []
    for index, (version, image, factor) in enumerate(versions):

        def report(fraction: float, message: str, /, index: int = index) -> None:
            progress((index + fraction) / len(versions), message)

        labels = segmenter(image, network, progress=report).labels
        results.append(_seen(version, image, labels, factor, sample, estimator))
    return tuple(results)


def _seen(
    version: str,
    image: Image,
    labels: Labels,
    factor: RescaleFactor,
    sample: Sample,
    estimator: Estimator,
) -> SeenObjects:
    found = found_in(labels, estimator)
    diameter_px = found_diameter_px([found], Aggregate.MEAN)
    diameter_um = None
    if diameter_px is not None and image.pixel_size is not None:
        diameter_um = diameter_px * image.pixel_size.mean_um
    iou = recall = None
    if sample.labels is not None:
        truth = truth_of(sample.labels)
        maps = on_original_grid(truth.objects, labels, factor)
        scores = image_scores(truth.object_labels, maps.truth, maps.prediction)
        iou, recall = mean_of_means([scores.object_iou]), scores.scores["recall"]
    return SeenObjects(
        version=version,
        image=image,
        labels=labels,
        n_objects=len(found.label),
        diameter_um=diameter_um,
        iou=iou,
        recall=recall,
    )
