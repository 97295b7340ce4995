"""The objects of a session: where they come from for each image, and their sizes."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import ImageError, LabelImageError
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.drawn import DrawnImage, drawn_measurement
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.segmentation.threshold import segment_classical, suggest_settings
from rescale4dl_core.session.choices import ObjectSource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.measuring.objects import ObjectTable
    from rescale4dl_core.segmentation.threshold import ClassicalSettings
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.session.model import Entry, Session


LabelsKey = tuple[str, ...]


def source_of(entry: Entry, choices: Choices) -> ObjectSource:
    """Return where the sizes of the objects of `entry` come from."""
    if choices.object_source is not None:
        return choices.object_source
    return ObjectSource.SEGMENTED if entry.sample.labels is None else ObjectSource.MASK


def settings_of(entry: Entry, choices: Choices) -> ClassicalSettings:
    """Return the user's settings of the segmentation, or those suggested for the image."""
    return choices.classical or suggest_settings(entry.sample.image)


def labels_of(entry: Entry, choices: Choices, *, progress: Progress = silent) -> Labels:
    """Return the labels that count for `entry`: mask, network's, or segmented now.

    Raises
    ------
    LabelImageError
        If labels from a mask or a network are wanted and the image has none, or if
        diameters are drawn, which give no labels.
    """
    source = source_of(entry, choices)
    if source is ObjectSource.SEGMENTED:
        image = entry.sample.image
        return segment_classical(image, settings_of(entry, choices), progress=progress)
    if source is ObjectSource.MASK and entry.sample.labels is not None:
        return entry.sample.labels
    if source is ObjectSource.NETWORK:
        return _predicted(entry)
    raise LabelImageError(
        f"{entry.sample.image.name} has no mask file. Open it together with its mask on "
        "the Sample page, or choose threshold and watershed, or draw diameters."
    )


def labels_key(entry: Entry, choices: Choices) -> LabelsKey:
    """Return a key that names all that `labels_of` depends on."""
    # By pixels: under another name or pixel size the objects are the same.
    source = source_of(entry, choices)
    if source is ObjectSource.MASK and entry.sample.labels is not None:
        return (source, entry.sample.labels.digest())
    if source is ObjectSource.NETWORK and entry.predicted is not None:
        return (source, entry.predicted.digest())
    return (source, entry.sample.image.digest(), repr(choices.classical))


def measured_entries(session: Session) -> tuple[Entry, ...]:
    """Return the entries that have objects to measure by labels.

    Where masks or a network's labels are wanted, images without are left out; where
    diameters are drawn, no labels are measured at all.
    """
    choices = session.choices
    if choices.object_source is ObjectSource.DRAWN:
        return ()
    if choices.object_source is ObjectSource.MASK:
        return tuple(entry for entry in session.entries if entry.sample.labels is not None)
    if choices.object_source is ObjectSource.NETWORK:
        return tuple(entry for entry in session.entries if entry.predicted is not None)
    return session.entries


def measure_entry(
    entry: Entry, choices: Choices, *, progress: Progress = silent
) -> ObjectTable:
    """Return the object table of one image, segmenting it where it needs to be.

    Raises
    ------
    LabelImageError, ImageError
        If the image has no object that can be found.
    """
    labels = labels_of(entry, choices, progress=_half(progress, 0.0))
    return measure_objects(labels, progress=_half(progress, 0.5))


def measure_entries(
    entries: Sequence[Entry],
    choices: Choices,
    *,
    found: Mapping[LabelsKey, Labels] = MappingProxyType({}),
    alone: bool,
    progress: Progress = silent,
) -> tuple[ObjectTable, ...]:
    """Return the object table of each image, segmenting it where it needs to be.

    Parameters
    ----------
    entries : sequence of Entry
        The images to measure.
    choices : Choices
        Where their objects come from.
    found : mapping of LabelsKey to Labels
        Labels that are there already, by `labels_key`.
    alone : bool
        Whether the session has one image only. An image among others in which no object
        is found has an empty table; alone, it is an error.
    progress : Progress
        Called for each image and within it.

    Raises
    ------
    LabelImageError, ImageError
        If the only image has no object that can be found.
    """
    tables = []
    for index, entry in enumerate(entries):

        def report(fraction: float, message: str, /, index: int = index) -> None:
            title = "" if len(entries) == 1 else f"Image {index + 1} of {len(entries)}: "
            progress((index + fraction) / len(entries), f"{title}{message}")

        report(0.0, "finding and measuring objects")
        labels = found.get(labels_key(entry, choices))
        try:
            table = (
                measure_entry(entry, choices, progress=report)
                if labels is None
                else measure_objects(labels, progress=report)
            )
        except (ImageError, LabelImageError):
            if alone:
                raise
            nothing = np.zeros(entry.sample.image.shape, np.int32)
            table = measure_objects(Labels.parse(nothing, source=entry.sample.image.name))
        tables.append(table)
    return tuple(tables)


def session_measurement(session: Session, tables: Sequence[ObjectTable]) -> Measurement:
    """Put the images of a session together into one measurement.

    Parameters
    ----------
    session : Session
        Images and choices.
    tables : sequence of ObjectTable
        One for each of `measured_entries(session)`.

    Raises
    ------
    LabelImageError
        If there is nothing to measure.
    QuantityError
        If the pixel size of some images is known and that of others is not.
    """
    choices = session.choices
    if choices.object_source is ObjectSource.DRAWN:
        drawn = [
            DrawnImage(
                entry.sample.image.name,
                entry.drawn,
                entry.sample.image.shape,
                entry.sample.image.pixel_size,
            )
            for entry in session.entries
        ]
        return drawn_measurement(drawn, aggregate=choices.aggregate)
    entries = measured_entries(session)
    images = [
        MeasuredImage(
            entry.sample.image.name,
            table,
            entry.sample.image.shape,
            entry.sample.image.pixel_size,
        )
        for entry, table in zip(entries, tables, strict=True)
    ]
    measurement = summarise(
        images, estimator=choices.estimator, aggregate=choices.aggregate
    )
    left_out = [e.sample.image.name for e in session.entries if e not in entries]
    if not left_out:
        return measurement
    of_network = choices.object_source is ObjectSource.NETWORK
    missing = "Not yet run through a network" if of_network else "Without a mask"
    note = f"{missing}, and left out: {', '.join(left_out)}."
    return replace(measurement, notes=(*measurement.notes, note))


def _predicted(entry: Entry) -> Labels:
    if entry.predicted is None:
        raise LabelImageError(
            f"No network has been run on {entry.sample.image.name} yet. Run one on the "
            "Networks page and keep its result, or choose another way to find the objects."
        )
    return entry.predicted


def _half(progress: Progress, start: float) -> Progress:
    return lambda fraction, message, /: progress(start + fraction / 2, message)
