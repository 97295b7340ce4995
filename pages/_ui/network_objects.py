"""What is known of the objects before a network is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.measuring import entry_labels, measured
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.inference.fit import ImageKind
from rescale4dl_core.session.network_run import kind_of

if TYPE_CHECKING:
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.session.network_run import Found


def objects_so_far(session: Session) -> tuple[Measurement | None, ImageKind]:
    """Return the sizes of the objects and the kind of image; None where not known yet."""
    image = session.entry.sample.image
    try:
        measurement = measured(session)
    except RescaleError:
        st.info(
            "The size of your objects is not known yet, so no network can be proposed. "
            "Run one and look, or tell the app where the objects are on the Objects page."
        )
        return None, ImageKind(image.is_rgb)
    try:
        labels = entry_labels(session.entry, session.choices)
    except RescaleError:
        labels = None
    return measurement, kind_of(image, labels)


def labels_seen(session: Session, found: Found | None) -> Labels | None:
    """Return the objects to look at: those found last, else those measured, if any."""
    if found is not None and found.prediction.n_objects:
        return found.prediction.labels
    try:
        return entry_labels(session.entry, session.choices)
    except RescaleError:
        return None
