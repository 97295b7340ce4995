"""Which part of the image the pictures show; the same on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.state import seeded
from rescale4dl_core.pictures.view import WHOLE, Zoom, zooms_offered

if TYPE_CHECKING:
    from rescale4dl_core.images import Image


_ZOOM = "zoom"


def zoom_of(image: Image) -> Zoom:
    """Return the part of `image` that was chosen last, else the whole."""
    digest, zoom = st.session_state.get(_ZOOM, ("", WHOLE))
    return zoom if digest == image.digest() else WHOLE


def ask_zoom(image: Image) -> Zoom:
    """Ask how close to look, and where."""
    # Widgets of their own for each image, so that one does not inherit another's zoom.
    before, tag = zoom_of(image), image.digest()[:8]
    offered = zooms_offered(image.shape)
    if len(offered) == 1:
        return WHOLE
    close, up_down, left_right = st.columns(3)
    times = close.select_slider(
        "Look closer",
        offered,
        format_func=lambda times: "whole image" if times == 1 else f"{times}×",
        key=seeded(f"zoom_{tag}", before.times),
    )
    row_percent, column_percent = before.row_percent, before.column_percent
    if times > 1:
        row_percent = up_down.slider(
            "Up – down (%)",
            0.0,
            100.0,
            step=1.0,
            format="%.0f",
            key=seeded(f"zoom_row_{tag}", row_percent),
        )
        column_percent = left_right.slider(
            "Left – right (%)",
            0.0,
            100.0,
            step=1.0,
            format="%.0f",
            key=seeded(f"zoom_column_{tag}", column_percent),
        )
    zoom = Zoom(times, row_percent, column_percent)
    st.session_state[_ZOOM] = (image.digest(), zoom)
    return zoom
