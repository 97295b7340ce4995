"""The objects of the session for a page: computed once, in the background where slow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from pages._ui.shared.jobs import computed, keep_result, kept_result
from rescale4dl_core.session.choices import ObjectSource
from rescale4dl_core.session.measuring import (
    labels_key,
    labels_of,
    measure_entries,
    measured_entries,
    session_measurement,
    settings_of,
    source_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.measuring.objects import ObjectTable
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.segmentation.threshold import ClassicalSettings
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.session.model import Entry, Session


MOST_TABLES_KEPT = 2000
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
        return labels_of(entry, settled, progress=progress)

    key = labels_key(entry, choices)
    return computed("labels", key, segment, meanwhile=meanwhile)


def object_tables(session: Session) -> list[ObjectTable]:
    """Return the objects of each of `measured_entries`; see `measure_entries`.

    While images are still being measured, the page shows the progress and stops here.
    """
    choices = session.choices
    # By key, so that an image opened twice is measured once.
    keyed = {labels_key(entry, choices): entry for entry in measured_entries(session)}
    missing = {
        key: entry for key, entry in keyed.items() if kept_result("objects", key) is None
    }
    if missing:
        found = {key: kept_result("labels", key) for key in missing}
        alone = len(session.entries) == 1

        def measure(progress: Progress) -> tuple[ObjectTable, ...]:
            return measure_entries(
                tuple(missing.values()),
                choices,
                found=found,
                alone=alone,
                progress=progress,
            )

        # Kept image by image below, so that one more image does not measure all anew.
        tables = computed("measuring", tuple(missing), measure, most_kept=0)
        for key, table in zip(missing, tables, strict=True):
            keep_result("objects", key, table, most_kept=MOST_TABLES_KEPT)
    return [
        cast("ObjectTable", kept_result("objects", labels_key(entry, choices)))
        for entry in measured_entries(session)
    ]


def measured(session: Session) -> Measurement:
    """Return the measurement of all images of the session.

    Raises
    ------
    RescaleError
        If there is nothing to measure, for the page to show.
    """
    return session_measurement(session, object_tables(session))
