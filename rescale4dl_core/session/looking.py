"""From the session to a look through another objective and camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.goal import Taken
from rescale4dl_core.microscope.light import Modality
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.session.planning import light_of
from rescale4dl_core.simulation.configured_view import (
    SAME,
    TakenWith,
    configured_view,
    missing_sigma_um,
    psf_sigma_um,
    ratio_of_pixels,
)
from rescale4dl_core.simulation.look import Look, look

if TYPE_CHECKING:
    from rescale4dl_core.images import Image
    from rescale4dl_core.microscope.configuration import Configuration
    from rescale4dl_core.microscope.ranking import Option, Ranking
    from rescale4dl_core.session.choices import Choices


def taken_with(choices: Choices) -> TakenWith:
    """Return how the sample was taken, as far as the user told."""
    aperture = choices.numerical_aperture
    return TakenWith(
        psf_sigma_um=(
            None if aperture is None else psf_sigma_um(aperture, light_of(choices))
        ),
        dark_counts=choices.look.offset_counts,
        brightest_e=choices.look.brightest_e,
        is_transmitted=choices.plan.modality is Modality.TRANSMITTED,
    )


def planned_exposure_ratio(option: Option, ranking: Ranking) -> float:
    """Return the exposure that the plan gives a configuration / that of the sample.

    Of a point scanner, dwell time. 1 where the plan exposes all alike.
    """
    brightness = option.relative_brightness
    return 1.0 if not ranking.goal.equal_light or brightness is None else 1 / brightness


def look_through(
    image: Image,
    configuration: Configuration,
    choices: Choices,
    *,
    planned_ratio: float = 1.0,
    progress: Progress = silent,
) -> Look:
    """Return `image` as `configuration` would show it; see `simulation.look.look`.

    `planned_ratio` is the exposure against the sample's where the user gave none.
    """
    pixel_size = image.pixel_size
    if pixel_size is None:
        raise QuantityError(
            f"{image.name}: the pixel size is not known, and without it nothing can be "
            "said about another microscope. Type the pixel size in first."
        )
    view = configured_view(
        configuration,
        light_of(choices),
        taken=Taken(pixel_size.mean_um, choices.numerical_aperture),
        exposure_ratio=choices.look.exposure_ratio or planned_ratio,
    )
    return look(image, taken_with(choices), view, progress=progress)


def can_be_simulated(image: Image, configuration: Configuration, choices: Choices) -> bool:
    """Whether the sample image shows all the details that `configuration` would."""
    aperture = configuration.objective.numerical_aperture
    if image.pixel_size is None or aperture is None:
        return False
    wanted_um = psf_sigma_um(aperture, light_of(choices))
    try:
        ratio = ratio_of_pixels(image.pixel_size, configuration.pixel_um)
        missing_sigma_um(taken_with(choices).psf_sigma_um or 0.0, wanted_um)
    except QuantityError:
        return False
    return min(image.shape) >= ratio.ratio


def best_simulated(
    ranking: Ranking, image: Image, choices: Choices, *, most: int = 30
) -> tuple[Option, ...]:
    """Return the best-ranked configurations that can be simulated, one per objective.

    Parameters
    ----------
    ranking : Ranking
        Best first.
    image : Image
        The sample.
    choices : Choices
        Aperture and colour that the sample was taken with.
    most : int
        How many at most.
    """
    if image.pixel_size is None:
        return ()
    found: dict[str, Option] = {}
    # All at once, since the loop below is slow and this rules out most.
    coarse_enough = ranking.figures.pixel_um >= image.pixel_size.mean_um * (1 - SAME)
    for rank in np.flatnonzero(coarse_enough[ranking.order]):
        configuration = ranking.configuration(int(rank))
        name = configuration.objective.label
        if name not in found and can_be_simulated(image, configuration, choices):
            found[name] = ranking.option(int(rank))
            if len(found) == most:
                break
    return tuple(found.values())
