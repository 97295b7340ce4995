"""Which network is swept over the scales."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.messages import plain
from pages._ui.state import keep_choices, seeded
from rescale4dl_core.advice.wording import number
from rescale4dl_core.inference.store import shipped_cards

if TYPE_CHECKING:
    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.session.model import Choices

NONE_YET = (
    "No network is installed: the folder `models/` of the program is empty. Get the "
    "networks of the repository, then come back."
)


def ask_network(choices: Choices) -> NetworkCard | None:
    """Ask which network to run; None where there is none."""
    cards = {card.name: card for card in shipped_cards()}
    if not cards:
        st.info(NONE_YET)
        return None
    wanted = choices.network.name
    name = st.selectbox(
        "Network",
        list(cards),
        key=seeded("network", wanted if wanted in cards else next(iter(cards))),
    )
    card = cards[name]
    st.caption(
        f"{plain(card.task.rstrip('.'))}. Its window: one pixel spans "
        f"{number(card.window.low_percent)} to {number(card.window.high_percent)} % of an "
        "object's diameter (coverage)."
    )
    if name != wanted:
        keep_choices(replace(choices, network=replace(choices.network, name=name)))
    return card
