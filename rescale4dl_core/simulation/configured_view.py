"""What a configuration of the microscope makes of the light: blur, pixels, noise.

It is always told against the sample as taken, whose counts become photoelectrons.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.camera import CameraKind
from rescale4dl_core.planning.gain import Detector
from rescale4dl_core.quantities import RescaleFactor, require_positive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.configuration import Configuration
    from rescale4dl_core.microscope.goal import Taken
    from rescale4dl_core.microscope.light import Light
    from rescale4dl_core.quantities import PixelSize


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


DARK_PERCENTILE, BRIGHT_PERCENTILE = 0.1, 99.8
SAME = 1e-3
"""Pixel sizes and blurs nearer than this share are taken as equal."""


def light_of_counts(pixels: NDArray[Any], taken: TakenWith) -> NDArray[np.float64]:
    """Return the light that the counts stand for: 0 in darkness, 1 in the brightest pixels.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        Counts as acquired.
    taken : TakenWith
        Dark counts and the way of lighting.

    Returns
    -------
    ndarray of the same shape; read noise makes some of it negative

    Raises
    ------
    QuantityError
        If the brightest pixels are no brighter than the dark ones.
    """
    counts = pixels.astype(np.float64)
    darkest, bright = np.percentile(counts, [DARK_PERCENTILE, BRIGHT_PERCENTILE])
    dark = taken.dark_counts
    if dark is None:
        dark = 0.0 if taken.is_transmitted else float(darkest)
    if not bright > dark:
        raise QuantityError(
            f"The brightest pixels of the image have {bright:g} counts and darkness "
            f"{dark:g}, so there is no light to simulate. Correct the camera offset or "
            "choose an image with objects."
        )
    light: NDArray[np.float64] = (counts - dark) / (bright - dark)
    return light


def missing_sigma_um(sample_sigma_um: float, view_sigma_um: float) -> float:
    """Return the blur that has to be added to what the sample image has already.

    Blurs of Gaussian shape add up by their squares.

    Raises
    ------
    QuantityError
        If the sample image is blurrier than the view.
    """
    if sample_sigma_um > view_sigma_um * (1 + SAME):
        raise QuantityError(
            f"The sample was taken with a blur of {sample_sigma_um:.3g} µm and this "
            f"objective blurs by {view_sigma_um:.3g} µm only: the details that it would "
            "show are not in the sample, so it cannot be simulated. Choose an objective of "
            "lower aperture, or take a sample image with a higher one."
        )
    return math.sqrt(max(view_sigma_um**2 - sample_sigma_um**2, 0.0))


def ratio_of_pixels(sample: PixelSize, view_um: float) -> RescaleFactor:
    """Return view / sample pixel size, 1 where they are equal.

    Raises
    ------
    QuantityError
        If the sample's pixels are the larger ones, or not square.
    """
    if not sample.is_square:
        raise QuantityError(
            f"The sample's pixels are {sample.y_um:.4g} µm high and {sample.x_um:.4g} µm "
            "wide, and only square ones can stand for those of a camera. Correct the pixel "
            "size on the Sample page, or take an image with square pixels."
        )
    ratio = view_um / sample.mean_um
    if ratio < 1 - SAME:
        raise QuantityError(
            f"The sample's pixels are {sample.mean_um:.4g} µm and those of this "
            f"configuration {view_um:.4g} µm: the details that finer pixels would show are "
            "not in the sample, so it cannot be simulated. Choose a coarser configuration, "
            "or take a finer sample image."
        )
    return RescaleFactor(Fraction(max(ratio, 1.0)).limit_denominator(1000))


READ_NOISE_E, EMCCD_READ_NOISE_E = 1.6, 0.05
"""Photoelectrons, where a camera's read noise is unknown: that of a common sCMOS; behind
an EM gain of some hundreds, next to none."""


def configured_view(
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
