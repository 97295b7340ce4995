"""The sweep that was run last, for every page that can use it.

It is kept under `st.session_state[LATEST]` as (samples_key, Sweep, Window or None of its
network); the key names pixels, masks and relative pixel sizes, so a sweep of other images
is never shown for these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import streamlit as st

from rescale4dl_core.session.sweeping import SamplesKey, restated, samples_key

if TYPE_CHECKING:
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import Sweep
    from rescale4dl_core.window import Window

    Kept = tuple[SamplesKey, Sweep, Window | None]


LATEST = "sweep_latest"


def remember_sweep(key: SamplesKey, sweep: Sweep, window: Window | None) -> None:
    """Make `sweep`, of a network with `window`, the one that pages see from now on."""
    st.session_state[LATEST] = (key, sweep, window)


def sweep_for(session: Session, measurement: Measurement) -> Sweep | None:
    """Return the last sweep of the images of `session`, None where there is none.

    Coverages, pixel sizes and counts per field are those of the present measurement and
    camera, which may have changed since.
    """
    kept = _kept()
    if kept is None or kept[0] != samples_key(session, measurement):
        return None
    return restated(kept[1], session, measurement)


def swept_window() -> Window | None:
    """Return the window of the network that was swept last, None where it has none."""
    kept = _kept()
    return None if kept is None else kept[2]


def _kept() -> Kept | None:
    return cast("Kept | None", st.session_state.get(LATEST))
