"""The recommendation for what a session measured and chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.recommend import Recommendation, recommend
from rescale4dl_core.planning.sampling import Optics

if TYPE_CHECKING:
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.session.model import Choices


def advise(measurement: Measurement, choices: Choices) -> Recommendation:
    """Return the recommendation for `measurement`, as `choices` ask."""
    return recommend(
        measurement,
        purpose=choices.purpose,
        optics=optics_of(choices),
        bytes_per_pixel=choices.bytes_per_pixel,
    )


def recommended_ratio(measurement: Measurement, choices: Choices) -> float:
    """Return new / old pixel size as recommended; 1 where there is no answer yet."""
    return advise(measurement, choices).ratio or 1.0


def optics_of(choices: Choices) -> Optics | None:
    """Return the objective that was typed in, None where no aperture was."""
    if choices.numerical_aperture is None:
        return None
    return Optics(
        numerical_aperture=choices.numerical_aperture,
        immersion_index=choices.immersion_index,
        emission_nm=choices.emission_nm,
    )
