"""The recommendation for a page, and what is asked before it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.jobs import computed
from pages._ui.shared.measured_objects import entry_labels
from pages._ui.shared.messages import plain
from pages._ui.shared.state import keep_choices, seeded
from pages._ui.shared.sweep_result import sweep_for, swept_window
from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.advice.evidence import NetworkEvidence
from rescale4dl_core.inference.store import card_of, shipped_names
from rescale4dl_core.session.advising import advise_session
from rescale4dl_core.session.measuring import labels_key, measured_entries
from rescale4dl_core.study.object_facts import ObjectFacts, facts_of_objects
from rescale4dl_core.window import PUBLISHED_WINDOW

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import Sweep


PURPOSES = {
    Purpose.COUNTING: "How many, and where?",
    Purpose.SIZE: "How large, how long, how round?",
    Purpose.STRUCTURE: "Texture, organelles, spots.",
}


def ask_purpose(choices: Choices) -> Choices:
    """Ask what the images are for, and keep the answer."""
    purpose = st.radio(
        "What are the images for?",
        tuple(PURPOSES),
        format_func=lambda purpose: purpose.words[0].upper() + purpose.words[1:],
        captions=tuple(PURPOSES.values()),
        key=seeded("purpose", choices.purpose),
        horizontal=True,
    )
    choices = replace(choices, purpose=purpose or choices.purpose)
    keep_choices(choices)
    return choices


def ask_objective(choices: Choices) -> Choices:
    """Ask for the objective, for the comparison with Nyquist, and keep the answer."""
    decides = choices.purpose is Purpose.STRUCTURE
    title = "Your objective" if decides else "Your objective (optional, for Nyquist)"
    known = choices.numerical_aperture is not None
    return ask_objective_taken_with(choices, title, expanded=decides or known)


def ask_objective_taken_with(
    choices: Choices, title: str, *, expanded: bool = False
) -> Choices:
    """Ask for the objective that the sample was taken with, and keep the answer."""
    with st.expander(title, expanded=expanded):
        aperture, immersion, emission = st.columns(3)
        numerical_aperture = aperture.number_input(
            "Numerical aperture (NA)",
            min_value=0.01,
            max_value=2.0,
            value=None,
            step=0.05,
            placeholder="as printed on the objective",
            key=seeded("numerical_aperture", choices.numerical_aperture),
        )
        immersion_index = immersion.number_input(
            "Refractive index of the immersion",
            min_value=1.0,
            max_value=4.0,
            step=0.01,
            format="%.3f",
            key=seeded("immersion_index", choices.immersion_index),
            help="Air 1, water 1.33, glycerol 1.45, oil 1.515.",
        )
        emission_nm = emission.number_input(
            "Emission wavelength (nm)",
            min_value=100.0,
            max_value=3000.0,
            step=10.0,
            format="%.0f",
            key=seeded("emission_nm", choices.emission_nm),
            help="DAPI 460, GFP 510, Cy3 570, Cy5 670; transmitted light 550.",
        )
    choices = replace(
        choices,
        numerical_aperture=numerical_aperture,
        immersion_index=immersion_index,
        emission_nm=emission_nm,
    )
    keep_choices(choices)
    return choices


def session_recommendation(measurement: Measurement, session: Session) -> Recommendation:
    """Return the recommendation of the session, from all that is known.

    Raises
    ------
    RescaleError
        If the atlas of the network is damaged.
    """
    return advise_session(measurement, session, session_evidence(measurement, session))


def session_evidence(measurement: Measurement, session: Session) -> NetworkEvidence | None:
    """Return what is known of the network in use; None where there is none.

    Raises
    ------
    RescaleError
        If the atlas of the network is damaged.
    """
    sweep = sweep_for(session, measurement)
    name = network_in_use(session, sweep)
    if name is None:
        return None
    # A sweep of another network says nothing of this one.
    used = sweep if sweep is not None and sweep.network == name else None
    if name not in shipped_names():
        return NetworkEvidence(name, swept_window() or PUBLISHED_WINDOW, used)
    return NetworkEvidence.of_card(
        card_of(name), sweep=used, facts=_sample_facts(measurement, session)
    )


def network_in_use(session: Session, sweep: Sweep | None) -> str | None:
    """Return the network that was chosen, else the one that was swept last."""
    chosen = session.choices.network.name
    if not session.choices.network.advises:
        return None
    if chosen in shipped_names():
        return chosen
    return None if sweep is None else sweep.network


def _sample_facts(measurement: Measurement, session: Session) -> ObjectFacts | None:
    choices = session.choices
    entries = measured_entries(session)
    pairs = [(entry.sample.image, entry_labels(entry, choices)) for entry in entries]

    def look(progress: Progress) -> tuple[ObjectFacts | None]:
        progress(0.0, "Looking at contrast and crowding of the objects")
        return (facts_of_objects(pairs, measurement),)

    key = (tuple(labels_key(entry, choices) for entry in entries), measurement.diameter_px)
    (facts,) = computed("facts", key, look)
    return facts


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
