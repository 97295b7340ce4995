"""The view of a configuration of the microscope, against the sample as it was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.quantities import require_positive
from rescale4dl_core.simulation.view import View, psf_sigma_um

if TYPE_CHECKING:
    from rescale4dl_core.microscope.configuration import Configuration
    from rescale4dl_core.microscope.light import Light

READ_NOISE_E = 1.6
"""Photoelectrons, where a camera's read noise is unknown: that of a common sCMOS."""


def view_of(
    configuration: Configuration,
    light: Light,
    *,
    taken_aperture: float | None,
    exposure_ratio: float = 1.0,
) -> View:
    """Return what `configuration` makes of the sample's light.

    The lamp is the same as for the sample, so that in fluorescence an area of the sample
    sends NA^4 to the chip, in transmitted light NA^2. The quantum efficiency of the camera
    that took the sample is not known; both cameras are taken to have the same.

    Parameters
    ----------
    configuration : Configuration
        Objective, camera and binning.
    light : Light
        Colours and way of lighting.
    taken_aperture : float or None
        Numerical aperture that the sample was taken with; None: the light per area of the
        sample is then taken to be the same.
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
        psf_sigma_um=psf_sigma_um(aperture, light.emission_nm),
        binning=configuration.binning,
        detector=camera.detector,
        read_noise_e=READ_NOISE_E if camera.read_noise_e is None else camera.read_noise_e,
        light_ratio=exposure_ratio * _light_per_area(light, aperture, taken_aperture),
        full_well_e=camera.full_well_e,
        bit_depth=camera.bit_depth or 16,
    )


def _light_per_area(light: Light, aperture: float, taken_aperture: float | None) -> float:
    now, before = (
        light.brightness(value, total_magnification=1.0)
        for value in (aperture, taken_aperture)
    )
    return 1.0 if now is None or before is None else now / before
