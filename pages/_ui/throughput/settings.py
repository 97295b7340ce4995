"""The settings of the throughput page in its address: to bookmark or to send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.messages import plain, show_error
from pages._ui.shared.state import forget_widgets, keep_choices
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.session.choices import KeptPlan
from rescale4dl_core.session.experiment import booked_choices
from rescale4dl_core.session.plan_link import plan_of_query, query_of
from rescale4dl_core.session.planning import chosen_of, ranking_of
from rescale4dl_core.wording import microns

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.session.choices import Choices


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
