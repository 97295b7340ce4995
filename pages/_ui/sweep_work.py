"""The sweep in the background: started by a button, stopped by another, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.jobs import computed, kept_result
from pages._ui.messages import show_error
from pages._ui.state import keep_choices
from pages._ui.sweep_result import remember_sweep, sweep_for
from rescale4dl_core.errors import CancelledError, RescaleError
from rescale4dl_core.session.sweeping import (
    factors_of,
    samples_key,
    stopped_sweep,
    sweep_session,
    wants_stability,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from pages._ui.network_sight import Chosen
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import ScaleResult, Sweep

SLOT = "sweep"
MOST_KEPT = 3
"""A sweep of 512 x 512 px holds 35 MB of labels."""

LIVE_S = 2.0
"""How often the scales that are done are drawn while others run."""

_WANTED = "sweep_wanted"
_SO_FAR = "sweep_so_far"


def offer_sweep(
    session: Session,
    measurement: Measurement,
    chosen: Chosen,
    meanwhile: Callable[[Sweep], object],
) -> Sweep | None:
    """Show the button that starts the sweep, its progress, and return what is known.

    Parameters
    ----------
    session : Session
        Images and choices.
    measurement : Measurement
        Of its objects.
    chosen : Chosen
        Which network, and how it is opened, in the thread that runs it.
    meanwhile : callable
        Draws the scales that are done while others are still running.

    Returns
    -------
    Sweep or None
        The last sweep of these images by this network; None before the first.
    """
    key = _key(session, measurement, chosen)
    if st.button("Run the sweep", type="primary", key="run_sweep"):
        st.session_state[_WANTED] = key
        st.session_state[_SO_FAR] = []
        choices = session.choices
        keep_choices(replace(choices, network=replace(choices.network, advises=True)))
    if st.session_state.get(_WANTED) == key:
        _run(session, measurement, chosen, key, meanwhile)
    done = kept_result(SLOT, key)
    if done is not None:
        remember_sweep(samples_key(session, measurement), done, chosen.sight.window)
    latest = sweep_for(session, measurement)
    return latest if latest is not None and latest.network == chosen.key[0] else None


def _run(
    session: Session,
    measurement: Measurement,
    chosen: Chosen,
    key: Hashable,
    meanwhile: Callable[[Sweep], object],
) -> None:
    so_far: list[ScaleResult] = st.session_state[_SO_FAR]
    name = chosen.key[0]

    def work(progress: Progress) -> Sweep:
        progress(0.0, f"Opening {name}")
        network = chosen.opened()
        return sweep_session(
            session, network, measurement, progress=progress, on_scale=so_far.append
        )

    def stopped() -> Sweep:
        return stopped_sweep(session, name, measurement, tuple(so_far))

    @st.fragment(run_every=LIVE_S)
    def watch() -> None:
        if so_far:
            meanwhile(stopped())

    try:
        computed(
            SLOT,
            key,
            work,
            most_kept=MOST_KEPT,
            meanwhile=watch,
        )
    except CancelledError as error:
        if so_far:
            remember_sweep(
                samples_key(session, measurement), stopped(), chosen.sight.window
            )
        else:
            show_error(error)
    except RescaleError as error:
        show_error(error)
    del st.session_state[_WANTED]


def _key(session: Session, measurement: Measurement, chosen: Chosen) -> Hashable:
    return (
        samples_key(session, measurement),
        chosen.key,
        factors_of(session, measurement),
        wants_stability(session),
        measurement.estimator,
        measurement.aggregate,
        round(measurement.diameter_px, 6),
    )
