"""The settings of the throughput page in its address: to bookmark or to send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.messages import show_error
from pages._ui.state import forget_widgets, keep_choices
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.session.kept_plan import KeptPlan, plan_of_query

if TYPE_CHECKING:
    from rescale4dl_core.session.model import Choices

LINK = "throughput_link"
"""The parameters that were read or written last."""


def choices_of_link(choices: Choices) -> Choices:
    """Return the choices that the address asks for; to be called before any widget."""
    query = st.query_params.to_dict()
    if not query or query == st.session_state.get(LINK):
        return choices
    st.session_state[LINK] = query
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
    query = KeptPlan.of(choices).query()
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)
    st.session_state[LINK] = query
    st.caption(
        "The address of this page holds the settings above, not your images: bookmark it, "
        "or send it to somebody who plans with you."
    )
