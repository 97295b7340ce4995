"""The recommendation for what a session measured and chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.recommend import Recommendation, recommend
from rescale4dl_core.advice.spread import CoverageSpread, spread_at
from rescale4dl_core.planning.sampling import Optics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.images import Image
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


def recommended_ratio(
    measurement: Measurement, choices: Choices, image: Image | None = None
) -> float:
    """Return recommended / present pixel size; 1 where there is no answer yet.

    The present one is that of `image`, of the first image where none is given.
    """
    ratio = advise(measurement, choices).ratio or 1.0
    return ratio if image is None else ratio / grid_ratio(measurement, image)


def grid_ratio(measurement: Measurement, image: Image) -> float:
    """Return the pixel size of `image` / that of the measurement, 1 where unknown.

    Images of one session may differ in pixel size; lengths of the measurement are in px of
    the first.
    """
    if measurement.pixel_size is None or image.pixel_size is None:
        return 1.0
    return image.pixel_size.mean_um / measurement.pixel_size.mean_um


def spreads_at(
    measurement: Measurement, image: Image, ratios: Sequence[float]
) -> tuple[CoverageSpread, ...]:
    """Return the objects with pixels `ratios` times as large as those of `image`."""
    to_first = grid_ratio(measurement, image)
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
