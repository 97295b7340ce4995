"""What the sweep page asks: which scales, and whether to disturb the images."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.jobs import computed, kept_result
from pages._ui.shared.messages import show_error, show_notes
from pages._ui.shared.state import current_session, keep_choices, seeded
from pages._ui.shared.sweep_result import remember_sweep, sweep_for
from rescale4dl_core.errors import CancelledError, RescaleError
from rescale4dl_core.evaluation.own_metrics import installed_metrics
from rescale4dl_core.session.sweeping import (
    factors_of,
    has_mask,
    samples_key,
    series_of,
    stopped_sweep,
    sweep_session,
    wants_stability,
)
from rescale4dl_core.wording import coarser_or_finer, microns, number

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from pages._ui.shared.network_sight import Chosen
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import ScaleResult, Sweep


STABILITY = (
    "Each image is run four times more: mirrored, with noise, and with pixels 5 % larger "
    "and smaller. A network that suits a scale finds the same objects every time. This "
    "judges scales without a mask, and takes about five times as long."
)


def ask_scales(session: Session, measurement: Measurement) -> None:
    """Ask which pixel sizes to try; keep the answer."""
    series = series_of(session, measurement)
    usual = [float(factor.ratio) for factor in series.factors]
    chosen = list(session.choices.sweep.ratios)
    size = measurement.pixel_size

    def name(ratio: float) -> str:
        um = "" if size is None else f": {microns(size.mean_um * ratio)}"
        return f"{coarser_or_finer(ratio)}{um}"

    ratios = st.multiselect(
        "Pixel sizes to try, against your sample",
        sorted({*usual, *chosen}),
        format_func=name,
        key=seeded("sweep_ratios", chosen or usual),
        help="Few coarse ones answer fast; the finest take the most time.",
    )
    show_series = series.notes if not chosen else ()
    show_notes(show_series)
    if not ratios:
        st.caption("None chosen: the usual ones are tried.")
    is_usual = sorted(ratios) == usual or not ratios
    _keep(ratios=() if is_usual else tuple(sorted(ratios)))


def ask_stability(session: Session) -> None:
    """Ask whether perturbed versions are run too; keep the answer."""
    before = wants_stability(session)
    wanted = st.toggle(
        "Measure stability", key=seeded("sweep_stability", before), help=STABILITY
    )
    if wanted != before:
        _keep(stability=wanted)
    if not wanted and not has_mask(session):
        st.caption(
            "Without a mask and without stability, only the number and size of what is "
            "found can be compared."
        )


def show_reference(session: Session, measurement: Measurement) -> None:
    """Say what predictions are compared with."""
    diameter = f"{number(measurement.diameter_px)} px"
    n_images = len(session.entries)
    images = "your image" if n_images == 1 else f"your {n_images} images together"
    n_masks = sum(entry.sample.labels is not None for entry in session.entries)
    if n_masks:
        every = "the mask" if n_masks == n_images else f"the masks of {n_masks} of them"
        st.caption(f"On {images}, objects {diameter} across. Scored against {every}.")
    else:
        st.caption(
            f"On {images}, objects {diameter} across by the Objects page. There is no "
            "mask to score against, so scales are compared by **stability**."
        )


def _keep(**changed: object) -> None:
    choices = current_session().choices
    sweep = replace(choices.sweep, **changed)  # type: ignore[arg-type]
    keep_choices(replace(choices, sweep=sweep))


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
            session,
            network,
            measurement,
            metrics=installed_metrics(),
            progress=progress,
            on_scale=so_far.append,
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
