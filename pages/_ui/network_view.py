"""What a network found: outlines, count, sizes, and its use as the objects of the job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.amounts import some
from pages._ui.cache import cached_picture
from pages._ui.downloads import chart_files, download_row, labels_file, png_file
from pages._ui.messages import plain, show_error, show_notes
from pages._ui.network_work import found_in
from pages._ui.size_chart import size_histogram_chart
from pages._ui.size_panel import show_sizes
from pages._ui.state import current_session, open_session
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.inference.providers import in_words
from rescale4dl_core.session.measuring import source_of
from rescale4dl_core.session.network_run import measurement_of, with_found
from rescale4dl_core.session.source import ObjectSource

if TYPE_CHECKING:
    from pages._ui.network_work import NetworkKey
    from rescale4dl_core.pictures.zoom import Zoom
    from rescale4dl_core.session.model import Entry, Session
    from rescale4dl_core.session.network_run import Found


def show_found(entry: Entry, found: Found, zoom: Zoom) -> None:
    """Show the outlines of what was found in one image, with what ran and how long."""
    image, prediction = entry.sample.image, found.prediction
    overlay = cached_picture(image, zoom, prediction.labels)
    st.image(overlay, width="stretch", alt="The image with what the network found")
    n_border = int(found.table.touches_border.sum())
    cut = f", {n_border} of them cut by the border (dashed)" if n_border else ""
    st.markdown(
        f"**{some(prediction.n_objects, 'object')}**{cut}. "
        f"{plain(prediction.labels.source)} ran on "
        f"{in_words(prediction.provider)} for {prediction.seconds_network:.1f} s; "
        f"{prediction.seconds:.1f} s from pixels to outlines."
    )
    show_notes(prediction.notes)
    if not prediction.n_objects:
        return
    download_row(
        png_file("network_outlines.png", overlay, "Outlines (PNG)"),
        labels_file("network_labels.tif", prediction.labels, image.pixel_size),
    )


def show_sizes_of(entry: Entry, found: Found) -> None:
    """Show how large the found objects are."""
    try:
        measurement = measurement_of(found, entry.sample.image, current_session().choices)
    except RescaleError as error:
        show_error(error)
        return
    show_sizes(measurement)
    chart = size_histogram_chart(measurement)
    st.altair_chart(chart, width="stretch")
    download_row(*chart_files("network_sizes", chart))


def offer_as_objects(session: Session, key: NetworkKey) -> None:
    """Offer to let what was found be the objects that all other pages rest on."""
    found = {
        entry.sample.image.digest(): result.prediction.labels
        for entry in session.entries
        if (result := found_in(entry, key)) is not None and result.prediction.n_objects
    }
    if not found:
        return
    entry = session.entry
    mine = found.get(entry.sample.image.digest())
    in_use = source_of(entry, session.choices) is ObjectSource.NETWORK
    if in_use and mine is entry.predicted:
        st.success("These are the objects of this job: every page now rests on them.")
        return
    of_all = len(session.entries)
    note = "" if len(found) == of_all else f" ({len(found)} of {of_all} images)"
    if st.button(f"Use these as the objects of this job{note}", key="use_found"):
        open_session(with_found(session, found))
        st.rerun()
    st.caption(
        "Then sizes, throughput and the recommendation rest on these outlines. A mask that "
        "came with an image is kept; the Objects page goes back to it."
    )
