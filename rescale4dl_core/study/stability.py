"""Quality without a mask: whether the same prediction comes back where it should.

The ranking of networks by consistency under perturbation follows their true ranking (Talks
and Kreshuk, arXiv 2503.00450); here scales are ranked instead. A network can be wrong and
consistent, so a scale counts only where it found objects, of a plausible size.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.evaluation.matching import match_objects, overlap_of
from rescale4dl_core.images import Image
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.series import rescale_image, rescale_labels
from rescale4dl_core.study.bootstrap import bootstrap, bootstrap_mean
from rescale4dl_core.study.results import Interval, StabilityParts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray


ZOOM = 1.05
"""Pixels 5 % coarser, and as much finer."""

NOISE = 0.05
"""Standard deviation of the noise added, of the range from the 1st to the 99.8th
percentile: what a network is given as 0 to 1."""

SEED = 7
N_PERTURBED = 4
"""How many versions `perturbed` makes of an image."""


class Part(Enum):
    """What a prediction is compared under."""

    MIRRORED = "mirrored"
    NOISE = "noise"
    ZOOM = "zoom"
    NEIGHBOURS = "neighbours"


@dataclass(frozen=True, slots=True, eq=False)
class Perturbed:
    """One version of an image, and the way of its labels back to the image's grid."""

    part: Part
    image: Image
    back: Callable[[Labels], Labels]


def perturbed(image: Image) -> Iterator[Perturbed]:
    """Return the versions of `image` one after the other, the same every time.

    A zoom that leaves no whole pixel is left out.
    """
    yield Perturbed(Part.MIRRORED, _with(image, image.pixels[::-1, ::-1]), _mirrored)
    yield Perturbed(Part.NOISE, _noisy(image), lambda labels: labels)
    for factor in (RescaleFactor.coarser(ZOOM), RescaleFactor.finer(ZOOM)):
        try:
            zoomed = rescale_image(image, factor, for_screen=True)
        except QuantityError:
            continue
        yield Perturbed(Part.ZOOM, zoomed, _unzoomed(factor))


def _noisy(image: Image) -> Image:
    pixels = image.pixels.astype(np.float32)
    low, high = np.percentile(pixels, [1.0, 99.8])
    rng = np.random.default_rng(SEED)
    noise = rng.standard_normal(pixels.shape, np.float32)
    return _with(image, pixels + np.float32(NOISE * (high - low)) * noise)


def _unzoomed(factor: RescaleFactor) -> Callable[[Labels], Labels]:
    back = RescaleFactor(1 / factor.ratio)
    return lambda labels: rescale_labels(labels, back)


def _mirrored(labels: Labels) -> Labels:
    return Labels.parse(labels.pixels[::-1, ::-1], source=labels.source)


def _with(image: Image, pixels: np.ndarray) -> Image:
    return Image.parse(np.ascontiguousarray(pixels), name=image.name, known=image.known)


PLAUSIBLE_SIZE = 2.0
"""Found objects are this many times smaller or larger than measured at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """How a prediction agrees with another one of the same image."""

    part: Part
    iou: NDArray[np.float64]
    """Of each object of the prediction with its match (IoU > 0.5), 0 without one."""

    n_extra: int
    """Objects of the other prediction that match none."""

    def values(self, drawn: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the mean matched IoU, symmetric, for objects drawn so many times.

        2 x sum of IoU / (objects here + objects there): the panoptic quality (Kirillov et
        al. 2019) of one prediction with the other as the truth, whichever is which.
        """
        n_there = drawn @ (self.iou > 0) + self.n_extra
        mean: NDArray[np.float64] = 2 * (drawn @ self.iou) / (drawn.sum(axis=1) + n_there)
        return mean


def agreement_of(
    part: Part, found: NDArray[np.int32], prediction: Labels, other: Labels
) -> Agreement:
    """Compare two predictions on the part that both cover from the top left corner.

    Parameters
    ----------
    part : Part
        What the comparison is about.
    found : ndarray of int, ascending
        The objects of the prediction, also those that this grid does not show.
    prediction, other : Labels
        On one grid; up to a pixel smaller where a rescaling cropped.
    """
    rows, columns = (
        min(lengths) for lengths in zip(prediction.shape, other.shape, strict=True)
    )
    overlap = overlap_of(*(_cropped(one, rows, columns) for one in (prediction, other)))
    matching = match_objects(overlap)
    iou = np.zeros(len(found))
    iou[np.searchsorted(found, overlap.true_label)] = matching.iou
    return Agreement(part, iou, len(matching.unmatched_predictions))


def stability_of(
    images: Sequence[Sequence[Agreement]],
) -> tuple[Interval, StabilityParts] | None:
    """Return the mean over images of the mean over the parts, 0 to 1, and the parts.

    Parameters
    ----------
    images : sequence of sequence of Agreement
        The comparisons of each image. Images in which nothing was found do not count; None
        is returned where nothing was found in any.
    """
    counted = [image for image in images if image and len(image[0].iou)]
    if not counted:
        return None
    if len(counted) == 1:
        (image,) = counted
        interval = bootstrap(len(image[0].iou), lambda drawn: _mean_of_parts(image, drawn))
    else:
        interval = bootstrap_mean(np.array([_value(image) for image in counted]))
    return interval, StabilityParts(**{part.value: _over(counted, part) for part in Part})


def is_plausible(diameter_px: float | None, expected_px: float) -> bool:
    """Whether found objects are about as large as those that were measured."""
    if diameter_px is None:
        return False
    return 1 / PLAUSIBLE_SIZE <= diameter_px / expected_px <= PLAUSIBLE_SIZE


def _mean_of_parts(
    image: Sequence[Agreement], drawn: NDArray[np.int64]
) -> NDArray[np.float64]:
    parts = dict.fromkeys(agreement.part for agreement in image)
    means = [
        np.mean([one.values(drawn) for one in image if one.part is part], axis=0)
        for part in parts
    ]
    mean: NDArray[np.float64] = np.mean(means, axis=0)
    return mean


def _value(image: Sequence[Agreement]) -> float:
    once = np.ones((1, len(image[0].iou)), np.int64)
    return float(_mean_of_parts(image, once)[0])


def _over(images: Sequence[Sequence[Agreement]], part: Part) -> float | None:
    of_part = [[one for one in image if one.part is part] for image in images]
    values = [_value(image) for image in of_part if image]
    return float(np.mean(values)) if values else None


def _cropped(labels: Labels, rows: int, columns: int) -> Labels:
    if labels.shape == (rows, columns):
        return labels
    return Labels.parse(labels.pixels[:rows, :columns], source=labels.source)
