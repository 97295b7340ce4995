"""The networks that are open: one of each for all users of the server."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.network_sight import Chosen, sight_of
from rescale4dl_core.inference.network import open_network

if TYPE_CHECKING:
    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.inference.network import Network


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


def chosen_of(card: NetworkCard, provider: str) -> Chosen:
    """Return a shipped network as the one to run."""
    networks = open_networks()
    key = (card.name, card.sha256, provider)
    return Chosen(key, lambda: networks.get(*key), sight_of(card))
