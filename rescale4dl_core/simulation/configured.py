"""The view of a configuration of the microscope, against the sample as it was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.camera import CameraKind
from rescale4dl_core.quantities import require_positive
from rescale4dl_core.simulation.view import View, psf_sigma_um

if TYPE_CHECKING:
    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.configuration import Configuration
    from rescale4dl_core.microscope.goal import Taken
    from rescale4dl_core.microscope.light import Light

READ_NOISE_E, EMCCD_READ_NOISE_E = 1.6, 0.05
"""Photoelectrons, where a camera's read noise is unknown: that of a common sCMOS; behind
an EM gain of some hundreds, next to none."""


def view_of(
    configuration: Configuration,
    light: Light,
    *,
    taken: Taken,
    exposure_ratio: float = 1.0,
) -> View:
    """Return what `configuration` makes of the sample's light.

    The lamp and the quantum efficiency are those of the sample. The light in a pixel
    follows `Light.per_pixel`, as in the ranking.

    Parameters
    ----------
    configuration : Configuration
        Objective, camera and binning.
    light : Light
        Colours and way of lighting.
    taken : Taken
        Pixel size and aperture of the sample; where the aperture is not known, the light
        that the objective collects is taken to be the same.
    exposure_ratio : float
        Exposure time / that of the sample.

    Raises
    ------
    QuantityError
        If the aperture of the objective is unknown.
    """
    require_positive("The exposure against the sample's", exposure_ratio)
    aperture = configuration.objective.numerical_aperture
    if aperture is None:
        raise QuantityError(
            f"The numerical aperture of {configuration.objective.label} is not known, so "
            "neither its blur nor its light can be simulated. Type it into the table of "
            "objectives."
        )
    camera = configuration.camera
    return View(
        pixel_um=configuration.pixel_um,
        psf_sigma_um=psf_sigma_um(aperture, light),
        binning=configuration.binning,
        detector=camera.detector,
        read_noise_e=_read_noise_e(camera),
        light_ratio=exposure_ratio
        * _light_per_area(light, aperture, configuration.pixel_um, taken),
        full_well_e=camera.full_well_e,
        bit_depth=camera.bit_depth or 16,
        excess_noise=camera.excess_noise,
        assumptions=tuple(_assumptions(camera, taken)),
    )


def _light_per_area(light: Light, aperture: float, pixel_um: float, taken: Taken) -> float:
    taken_aperture = taken.numerical_aperture or aperture
    now, before = (
        light.per_pixel(*of) or (1.0, 1.0)
        for of in ((aperture, pixel_um), (taken_aperture, taken.pixel_um))
    )
    return now[0] / before[0] * (taken.pixel_um / pixel_um) ** 2


def _read_noise_e(camera: Camera) -> float:
    if camera.read_noise_e is not None:
        return camera.read_noise_e
    return EMCCD_READ_NOISE_E if camera.kind is CameraKind.EMCCD else READ_NOISE_E


def _assumptions(camera: Camera, taken: Taken) -> list[str]:
    efficiency = (
        "is not known"
        if camera.qe_525_percent is None
        else f"is {camera.qe_525_percent:g} % at 525 nm, that of the sample's is not known"
    )
    said = [f"The quantum efficiency of this camera {efficiency}: both are taken as equal."]
    if taken.numerical_aperture is None:
        said.append(
            "The aperture of the sample's objective is not known: both objectives are "
            "taken to collect equally."
        )
    if camera.read_noise_e is None:
        said.append(
            "The read noise of this camera is not known: "
            f"{_read_noise_e(camera):g} e⁻ are taken."
        )
    if camera.full_well_e is None:
        said.append("Its full well is not known: no pixel is taken to be saturated.")
    if camera.excess_noise > 1:
        said.append(
            "Its EM gain makes the noise of the light "
            f"{camera.excess_noise**0.5:.3g} times as large."
        )
    return said
