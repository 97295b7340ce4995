"""Cached fronts of core functions: one call each.

Only this module uses st.cache_data; the core does not know it is cached. Streamlit hashes
a sample of a large array, so what holds pixels brings its own digest, together with all
else that the answer depends on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from rescale4dl_core.images import Image
from rescale4dl_core.labels import Labels
from rescale4dl_core.pictures.network_sight import Square, receptive_field_png
from rescale4dl_core.pictures.png import picture_png
from rescale4dl_core.pictures.view import WHOLE, View, Zoom, view_of

if TYPE_CHECKING:
    from rescale4dl_core.measuring.drawn import DrawnDiameter


def image_key(image: Image) -> tuple[str, str]:
    """Return what a picture of `image` depends on: its pixels and its scale bar."""
    return image.digest(), repr(image.pixel_size)


PIXEL_DIGESTS: dict[str | type, Any] = {
    Image: image_key,
    Labels: Labels.digest,
    Square: repr,
}
"""`hash_funcs` for every cached function that receives pixels."""


@st.cache_data(show_spinner=False, max_entries=8, hash_funcs=PIXEL_DIGESTS)
def cached_view(image: Image, zoom: Zoom = WHOLE) -> View:
    """See `view_of`."""
    return view_of(image, zoom=zoom)


@st.cache_data(show_spinner=False, max_entries=32, hash_funcs=PIXEL_DIGESTS)
def cached_picture(
    image: Image,
    zoom: Zoom = WHOLE,
    labels: Labels | None = None,
    lines: tuple[DrawnDiameter, ...] = (),
    first_click_px: tuple[float, float] | None = None,
) -> bytes:
    """See `picture_png`."""
    return picture_png(
        image, zoom=zoom, labels=labels, lines=lines, first_click_px=first_click_px
    )


@st.cache_data(show_spinner=False, max_entries=8, hash_funcs=PIXEL_DIGESTS)
def cached_sight(image: Image, labels: Labels | None, squares: tuple[Square, ...]) -> bytes:
    """See `receptive_field_png`."""
    return receptive_field_png(image, labels, squares)
