"""The objects of the session for a page: computed once, in the background where slow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pages._ui.jobs import computed, kept_result
from rescale4dl_core.measure.objects import measure_objects
from rescale4dl_core.session.measuring import (
    labels_key,
    labels_of,
    measure_entry,
    measured_entries,
    session_measurement,
    settings_of,
    source_of,
)
from rescale4dl_core.session.source import ObjectSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.measure.objects import ObjectTable
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.segmentation.settings import ClassicalSettings
    from rescale4dl_core.session.model import Choices, Entry, Session

MOST_TABLES_KEPT = 500
"""Object tables are small, and a session with many images needs one for each."""


def entry_settings(entry: Entry, choices: Choices) -> ClassicalSettings:
    """See `settings_of`."""
    if choices.classical is not None:
        return choices.classical

    def suggest(progress: Progress) -> ClassicalSettings:
        progress(0.0, f"Looking at the brightness of {entry.sample.image.name}")
        return settings_of(entry, choices)

    key = entry.sample.image.digest()
    return computed("settings", key, suggest, most_kept=MOST_TABLES_KEPT)


def entry_labels(
    entry: Entry, choices: Choices, *, meanwhile: Callable[[], object] | None = None
) -> Labels:
    """See `labels_of`; `meanwhile` draws what can be seen while they are found."""
    if source_of(entry, choices) is not ObjectSource.SEGMENTED:
        return labels_of(entry, choices)
    settled = replace(choices, classical=entry_settings(entry, choices))

    def segment(progress: Progress) -> Labels:
        return labels_of(entry, settled, progress=_titled(progress, "Finding objects"))

    key = labels_key(entry, settled)
    return computed("labels", key, segment, meanwhile=meanwhile)


def entry_objects(
    entry: Entry, choices: Choices, *, title: str = "Measuring"
) -> ObjectTable:
    """See `measure_entry`; `title` says what is going on while it takes its time."""
    if source_of(entry, choices) is ObjectSource.SEGMENTED:
        choices = replace(choices, classical=entry_settings(entry, choices))
    key = labels_key(entry, choices)
    labels = kept_result("labels", key)

    def measure(progress: Progress) -> ObjectTable:
        titled = _titled(progress, title)
        if labels is not None:
            return measure_objects(labels, progress=titled)
        return measure_entry(entry, choices, progress=titled)

    return computed("objects", key, measure, most_kept=MOST_TABLES_KEPT)


def measured(session: Session) -> Measurement:
    """Return the measurement of all images of the session.

    While images are still being measured, the page shows the progress and stops here.

    Raises
    ------
    RescaleError
        If there is nothing to measure, for the page to show.
    """
    entries = measured_entries(session)
    tables = [
        entry_objects(
            entry, session.choices, title=f"Measuring image {number} of {len(entries)}"
        )
        for number, entry in enumerate(entries, start=1)
    ]
    return session_measurement(session, tables)


def _titled(progress: Progress, title: str) -> Progress:
    def report(fraction: float, message: str, /) -> None:
        progress(fraction, f"{title}: {message}")

    return report
