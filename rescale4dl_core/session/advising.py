"""The recommendation for what a session measured and chose."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rescale4dl_core.advice.objects_in_window import CoverageSpread, spread_at
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.advice.recommendation import Recommendation  # noqa: TC001 read by type
from rescale4dl_core.planning.sampling import Optics
from rescale4dl_core.session.choices import ObjectSource
from rescale4dl_core.session.measuring import source_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rescale4dl_core.advice.evidence import NetworkEvidence
    from rescale4dl_core.images import Image
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.session.choices import Choices
    from rescale4dl_core.session.model import Session


def advise(
    measurement: Measurement,
    choices: Choices,
    evidence: NetworkEvidence | None = None,
) -> Recommendation:
    """Return the recommendation for `measurement`, as `choices` ask.

    Without evidence on a network the published window decides.
    """
    return recommend(
        measurement,
        purpose=choices.purpose,
        optics=optics_of(choices),
        evidence=evidence,
        tolerance_percent=choices.sweep.tolerance_percent,
        bytes_per_pixel=choices.bytes_per_pixel,
    )


def advise_session(
    measurement: Measurement,
    session: Session,
    evidence: NetworkEvidence | None = None,
) -> Recommendation:
    """Return `advise` with what was noted while images and masks were read as cautions."""
    advice = advise(measurement, session.choices, evidence)
    # What holds for many images is said once.
    noted = tuple(dict.fromkeys(_noted(session)))
    return replace(advice, cautions=(*advice.cautions, *noted))


def recommended_ratio(
    measurement: Measurement,
    choices: Choices,
    image: Image | None = None,
    evidence: NetworkEvidence | None = None,
) -> float:
    """Return recommended / present pixel size; 1 where there is no answer yet.

    The present one is that of `image`, of the first image where none is given.
    """
    ratio = advise(measurement, choices, evidence).ratio or 1.0
    return ratio if image is None else ratio / measurement.grid_ratio(image.pixel_size)


def spreads_at(
    measurement: Measurement, image: Image, ratios: Sequence[float]
) -> tuple[CoverageSpread, ...]:
    """Return the objects with pixels `ratios` times as large as those of `image`."""
    to_first = measurement.grid_ratio(image.pixel_size)
    return tuple(spread_at(measurement, ratio * to_first) for ratio in ratios)


def optics_of(choices: Choices) -> Optics | None:
    """Return the objective that was typed in, None where no aperture was."""
    if choices.numerical_aperture is None:
        return None
    return Optics(
        numerical_aperture=choices.numerical_aperture,
        immersion_index=choices.immersion_index,
        emission_nm=choices.emission_nm,
    )


def _noted(session: Session) -> Iterator[str]:
    for entry in session.entries:
        yield from entry.sample.image.notes
        if entry.sample.image.pixel_size is not None:
            yield from entry.sample.image.known.notes
        source = source_of(entry, session.choices)
        if source is ObjectSource.MASK and entry.sample.labels is not None:
            yield from entry.sample.labels.notes
        if source is ObjectSource.NETWORK and entry.predicted is not None:
            yield from entry.predicted.notes
            yield (
                f"{entry.sample.image.name}: the sizes are those of what the network "
                f"{entry.predicted.source} found, not of a checked mask. Look at the "
                "outlines on the Objects page of the app before you book."
            )
        if source is ObjectSource.SEGMENTED:
            yield (
                f"{entry.sample.image.name}: the sizes are those of a threshold and "
                "watershed, not of a checked mask. Look at the outlines on the Objects "
                "page of the app, or give a mask, before you book."
            )
