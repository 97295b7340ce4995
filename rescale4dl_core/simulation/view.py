"""What a configuration of the microscope makes of the light: blur, pixels, noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.gain import Detector
from rescale4dl_core.quantities import require_positive

if TYPE_CHECKING:
    from rescale4dl_core.microscope.light import Light

WIDEFIELD_SIGMA = 0.21
"""Standard deviation of the Gaussian nearest to a widefield point spread function, in
emission / NA (Zhang, Zerubia and Olivo-Marin, Applied Optics 46:1819, 2007)."""

CONFOCAL_SIGMA = 0.205
"""The same for a confocal one with a pinhole of one Airy unit, in excitation / NA: the
least-squares Gaussian of the excitation's Airy pattern times the emission's, spread over
the pinhole. Its peak is as sharp as the excitation's alone (paraxial formula of the same
paper, where J1 of the pinhole is 0)."""

_NM_PER_UM = 1000.0


def psf_sigma_um(numerical_aperture: float, light: Light) -> float:
    """Return the standard deviation of the point spread function in the focal plane.

    Examples
    --------
    >>> from rescale4dl_core.microscope.light import Light
    >>> round(psf_sigma_um(0.75, Light(emission_nm=520)), 4)
    0.1456
    """
    require_positive("The numerical aperture", numerical_aperture)
    wavelength_nm, share = (
        (light.excitation_nm, CONFOCAL_SIGMA)
        if light.modality.is_confocal
        else (light.emission_nm, WIDEFIELD_SIGMA)
    )
    return share * wavelength_nm / _NM_PER_UM / numerical_aperture


@dataclass(frozen=True, slots=True)
class View:
    """An objective and a camera, as far as an image of one plane shows them."""

    pixel_um: float
    """Pixel size on the sample, binning included."""

    psf_sigma_um: float
    binning: int = 1
    detector: Detector = Detector.SCMOS
    """When the camera adds neighbouring pixels, which decides the read noise."""

    read_noise_e: float = 1.6
    """Of one unbinned pixel, standard deviation in photoelectrons."""

    light_ratio: float = 1.0
    """Photoelectrons per area of the sample, against the image that was taken."""

    full_well_e: float | None = None
    """Of one unbinned pixel; None: it never fills."""

    bit_depth: int = 16
    excess_noise: float = 1.0
    """Variance of the detected light / its photoelectrons; see `Camera.excess_noise`."""

    assumptions: tuple[str, ...] = ()
    """Sentences on what had to be taken as given."""

    def __post_init__(self) -> None:
        require_positive("The pixel size (µm)", self.pixel_um)
        require_positive("The width of the point spread function (µm)", self.psf_sigma_um)
        require_positive("The light against the sample as taken", self.light_ratio)
        if self.full_well_e is not None:
            require_positive("The full well (photoelectrons)", self.full_well_e)
        for name, value, low in (
            ("binning", self.binning, 1),
            ("read noise (photoelectrons)", self.read_noise_e, 0),
            ("bit depth", self.bit_depth, 1),
            ("excess noise", self.excess_noise, 1),
        ):
            if not value >= low:
                raise QuantityError(
                    f"The value for {name} must be {low} or more; got {value!r}. "
                    "Correct it and try again."
                )

    @property
    def n_conversions(self) -> int:
        """How often a saved pixel is read and made a number: its pixels, or once."""
        return self.binning**2 if self.detector is Detector.SCMOS else 1

    @property
    def read_noise_of_sum_e(self) -> float:
        """Read noise of one saved pixel: the variances of all readings add up."""
        return math.sqrt(self.n_conversions) * self.read_noise_e

    @property
    def well_of_sum_e(self) -> float | None:
        """Photoelectrons that a saved pixel holds; a CCD's well is not enlarged here."""
        if self.full_well_e is None:
            return None
        return self.n_conversions * self.full_well_e


@dataclass(frozen=True, slots=True)
class TakenWith:
    """How the sample image was taken, as far as its numbers can be turned into light."""

    psf_sigma_um: float | None = None
    """None: not known; the image is then taken to be as sharp as its pixels."""

    dark_counts: float | None = None
    """Counts without light: the camera's offset. None: not known; in transmitted light 0
    is taken, else the darkest pixels of the image."""

    brightest_e: float | None = None
    """Photoelectrons in the brightest pixels (99.8 %) above the dark ones; None: read from
    the noise of the image."""

    is_transmitted: bool = False

    def __post_init__(self) -> None:
        for name, value in (
            ("The photoelectrons of the brightest pixels", self.brightest_e),
            ("The width of the point spread function (µm)", self.psf_sigma_um),
        ):
            if value is not None:
                require_positive(name, value)
