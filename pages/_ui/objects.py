"""What the objects page asks: where outlines come from, and how to segment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import streamlit as st

from pages._ui.shared.cache import cached_picture, cached_view
from pages._ui.shared.measured_objects import entry_settings
from pages._ui.shared.messages import show_error
from pages._ui.shared.state import current_session, keep, keep_choices, open_session, seeded
from pages._ui.shared.zoom import ask_zoom, zoom_of
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.measuring.drawn import DrawnDiameter
from rescale4dl_core.segmentation.threshold import ClassicalSettings, Threshold
from rescale4dl_core.session.choices import ObjectSource
from rescale4dl_core.session.measuring import source_of

if TYPE_CHECKING:
    from rescale4dl_core.images import Image
    from rescale4dl_core.session.model import Entry, Session


SOURCES = {
    ObjectSource.MASK: "In the mask that came with the image",
    ObjectSource.NETWORK: "As a network found them",
    ObjectSource.SEGMENTED: "Find them by brightness",
    ObjectSource.DRAWN: "Draw a few diameters by hand",
}
THRESHOLDS = {
    Threshold.OTSU: "automatic (Otsu)",
    Threshold.LI: "automatic, for dim objects (Li)",
    Threshold.TRIANGLE: "automatic, for few objects (triangle)",
    Threshold.LOCAL: "brighter than the surroundings (local mean)",
    Threshold.MANUAL: "a value I type in",
}


def choose_source(session: Session) -> ObjectSource:
    """Ask where the sizes of the objects come from, for the whole session."""
    before = source_of(session.entry, session.choices)
    there = {
        ObjectSource.MASK: any(e.sample.labels is not None for e in session.entries),
        ObjectSource.NETWORK: any(e.predicted is not None for e in session.entries),
    }
    source = st.radio(
        "Where are the objects?",
        [s for s in SOURCES if there.get(s, True) or s is before],
        format_func=SOURCES.__getitem__,
        key=seeded(f"object_source_{session.current}", before),
        help="A checked mask is best. A network (Networks page) or finding by brightness "
        "is enough for an estimate when the outlines fit. Drawing works on every image.",
    )
    if source is not before:
        keep_choices(replace(session.choices, object_source=source))
        st.rerun()
    return source


def choose_settings(session: Session) -> None:
    """Ask how objects are found by brightness; the outlines follow at once."""
    image = session.entry.sample.image
    before = entry_settings(session.entry, session.choices)
    wanted = _settings(before, image)
    if wanted != before:
        keep_choices(replace(session.choices, classical=wanted))
        st.rerun()
    if session.choices.classical is None:
        st.caption("These settings were suggested from the image itself.")
    else:
        st.button("Suggest settings again", key="suggest", on_click=_suggest_again)


def _settings(before: ClassicalSettings, image: Image) -> ClassicalSettings:
    tag = image.digest()[:8]
    bright = st.radio(
        "The objects are",
        [True, False],
        format_func=lambda bright: "brighter than the background" if bright else "darker",
        horizontal=True,
        key=seeded(f"objects_are_bright_{tag}", before.objects_are_bright),
    )
    threshold = st.selectbox(
        "A pixel belongs to an object if it passes the threshold:",
        list(THRESHOLDS),
        format_func=THRESHOLDS.__getitem__,
        key=seeded(f"threshold_{tag}", before.threshold),
    )
    level, window = before.manual_level, before.local_window_px
    if threshold is Threshold.MANUAL:
        level = st.number_input(
            "Threshold (pixel value)", key=seeded(f"manual_level_{tag}", level)
        )
    if threshold is Threshold.LOCAL:
        window = st.slider(
            "Size of the surroundings (px)",
            3,
            # A session may hold a value beyond the usual end; it must be reached.
            max(501, window),
            step=2,
            key=seeded(f"local_window_{tag}", window),
            help="Two to five times the size of an object.",
        )
    smoothing_px = st.slider(
        "Smoothing (px)",
        0.0,
        max(10.0, before.smoothing_px),
        step=0.25,
        key=seeded(f"smoothing_{tag}", before.smoothing_px),
        help="Evens out noise before the threshold. Too much merges neighbours.",
    )
    smallest_px = st.slider(
        "Leave out objects smaller than (px across)",
        0.0,
        max(100.0, before.smallest_diameter_px),
        step=0.5,
        key=seeded(f"smallest_{tag}", before.smallest_diameter_px),
    )
    split = st.toggle(
        "Split objects that touch", key=seeded(f"split_{tag}", before.split_touching)
    )
    distance_px, neck_percent = before.split_distance_px, before.neck_percent
    if split:
        distance_px = st.slider(
            "Centres are at least this far apart (px)",
            1.0,
            max(200.0, distance_px),
            step=0.5,
            key=seeded(f"split_distance_{tag}", distance_px),
            help="Less than the radius of an object. Raise it where one object is cut in "
            "two, lower it where two count as one.",
        )
        neck_percent = st.slider(
            "Cut where the neck is narrower than (% of the object's width)",
            5.0,
            100.0,
            step=1.0,
            format="%.0f",
            key=seeded(f"neck_{tag}", neck_percent),
            help="Lower it to keep long objects whole, raise it to cut blurred pairs.",
        )
    return ClassicalSettings(
        threshold=threshold,
        manual_level=level,
        objects_are_bright=bright,
        smoothing_px=smoothing_px,
        local_window_px=window,
        smallest_diameter_px=smallest_px,
        split_touching=split,
        split_distance_px=distance_px,
        neck_percent=neck_percent,
    )


def _suggest_again() -> None:
    session = current_session()
    open_session(session.with_choices(replace(session.choices, classical=None)))


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
