"""From the session to a look through another objective and camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.session.planning import light_of
from rescale4dl_core.simulation.configured import view_of
from rescale4dl_core.simulation.light import missing_sigma_um, ratio_of_pixels
from rescale4dl_core.simulation.look import Look, look
from rescale4dl_core.simulation.view import TakenWith, psf_sigma_um

if TYPE_CHECKING:
    from rescale4dl_core.images import Image
    from rescale4dl_core.microscope.configuration import Configuration
    from rescale4dl_core.microscope.ranking import Ranking
    from rescale4dl_core.session.model import Choices


def taken_with(choices: Choices) -> TakenWith:
    """Return how the sample was taken, as far as the user told."""
    aperture = choices.numerical_aperture
    sigma_um = None if aperture is None else psf_sigma_um(aperture, choices.emission_nm)
    return TakenWith(psf_sigma_um=sigma_um, brightest_e=choices.look.brightest_e)


def look_through(
    image: Image,
    configuration: Configuration,
    choices: Choices,
    *,
    progress: Progress = silent,
) -> Look:
    """Return `image` as `configuration` would show it; see `simulation.look.look`."""
    view = view_of(
        configuration,
        light_of(choices),
        taken_aperture=choices.numerical_aperture,
        exposure_ratio=choices.look.exposure_ratio,
    )
    return look(image, taken_with(choices), view, progress=progress)


def can_be_simulated(image: Image, configuration: Configuration, choices: Choices) -> bool:
    """Whether the sample image shows all the details that `configuration` would."""
    aperture = configuration.objective.numerical_aperture
    if image.pixel_size is None or aperture is None:
        return False
    wanted_um = psf_sigma_um(aperture, choices.emission_nm)
    try:
        ratio = ratio_of_pixels(image.pixel_size.mean_um, configuration.pixel_um)
        missing_sigma_um(taken_with(choices).psf_sigma_um or 0.0, wanted_um)
    except QuantityError:
        return False
    return min(image.shape) >= ratio.ratio


def best_simulated(
    ranking: Ranking, image: Image, choices: Choices, *, most: int = 30
) -> tuple[Configuration, ...]:
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
    found: dict[str, Configuration] = {}
    for rank in range(len(ranking)):
        configuration = ranking.configuration(rank)
        name = configuration.objective.label
        if name not in found and can_be_simulated(image, configuration, choices):
            found[name] = configuration
            if len(found) == most:
                break
    return tuple(found.values())
