"""What the objects page asks: where outlines come from, and how to segment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.measuring import entry_settings
from pages._ui.state import current_session, keep_choices, open_session, seeded
from rescale4dl_core.segmentation.settings import ClassicalSettings, Threshold
from rescale4dl_core.session.measuring import source_of
from rescale4dl_core.session.source import ObjectSource

if TYPE_CHECKING:
    from rescale4dl_core.images import Image
    from rescale4dl_core.session.model import Session

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
