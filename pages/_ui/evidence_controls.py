"""Which network the advice is for, and how much score may be given up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.evidence import network_in_use
from pages._ui.messages import plain
from pages._ui.state import keep_choices, seeded
from pages._ui.sweep_result import sweep_for
from rescale4dl_core.inference.store import shipped_names

if TYPE_CHECKING:
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.session.model import Session

NO_NETWORK = "none: the published range decides"


def ask_network_and_tolerance(session: Session, measurement: Measurement) -> None:
    """Ask for the network and the tolerance, and keep the answers.

    Nothing is asked where no network is installed and none was swept.
    """
    sweep = sweep_for(session, measurement)
    names = list(shipped_names())
    if sweep is not None and sweep.network not in names:
        names.append(sweep.network)
    if not names:
        return
    in_use = network_in_use(session, sweep)
    network, tolerance = st.columns(2, gap="large")
    name = network.selectbox(
        "Which network will find the objects?",
        (NO_NETWORK, *names),
        key=seeded("advice_network", in_use or NO_NETWORK),
        help="Its range, its results on test images and, where you ran one, its sweep of "
        "your images decide together.",
    )
    choices = session.choices
    chosen = None if name == NO_NETWORK else name
    swept = sweep is not None and sweep.network == chosen
    percent = choices.sweep.tolerance_percent
    if chosen is not None:
        percent = tolerance.slider(
            "Score that may be given up for coarser pixels (%)",
            min_value=0.0,
            max_value=20.0,
            step=0.5,
            key=seeded("advice_tolerance", min(percent, 20.0)),
            help="Of the best score that the network reaches at any pixel size.",
        )
        if not swept:
            with network:
                st.page_link(
                    "pages/scale_sweep.py",
                    label=f"{plain(chosen)} was not run on your images: sweep them →",
                )
    keep_choices(
        replace(
            choices,
            network=replace(
                choices.network,
                name=chosen or choices.network.name,
                advises=chosen is not None or (in_use is None and choices.network.advises),
            ),
            sweep=replace(choices.sweep, tolerance_percent=percent),
        )
    )
