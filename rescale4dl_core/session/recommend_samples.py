"""From samples to the recommendation in one call: measure, try a network, recommend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.advice.evidence import NetworkEvidence
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.session.advising import advise, advise_session
from rescale4dl_core.session.measuring import labels_of, session_measurement
from rescale4dl_core.session.sweeping import restated, sweep_session
from rescale4dl_core.study.object_facts import facts_of_objects

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.session.model import Session
    from rescale4dl_core.study.results import Sweep


@dataclass(frozen=True, slots=True, eq=False)
class RecommendedSamples:
    """Samples with what is recommended for them, and what that rests on."""

    session: Session
    advice: Recommendation
    measurement: Measurement
    labels: tuple[Labels, ...]
    """The objects of each image."""

    sweep: Sweep | None = None
    """None where no network was run."""


def recommend_measured(
    measurement: Measurement,
    choices: Choices,
    network: Network | None = None,
    *,
    sweep: Sweep | None = None,
) -> Recommendation:
    """Recommend where objects are measured already, and no image is at hand to try.

    Parameters
    ----------
    measurement : Measurement
        Of the objects.
    choices : Choices
        What is asked.
    network : Network, optional
        What is known of it decides; without one the published window does.
    sweep : Sweep, optional
        Of the network on the images that were measured.

    Raises
    ------
    QuantityError
        If the sweep is of another network or of other images.
    """
    if network is None:
        return advise(measurement, choices)
    _refuse_other(sweep, network, measurement.n_images)
    evidence = NetworkEvidence.of_network(network, sweep=sweep)
    return advise(measurement, choices, evidence)


def measured_labels(
    session: Session, *, progress: Progress = silent
) -> tuple[Measurement, tuple[Labels, ...]]:
    """Find and measure the objects of every image, as the choices of the session say.

    Raises
    ------
    LabelImageError
        If nothing can be measured.
    """
    labels = tuple(
        labels_of(entry, session.choices, progress=progress) for entry in session.entries
    )
    tables = [measure_objects(one, progress=progress) for one in labels]
    return session_measurement(session, tables), labels


def recommend_samples(
    session: Session,
    network: Network | None = None,
    *,
    with_sweep: bool = True,
    sweep: Sweep | None = None,
    progress: Progress = silent,
) -> RecommendedSamples:
    """Measure the samples, try the network on them, and recommend, as the app does.

    Parameters
    ----------
    session : Session
        Images, masks and choices.
    network : Network, optional
        Whose evidence decides; without one the published window does.
    with_sweep : bool
        Whether the network is run at many pixel sizes; else what is known of it decides.
    sweep : Sweep, optional
        Of that network on these samples, where it was run before: it is not run again.
    progress : Progress
        Called often; what it raises stops the work.

    Raises
    ------
    RescaleError
        If nothing can be measured, the network runs at no scale, or the sweep is of
        another network or of other samples.
    """
    measurement, labels = measured_labels(session, progress=progress)
    if network is None:
        advice = advise_session(measurement, session)
        return RecommendedSamples(session, advice, measurement, labels)
    images = [entry.sample.image for entry in session.entries]
    facts = facts_of_objects(list(zip(images, labels, strict=True)), measurement)
    if sweep is not None:
        _refuse_other(sweep, network, len(images))
        sweep = restated(sweep, session, measurement)
    elif with_sweep:
        sweep = sweep_session(session, network, measurement, progress=progress)
        progress(1.0, "done")
    evidence = NetworkEvidence.of_network(network, sweep=sweep, facts=facts)
    advice = advise_session(measurement, session, evidence)
    return RecommendedSamples(session, advice, measurement, labels, sweep)


def _refuse_other(sweep: Sweep | None, network: Network, n_images: int) -> None:
    if sweep is not None and (sweep.network, sweep.n_images) != (network.name, n_images):
        raise QuantityError(
            f"The sweep is of {sweep.network} on {sweep.n_images} image(s), and the "
            f"question is about {network.name} on {n_images}. Sweep the same images with "
            "the same network, or leave the sweep out."
        )
