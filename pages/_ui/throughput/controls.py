"""What the throughput page asks, in its address too: to bookmark or to send."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.messages import plain, show_error
from pages._ui.shared.state import forget_widgets, keep_choices, seeded
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.planning.gain import Detector, Route
from rescale4dl_core.planning.ratios import nearest_ratio, ratios_to_try
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.session.choices import KeptPlan
from rescale4dl_core.session.experiment import booked_choices
from rescale4dl_core.session.plan_link import plan_of_query, query_of
from rescale4dl_core.session.planning import chosen_of, ranking_of
from rescale4dl_core.wording import coarser_or_finer, microns

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.quantities import PixelSize
    from rescale4dl_core.session.choices import Choices


ROUTES = {
    Route.MAGNIFICATION: "Each field shows more of the sample.",
    Route.BINNING: "The camera saves the same field in fewer pixels.",
}


def ask_pixel_size(
    choices: Choices, pixel_size: PixelSize | None, recommended: float
) -> Choices:
    """Ask which pixel size to try, and how it is reached; keep the answer."""
    route = st.radio(
        "How do you change the pixel size?",
        tuple(ROUTES),
        format_func=lambda route: route.words[0].upper() + route.words[1:],
        captions=tuple(ROUTES.values()),
        key=seeded("route", choices.route),
    )
    ratios = ratios_to_try(route, recommended, choices.what_if_ratio)
    wanted = recommended if choices.what_if_ratio is None else choices.what_if_ratio
    now_um = None if pixel_size is None else pixel_size.mean_um

    def name(ratio: float) -> str:
        mark = " (recommended)" if ratio == recommended else ""
        if now_um is None or ratio == 1:
            return f"{coarser_or_finer(ratio)}{mark}"
        return f"{coarser_or_finer(ratio)}: {microns(now_um * ratio)}{mark}"

    ratio = st.select_slider(
        "Pixel size to try, against your sample",
        ratios,
        format_func=name,
        key=seeded(f"what_if_ratio_{route.name}", nearest_ratio(ratios, wanted)),
    )
    detector = choices.detector
    if route is Route.BINNING:
        wanted_detector = st.radio(
            "Camera",
            tuple(Detector),
            format_func=lambda detector: detector.words,
            key=seeded("detector", choices.detector),
            horizontal=True,
            help="An sCMOS adds pixels after reading them out, a CCD before: it saves "
            "read noise too.",
        )
        detector = wanted_detector or detector
    choices = replace(
        choices,
        route=route,
        what_if_ratio=None if ratio == recommended else ratio,
        detector=detector,
    )
    keep_choices(choices)
    return choices


def ask_timing(choices: Choices) -> Choices:
    """Ask for the parts of the time per field; keep the answer."""
    before = choices.timing
    timing = FieldTiming(
        exposure_s=_seconds("Exposure", "exposure", before.exposure_s, 5.0, 0.01),
        readout_s=_seconds(
            "Readout and transfer, per image", "readout", before.readout_s, 3.0, 0.05
        ),
        filter_change_s=_seconds(
            "Filter change, between channels", "filter", before.filter_change_s, 3.0, 0.05
        ),
        z_move_s=_seconds(
            "Focus move, between planes", "z_move", before.z_move_s, 1.0, 0.01
        ),
        stage_move_s=_seconds(
            "Stage move and settling", "stage", before.stage_move_s, 10.0, 0.1
        ),
        autofocus_s=_seconds("Autofocus", "autofocus", before.autofocus_s, 20.0, 0.5),
        n_channels=_whole("Channels", "channels", before.n_channels, 1, 10),
        n_planes=_whole("Planes", "planes", before.n_planes, 1, 200),
        n_timepoints=_whole("Time points", "timepoints", before.n_timepoints, 1, 500),
    )
    choices = replace(choices, timing=timing)
    keep_choices(choices)
    return choices


def ask_camera(choices: Choices) -> Choices:
    """Ask for the size of the camera; keep the answer."""
    columns, rows = st.columns(2)
    camera_columns_px = columns.number_input(
        "Camera width (px)", 1, 1_000_000, key=seeded("camera_x", choices.camera_columns_px)
    )
    camera_rows_px = rows.number_input(
        "Camera height (px)", 1, 1_000_000, key=seeded("camera_y", choices.camera_rows_px)
    )
    choices = replace(
        choices, camera_rows_px=camera_rows_px, camera_columns_px=camera_columns_px
    )
    keep_choices(choices)
    return choices


def ask_goal(choices: Choices) -> Choices:
    """Ask for what is wanted of the acquisition; keep the answer."""
    objects, wells = st.columns(2)
    n_objects_wanted = objects.number_input(
        "Objects wanted, per well",
        1,
        1_000_000_000,
        step=100,
        key=seeded("wanted", choices.n_objects_wanted),
    )
    n_wells = wells.number_input(
        "Wells or samples", 1, 100_000, key=seeded("wells", choices.n_wells)
    )
    overlap_percent = st.slider(
        "Overlap of neighbouring fields (%)",
        0.0,
        90.0,
        step=1.0,
        format="%.0f",
        key=seeded("overlap", choices.overlap_percent),
    )
    bytes_per_pixel = st.radio(
        "Images are saved as",
        sorted({1, 2, 4, choices.bytes_per_pixel}),
        format_func=lambda n_bytes: f"{8 * n_bytes} bit",
        key=seeded("bytes", choices.bytes_per_pixel),
        horizontal=True,
    )
    power_mw = st.number_input(
        "Power at the sample (mW)",
        min_value=0.000001,
        max_value=1e6,
        value=None,
        placeholder="where it was measured",
        key=seeded("power_mw", choices.plan.power_mw),
        help="With it the light dose is given in J/cm²; without, as a ratio. It is taken "
        "to be the same with every objective, and spread over what the lamp lights.",
    )
    choices = replace(
        choices,
        plan=replace(choices.plan, power_mw=power_mw),
        n_objects_wanted=n_objects_wanted,
        n_wells=n_wells,
        overlap_percent=overlap_percent,
        bytes_per_pixel=bytes_per_pixel or choices.bytes_per_pixel,
    )
    keep_choices(choices)
    return choices


def _seconds(label: str, name: str, value_s: float, most_s: float, step_s: float) -> float:
    """Show a slider from 0 s; a longer time from a session file stretches it."""
    return st.slider(
        f"{label} (s)",
        0.0,
        max(most_s, value_s),
        step=step_s,
        key=seeded(name, float(value_s)),
    )


def _whole(label: str, name: str, value: int, least: int, most: int) -> int:
    return st.slider(label, least, max(most, value), key=seeded(name, value))


LINKS = "throughput_links"
"""The settings that this browser tab has read from its address or put there.

