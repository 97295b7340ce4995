"""Which configuration is booked, and which one it is compared with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.state import CHOICE_PREFIX, keep_choices, seeded, set_widget

if TYPE_CHECKING:
    from rescale4dl_core.microscope.ranking import Option, Ranking
    from rescale4dl_core.session.model import Choices

FIRST = "The first of the table"


def ask_chosen(options: tuple[Option, ...], ranking: Ranking, choices: Choices) -> Option:
    """Ask which configuration to book; keep the answer, and return it."""
    by_label = {option.configuration.label: option for option in options}
    chosen = choices.plan.chosen
    marked = None if chosen is None else ranking.find(chosen)
    if marked is not None:
        by_label.setdefault(marked.configuration.label, marked)
    wanted = FIRST if chosen is None or chosen.label not in by_label else chosen.label
    label = _select("Configuration to book", "chosen", (FIRST, *by_label), wanted)
    option = by_label.get(label, options[0])
    booked = None if label == FIRST else option.configuration
    keep_choices(replace(choices, plan=replace(choices.plan, chosen=booked)))
    return option


def ask_other(options: tuple[Option, ...], chosen: Option, ranking: Ranking) -> Option:
    """Ask what the chosen configuration is compared with.

    At first what the sample was taken with, as near as the same camera comes to it.
    """
    same_camera = ranking.with_camera(chosen.configuration.camera)
    by_label = {
        option.configuration.label: option
        for option in (*options, *same_camera)
        if option.configuration != chosen.configuration
    }
    if not by_label:
        return chosen
    as_taken = ranking.as_taken(same_camera).configuration.label
    wanted = as_taken if as_taken in by_label else next(iter(by_label))
    return by_label[_select("Instead of", "other", tuple(by_label), wanted)]


def _select(label: str, name: str, found: tuple[str, ...], wanted: str) -> str:
    """Show a list that starts at `wanted`.

    Again where what it showed is no longer in it, or was what it started at before.
    """
    usual = f"{CHOICE_PREFIX}{name}_usual"
    shown = st.session_state.get(f"{CHOICE_PREFIX}{name}", wanted)
    if shown not in found or shown == st.session_state.get(usual):
        set_widget(name, wanted)
    st.session_state[usual] = wanted
    return st.selectbox(label, found, key=seeded(name, wanted))
