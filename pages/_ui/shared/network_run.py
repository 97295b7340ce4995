"""Running a network on the images of the session, in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import streamlit as st

from pages._ui.shared.jobs import computed, keep_result, kept_result
from pages._ui.shared.measured_objects import entry_labels, measured
from pages._ui.shared.messages import show_error
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.inference.suitability import ImageKind
from rescale4dl_core.session.network_run import Found, find_in, image_kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.session.model import Entry, Session


MOST_KEPT = 24
"""Labels of 2048 x 2048 px take 17 MB."""

_SLOT, _WANTED = "network_found", "network_wanted"
NetworkKey = tuple[str, ...]
"""Name, digest and provider: all that a result depends on besides the image."""


def offer_run(
    session: Session,
    key: NetworkKey,
    network: Callable[[], Network],
    *,
    meanwhile: Callable[[], object],
) -> None:
    """Show the buttons that run a network; show its progress while it runs.

    Parameters
    ----------
    session : Session
        Its current image is run, or all of them.
    key : tuple of str
        Which network.
    network : callable
        Opens it, in the thread that runs it.
    meanwhile : callable
        Draws what can be seen while it runs.
    """
    n_images = len(session.entries)
    with st.container(horizontal=True):
        if st.button("Find the objects", type="primary", key="run_network"):
            st.session_state[_WANTED] = (key, (session.current,))
        if n_images > 1 and st.button(f"In all {n_images} images", key="run_network_all"):
            st.session_state[_WANTED] = (key, tuple(range(n_images)))
    wanted, indices = st.session_state.get(_WANTED, (None, ()))
    if wanted == key:
        _run([session.entries[i] for i in indices if i < n_images], key, network, meanwhile)
        del st.session_state[_WANTED]


def found_by_network(entry: Entry, key: NetworkKey) -> Found | None:
    """Return what a network found in one image, None where it was not run."""
    found = kept_result(_SLOT, (key, entry.sample.image.digest()))
    return cast("Found | None", found)


def _run(
    entries: list[Entry],
    key: NetworkKey,
    network: Callable[[], Network],
    meanwhile: Callable[[], object],
) -> None:
    missing = {
        entry.sample.image.digest(): entry
        for entry in entries
        if found_by_network(entry, key) is None
    }
    if not missing:
        return

    def work(progress: Progress) -> tuple[Found, ...]:
        progress(0.0, "Opening the network")
        return find_in(tuple(missing.values()), network(), progress=progress)

    try:
        # Kept image by image below, not as a whole.
        results = computed(
            "network", (key, *missing), work, most_kept=0, meanwhile=meanwhile
        )
    except RescaleError as error:
        show_error(error)
        return
    for digest, found in zip(missing, results, strict=True):
        keep_result(_SLOT, (key, digest), found, most_kept=MOST_KEPT)


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
    return measurement, image_kind(image, labels)


def labels_seen(session: Session, found: Found | None) -> Labels | None:
    """Return the objects to look at: those found last, else those measured, if any."""
    if found is not None and found.prediction.n_objects:
        return found.prediction.labels
    try:
        return entry_labels(session.entry, session.choices)
    except RescaleError:
        return None
