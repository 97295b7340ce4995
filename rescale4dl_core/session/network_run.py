"""A network on the images of a session, and its result as their objects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.inference.segment import segment
from rescale4dl_core.inference.suitability import ImageKind
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.session.choices import ObjectSource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rescale4dl_core.images import Image
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.inference.segment import Prediction
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.measuring.objects import ObjectTable
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.session.model import Entry, Session

LEAST_CONTRAST = 0.1
"""Of the spread of all pixels: objects that differ less are neither bright nor dark."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a network found in one image, measured."""

    prediction: Prediction
    table: ObjectTable


def find_in(
    entries: Sequence[Entry], network: Network, *, progress: Progress = silent
) -> tuple[Found, ...]:
    """Run a network on each image and measure what it found.

    Raises
    ------
    NetworkError
        If the network cannot be run on one of them.
    """
    results = []
    for index, entry in enumerate(entries):

        def report(fraction: float, message: str, /, index: int = index) -> None:
            title = "" if len(entries) == 1 else f"Image {index + 1} of {len(entries)}: "
            progress((index + fraction) / len(entries), f"{title}{message}")

        prediction = segment(entry.sample.image, network, progress=report)
        results.append(Found(prediction, measure_objects(prediction.labels)))
    return tuple(results)


def measurement_of(found: Found, image: Image, choices: Choices) -> Measurement:
    """Return the sizes of what was found in one image.

    Raises
    ------
    LabelImageError
        If no object lies inside the image.
    """
    measured = MeasuredImage(image.name, found.table, image.shape, image.pixel_size)
    return summarise([measured], estimator=choices.estimator, aggregate=choices.aggregate)


def with_found(session: Session, found: Mapping[str, Labels]) -> Session:
    """Return the session with what a network found as its objects.

    Parameters
    ----------
    session : Session
        The masks of its images stay; they no longer count.
    found : mapping of str to Labels
        By the digest of the image.
    """
    entries = tuple(
        replace(entry, predicted=found.get(entry.sample.image.digest(), entry.predicted))
        for entry in session.entries
    )
    choices = replace(session.choices, object_source=ObjectSource.NETWORK)
    return replace(session, entries=entries, choices=choices)


def image_kind(image: Image, labels: Labels | None) -> ImageKind:
    """Return what tells networks apart: colour, and whether the objects are bright.

    Parameters
    ----------
    image : Image
        The image.
    labels : Labels, optional
        Its objects, however they were found.
    """
    if labels is None or not labels.pixels.any() or labels.pixels.all():
        return ImageKind(image.is_rgb)
    values = image.intensity
    objects = labels.pixels > 0
    difference = float(values[objects].mean()) - float(values[~objects].mean())
    # An even image has no contrast; it is no division by 0.
    contrast = difference / max(float(np.std(values)), 1e-9)
    bright = None if abs(contrast) < LEAST_CONTRAST else contrast > 0
    return ImageKind(image.is_rgb, bright)
