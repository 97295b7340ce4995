"""Which network to run: each against the measured objects, the best one proposed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages._ui.shared.messages import plain
from pages._ui.shared.network_sight import Chosen, sight_of
from pages._ui.shared.state import current_session, keep_choices, seeded
from rescale4dl_core.inference.opening import open_network
from rescale4dl_core.inference.suitability import (
    best_suited,
    fit_of,
    likely_suited,
    objections_by_kind,
    percent,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.inference.suitability import ImageKind, NetworkFit
    from rescale4dl_core.measuring.measurement import Measurement


NO_NETWORKS = (
    "No network came with this installation: the folder `models/` of the program is empty "
    "or missing. Install the program again."
)
PROVIDERS = {
    "auto": "the fastest there is",
    "cpu": "the processor (CPU)",
    "cuda": "an NVIDIA graphics card (CUDA)",
}
COLUMNS: dict[str, Any] = {
    "network": "Network",
    "for": "What it is for",
    "window": "Wants (px)",
    "coverage": "Coverage (%)",
    "fits": "Your objects",
}


def choose_network(
    cards: Sequence[NetworkCard], measurement: Measurement | None, kind: ImageKind
) -> NetworkCard:
    """Propose a network, show how all of them fit, and ask which one to run."""
    choices = current_session().choices
    best = None if measurement is None else best_suited(cards, measurement, kind)
    if best is not None:
        _show_proposal(best)
    by_name = {card.name: card for card in cards}
    wanted = choices.network.name
    proposed = likely_suited(cards, kind).name if best is None else best.card.name

    def name_of(name: str) -> str:
        return f"{name} (proposed)" if best and name == best.card.name else name

    name = st.selectbox(
        "Network to run",
        list(by_name),
        format_func=name_of,
        key=seeded("network", wanted if wanted in by_name else proposed),
    )
    if name != (wanted or proposed):
        keep_choices(replace(choices, network=replace(choices.network, name=name)))
    card = by_name[name]
    if measurement is None:
        st.caption(plain(card.task))
        objections = objections_by_kind(card, kind)
        if objections:
            st.warning(plain(" ".join(objections)))
    elif best is None or card is not best.card:
        _show_fit(fit_of(card, measurement, kind))
    return card


def show_all_fits(
    cards: Sequence[NetworkCard], measurement: Measurement, kind: ImageKind
) -> None:
    """Show one row per network."""
    fits = [fit_of(card, measurement, kind) for card in cards]
    st.dataframe(
        {
            "network": [fit.card.name for fit in fits],
            "for": [fit.card.task for fit in fits],
            "window": [
                f"{fit.card.window.diameter_min_px:.0f} – "
                f"{fit.card.window.diameter_max_px:.0f}"
                for fit in fits
            ],
            "coverage": [
                f"{percent(fit.card.window.low_percent)} – "
                f"{percent(fit.card.window.high_percent)}"
                for fit in fits
            ],
            "fits": [_in_a_word(fit) for fit in fits],
        },
        width="stretch",
        hide_index=True,
        column_config=COLUMNS,
    )
    st.caption(
        "Wants: how many pixels wide objects should be. Coverage: the same, as the share "
        "of that width that one pixel spans."
    )


def choose_provider() -> str:
    """Ask what runs the network."""
    choices = current_session().choices
    before = choices.network.provider
    provider = st.selectbox(
        "Run it on",
        list(PROVIDERS),
        format_func=PROVIDERS.__getitem__,
        key=seeded("provider", before),
        help="A graphics card is ten to a hundred times as fast. Where it cannot be used, "
        "the processor does the work and the result says so.",
    )
    if provider != before:
        keep_choices(replace(choices, network=replace(choices.network, provider=provider)))
    return provider


def _show_proposal(best: NetworkFit) -> None:
    st.markdown(f"**Proposed: {best.card.name}.** {plain(best.reason)}")
    _show_fit(best)


def _show_fit(fit: NetworkFit) -> None:
    show = st.success if fit.inside_window and not fit.objections else st.warning
    show(plain(" ".join((fit.sentence, *fit.objections))))


def _in_a_word(fit: NetworkFit) -> str:
    if fit.objections:
        return "another kind of image"
    if fit.inside_window:
        return f"suit it ({fit.share_inside_percent:.0f} %)"
    return "too large" if fit.ratio_into_window > 1 else "too small"


MOST_OPEN = 3
"""Each keeps up to some hundred MB after it has run."""


class OpenNetworks:
    """Opens a shipped network when it is asked for, and keeps those used last."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, str, str], Network] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str, sha256: str, provider: str) -> Network:
        """Return the shipped network `name`; may be called from any thread.

        Raises
        ------
        NetworkError
            If it cannot be opened.
        """
        # With the digest: a file may be replaced while the server runs.
        key = (name, sha256, provider)
        with self._lock:
            if key not in self._open:
                self._open[key] = open_network(name, provider=provider)
            self._open.move_to_end(key)
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
            return self._open[key]


@st.cache_resource(show_spinner=False)
def open_networks() -> OpenNetworks:
    """Return the networks of this server."""
    return OpenNetworks()


def chosen_card(card: NetworkCard, provider: str) -> Chosen:
    """Return a shipped network as the one to run."""
    networks = open_networks()
    key = (card.name, card.sha256, provider)
    return Chosen(key, lambda: networks.get(*key), sight_of(card))