A request may still carry an older address of the tab than the last one put there: that is
no link which somebody has opened.
"""


def choices_of_link(choices: Choices) -> Choices:
    """Return the choices that the address asks for; to be called before any widget."""
    query = st.query_params.to_dict()
    if not query or not _is_new(query):
        return choices
    try:
        choices = plan_of_query(query).applied_to(choices)
    except RescaleError as error:
        show_error(error)
        return choices
    forget_widgets()
    keep_choices(choices)
    return choices


def show_link(choices: Choices) -> None:
    """Put the settings into the address, and say so."""
    query = query_of(KeptPlan.of(choices))
    _is_new(query)
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)
    st.caption(
        "The address of this page holds the settings above, not your images: bookmark it, "
        "or send it to somebody who plans with you."
    )


def _is_new(query: dict[str, str]) -> bool:
    """Return whether the tab has not had these settings in its address; remember them."""
    had = st.session_state.setdefault(LINKS, set())
    settings = frozenset(query.items())
    is_new = settings not in had
    had.add(settings)
    return is_new


def offer_booked(advice: Recommendation, choices: Choices) -> None:
    """Say what the planner would book where this page plans with something else."""
    try:
        option = chosen_of(ranking_of(advice, choices), choices)
    except RescaleError:
        return
    booked = booked_choices(option, advice.measurement, choices)
    if booked is None:
        return
    said, button = st.columns([2, 1], vertical_alignment="center")
    said.caption(
        f"The sliders are free. The Planner has {plain(option.configuration.label)}: "
        f"{microns(option.pixel_um)} per pixel, {option.image_rows_px:.0f} × "
        f"{option.image_columns_px:.0f} px, {option.exposure_s:.3g} s of exposure."
    )
    if button.button("Plan with that one", key="plan_with_booked"):
        keep_choices(booked)
        forget_widgets()
        st.rerun()
