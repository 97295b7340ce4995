"""The objects of a session: where they come from for each image, and their sizes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.measure.dataset import MeasuredImage, summarise
from rescale4dl_core.measure.drawn import DrawnImage, drawn_measurement
from rescale4dl_core.measure.objects import measure_objects
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.segmentation.classical import segment_classical
from rescale4dl_core.segmentation.suggestion import suggest_settings
from rescale4dl_core.session.source import ObjectSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.measure.objects import ObjectTable
    from rescale4dl_core.segmentation.settings import ClassicalSettings
    from rescale4dl_core.session.model import Choices, Entry, Session


def source_of(entry: Entry, choices: Choices) -> ObjectSource:
    """Return where the sizes of the objects of `entry` come from."""
    if choices.object_source is not None:
        return choices.object_source
    return ObjectSource.SEGMENTED if entry.sample.labels is None else ObjectSource.MASK


def settings_of(entry: Entry, choices: Choices) -> ClassicalSettings:
    """Return the user's settings of the segmentation, or those suggested for the image."""
    return choices.classical or suggest_settings(entry.sample.image)


def labels_of(entry: Entry, choices: Choices, *, progress: Progress = silent) -> Labels:
    """Return the labels that count for `entry`: of its mask, or segmented now.

    Raises
    ------
    LabelImageError
        If labels from a mask are wanted and the image has none, or if diameters are
        drawn, which give no labels.
    """
    source = source_of(entry, choices)
    if source is ObjectSource.SEGMENTED:
        image = entry.sample.image
        return segment_classical(image, settings_of(entry, choices), progress=progress)
    if source is ObjectSource.MASK and entry.sample.labels is not None:
        return entry.sample.labels
    raise LabelImageError(
        f"{entry.sample.image.name} has no mask file. Open it together with its mask on "
        "the Sample page, or choose threshold and watershed, or draw diameters."
    )


def labels_key(entry: Entry, choices: Choices) -> tuple[str, ...]:
    """Return a key that names all that `labels_of` depends on."""
    source = source_of(entry, choices)
    if source is ObjectSource.MASK and entry.sample.labels is not None:
        return (source, entry.sample.labels.digest())
    return (source, entry.sample.image.digest(), repr(choices.classical))


def measured_entries(session: Session) -> tuple[Entry, ...]:
    """Return the entries that have objects to measure by labels.

    Where masks are wanted, images without one are left out; where diameters are drawn, no
    labels are measured at all.
    """
    choices = session.choices
    if choices.object_source is ObjectSource.DRAWN:
        return ()
    if choices.object_source is ObjectSource.MASK:
        return tuple(entry for entry in session.entries if entry.sample.labels is not None)
    return session.entries


def measure_entry(
    entry: Entry, choices: Choices, *, progress: Progress = silent
) -> ObjectTable:
    """Return the object table of one image, segmenting it where it needs to be."""
    return measure_objects(labels_of(entry, choices, progress=progress), progress=progress)


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
    note = f"Without a mask, and left out: {', '.join(left_out)}."
    return replace(measurement, notes=(*measurement.notes, note))
