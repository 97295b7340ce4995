"""What the sample page asks: which image, which plane of it, and its pixel size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.downloads import csv_file, download_row
from pages._ui.shared.messages import plain, show_error, show_notes
from pages._ui.shared.opening import ask_for_plane, close_current
from pages._ui.shared.state import current_session, keep, open_session, seeded
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.images import TYPED_IN
from rescale4dl_core.reading.opened import Selection, choices_of
from rescale4dl_core.reading.pixel_size import typed_pixel_size
from rescale4dl_core.session.facts import entry_facts, pixel_size_in_words

if TYPE_CHECKING:
    from rescale4dl_core.reading.opened import Choice
    from rescale4dl_core.session.model import Entry, Session


def choose_image(session: Session) -> None:
    """Offer the images of the session, where there are several."""
    names = [entry.sample.image.name for entry in session.entries]
    if len(names) == 1:
        return
    index = st.selectbox(
        f"Image shown, of {len(names)}",
        range(len(names)),
        format_func=names.__getitem__,
        key=seeded("image_shown", session.current),
        help="All images of the session go into one recommendation.",
    )
    if index != session.current:
        open_session(replace(session, current=index))
        st.rerun()


def offer_to_close(session: Session) -> None:
    """Offer to close the image shown."""
    if not session.entry.is_demo:
        st.button("Close this image", key="close_image", on_click=close_current)


def choose_plane(entry: Entry) -> None:
    """Offer the channels, planes, times and scenes of the file, where it has several."""
    choices = choices_of(entry.sample.info)
    if not choices:
        return
    st.subheader("Plane shown")
    if entry.origin is None:
        st.caption("To see another channel or plane, open the file again.")
        return
    for choice in choices:
        before = getattr(entry.origin.selection, choice.kind)
        index = _index_of(choice, before)
        if index != before:
            wanted = (
                # Scenes may have other channels and planes.
                Selection(scene=index)
                if choice.kind == "scene"
                else replace(entry.origin.selection, **{choice.kind: index})
            )
            ask_for_plane(entry, wanted)
            st.rerun()


def show_facts(entry: Entry) -> None:
    """Show what the file holds, each value with where it came from."""
    facts = entry_facts(entry)
    rows = "\n".join(
        f"| {fact.name} | {plain(fact.value)} | {plain(fact.source)} |" for fact in facts
    )
    st.markdown(f"| | | from |\n|---|---|---|\n{rows}")
    columns = {
        "name": [fact.name for fact in facts],
        "value": [fact.value for fact in facts],
        "source": [fact.source for fact in facts],
    }
    download_row(csv_file("image.csv", columns, "This table (CSV)"))
    if entry.sample.labels is not None:
        show_notes(entry.sample.labels.notes)


def choose_pixel_size(session: Session) -> None:
    """Let the user type the pixel size over, and go back to what the file says."""
    image, from_file = session.entry.sample.image, session.entry.sample.info.known
    show_notes(image.known.notes)
    size, name = image.pixel_size, image.digest()[:8]
    with st.form("pixel_size", border=False):
        y_um = st.number_input(
            "Pixel size (µm)",
            value=None,
            step=0.01,
            format="%.4f",
            placeholder="unknown",
            key=seeded(f"pixel_y_{name}", None if size is None else size.y_um),
            help="Side of one pixel on the sample: camera pixel × binning ÷ magnification.",
        )
        x_um = st.number_input(
            "Width, if not square (µm)",
            value=None,
            step=0.01,
            format="%.4f",
            placeholder="the same",
            key=seeded(
                f"pixel_x_{name}", None if size is None or size.is_square else size.x_um
            ),
        )
        everywhere = len(session.entries) > 1 and st.checkbox(
            "for every image of the session", key="pixel_size_everywhere"
        )
        wanted = st.form_submit_button("Use this pixel size", key="use_pixel_size")
    if wanted:
        _use_pixel_size(y_um, x_um, everywhere=everywhere)
    if image.known.source == TYPED_IN:
        st.button(
            f"Back to the file: {pixel_size_in_words(from_file)}",
            key="pixel_size_of_file",
            on_click=_back_to_the_file,
        )


def _use_pixel_size(y_um: float | None, x_um: float | None, *, everywhere: bool) -> None:
    session = current_session()
    if y_um is None:
        st.error("No pixel size was typed. Type it in µm, for example 0.108.")
        return
    try:
        typed = typed_pixel_size(y_um, x_um)
    except RescaleError as error:
        show_error(error)
        return
    keep(session.with_pixel_size(typed, everywhere=everywhere))
    st.rerun()


def _back_to_the_file() -> None:
    session = current_session()
    open_session(session.with_pixel_size(session.entry.sample.info.known))


def _index_of(choice: Choice, before: int) -> int:
    label = choice.kind.capitalize()
    key = seeded(choice.kind, before)
    if choice.kind in ("plane", "time"):
        last = len(choice.names) - 1
        return st.slider(f"{label} (the first is 0)", 0, last, key=key)
    names = choice.names
    return int(
        st.selectbox(label, range(len(names)), format_func=names.__getitem__, key=key)
    )
