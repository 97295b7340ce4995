"""What a configuration of the microscope makes of the light: blur, pixels, noise."""

from __future__ import annotations

from dataclasses import dataclass

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.gain import Detector
from rescale4dl_core.quantities import require_positive

SIGMA_PER_RESOLUTION = 0.21
"""Standard deviation of the Gaussian nearest to a widefield point spread function, in
emission / NA (Zhang, Zerubia and Olivo-Marin, Applied Optics 46:1819, 2007)."""

_NM_PER_UM = 1000.0


def psf_sigma_um(numerical_aperture: float, emission_nm: float) -> float:
    """Return the standard deviation of the point spread function in the focal plane.

    Examples
    --------
    >>> round(psf_sigma_um(0.75, 520), 4)
    0.1456
    """
    require_positive("The numerical aperture", numerical_aperture)
    require_positive("The emission wavelength (nm)", emission_nm)
    return SIGMA_PER_RESOLUTION * emission_nm / _NM_PER_UM / numerical_aperture


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
        ):
            if not value >= low:
                raise QuantityError(
                    f"The value for {name} must be {low} or more; got {value!r}. "
                    "Correct it and try again."
                )

    @property
    def read_noise_of_sum_e(self) -> float:
        """Read noise of one binned pixel: an sCMOS adds that of each of its pixels."""
        added = self.binning if self.detector is Detector.SCMOS else 1
        return added * self.read_noise_e

    @property
    def well_of_sum_e(self) -> float | None:
        """Photoelectrons that a binned pixel holds; a CCD's well is not enlarged here."""
        if self.full_well_e is None:
            return None
        added = self.binning**2 if self.detector is Detector.SCMOS else 1
        return added * self.full_well_e


@dataclass(frozen=True, slots=True)
class TakenWith:
    """How the sample image was taken, as far as its numbers can be turned into light."""

    psf_sigma_um: float | None = None
    """None: not known; the image is then taken to be as sharp as its pixels."""

    dark_counts: float | None = None
    """Counts without light; None: those of the darkest pixels of the image."""

    brightest_e: float = 1000.0
    """Photoelectrons in the brightest pixels (99.8 %) above the dark ones."""

    def __post_init__(self) -> None:
        require_positive("The photoelectrons of the brightest pixels", self.brightest_e)
        if self.psf_sigma_um is not None:
            require_positive(
                "The width of the point spread function (µm)", self.psf_sigma_um
            )
