"""The configuration of the planner, taken over to the throughput page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.messages import plain
from pages._ui.state import forget_widgets, keep_choices
from rescale4dl_core.advice.wording import microns
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.session.acquisition import booked_choices
from rescale4dl_core.session.planning import chosen_of, ranking_of

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.session.model import Choices


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
