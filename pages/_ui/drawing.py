"""Diameters drawn on the picture, two clicks each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import streamlit as st

from pages._ui.cache import cached_picture, cached_view
from pages._ui.messages import show_error
from pages._ui.state import current_session, keep
from pages._ui.zooming import ask_zoom, zoom_of
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.measure.drawn import DrawnDiameter

if TYPE_CHECKING:
    from rescale4dl_core.session.model import Entry

_CLICKS = "drawing_clicks"
_FIRST = "drawing_first_click"
_FAULT = "drawing_fault"


def draw_diameters(entry: Entry) -> None:
    """Show the picture to click on, with the diameters drawn so far."""
    import io

    from PIL import Image as PilImage
    from streamlit_image_coordinates import streamlit_image_coordinates

    image = entry.sample.image
    zoom, first = ask_zoom(image), _first_click(entry)
    st.markdown(
        "**Click on the opposite edge of the same object.**"
        if first
        else "**Click on one edge of an object, then on the opposite edge.** Draw across "
        "the width of long objects. Ten objects or more make a fair estimate."
    )
    picture = cached_picture(image, zoom, None, entry.drawn, first)
    streamlit_image_coordinates(
        PilImage.open(io.BytesIO(picture)),
        width="stretch",
        key=_CLICKS,
        on_click=_clicked,
        png_compression_level=1,
        cursor="crosshair",
    )
    fault = st.session_state.pop(_FAULT, None)
    if fault is not None:
        show_error(fault)
    n_drawn = len(entry.drawn)
    with st.container(horizontal=True):
        st.button(
            "Remove the last line",
            key="remove_line",
            on_click=_remove_last,
            disabled=not (n_drawn or first),
        )
        st.button(
            "Clear all lines",
            key="clear_lines",
            on_click=_clear,
            disabled=not n_drawn,
        )


def _clicked() -> None:
    click = st.session_state.get(_CLICKS)
    if click:
        take_click(click["y"], click["x"], click["height"], click["width"])


def take_click(row: float, column: float, shown_rows: float, shown_columns: float) -> None:
    """Take a click on the picture: as the start of a line, or as its end."""
    session = current_session()
    entry = session.entry
    image = entry.sample.image
    point = cached_view(image, zoom_of(image)).image_point_px(
        row, column, shown_rows=shown_rows, shown_columns=shown_columns
    )
    first = _first_click(entry)
    if first is None:
        st.session_state[_FIRST] = (image.digest(), point)
        return
    del st.session_state[_FIRST]
    try:
        line = DrawnDiameter(*first, *point)
    except QuantityError as error:
        st.session_state[_FAULT] = error
    else:
        keep(session.with_entry(replace(entry, drawn=(*entry.drawn, line))))


def _first_click(entry: Entry) -> tuple[float, float] | None:
    """Return the click that waits for its second one on this image."""
    digest, point = st.session_state.get(_FIRST, ("", None))
    mine = digest == entry.sample.image.digest()
    return cast("tuple[float, float] | None", point if mine else None)


def _remove_last() -> None:
    """Take back the first click of a line that is not finished, else the last line."""
    session = current_session()
    if st.session_state.pop(_FIRST, None) is None:
        entry = session.entry
        keep(session.with_entry(replace(entry, drawn=entry.drawn[:-1])))


def _clear() -> None:
    session = current_session()
    st.session_state.pop(_FIRST, None)
    keep(session.with_entry(replace(session.entry, drawn=())))
