"""What is known about the network of the session, for every page that gives advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages._ui.jobs import computed
from pages._ui.measuring import entry_labels
from pages._ui.sweep_result import sweep_for, swept_window
from rescale4dl_core.advice.evidence import NetworkEvidence
from rescale4dl_core.inference.store import card_of, shipped_names
from rescale4dl_core.session.advising import advise_session
from rescale4dl_core.session.measuring import labels_key, measured_entries
from rescale4dl_core.study.object_facts import ObjectFacts, facts_of
from rescale4dl_core.window import PUBLISHED_WINDOW

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import Sweep


def advised(measurement: Measurement, session: Session) -> Recommendation:
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
        return (facts_of(pairs, measurement),)

    key = (tuple(labels_key(entry, choices) for entry in entries), measurement.diameter_px)
    (facts,) = computed("facts", key, look)
    return facts
