"""The view of a configuration, by hand-computed optics and against the ranking."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize, signal, special

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.camera import Camera, CameraKind
from rescale4dl_core.microscope.configuration import Configuration, Stand
from rescale4dl_core.microscope.goal import Goal, Taken
from rescale4dl_core.microscope.light import Light, Modality
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import rank
from rescale4dl_core.planning.gain import Detector
from rescale4dl_core.simulation.configured_view import (
    READ_NOISE_E,
    configured_view,
    psf_sigma_um,
)

CAMERA = Camera("s", 6.5, 2048, 2048, read_noise_e=1.2, full_well_e=30_000, bit_depth=12)
TAKEN = Taken(0.1, 1.5)


def test_a_20x_with_a_camera_of_6_5_um():
    view = configured_view(
        Configuration(Objective("a", 20, 0.75), CAMERA, binning=2),
        Light(emission_nm=520),
        taken=TAKEN,
    )
    assert view.pixel_um == pytest.approx(0.65)
    assert view.psf_sigma_um == pytest.approx(0.1456, abs=1e-4)
    assert view.light_ratio == pytest.approx(1 / 16)
    assert (view.read_noise_e, view.full_well_e, view.bit_depth) == (1.2, 30_000, 12)
    assert (view.binning, view.detector) == (2, Detector.SCMOS)


def test_transmitted_light_goes_with_the_square_of_the_aperture():
    view = configured_view(
        Configuration(Objective("a", 20, 0.75), CAMERA),
        Light(modality=Modality.TRANSMITTED),
        taken=TAKEN,
        exposure_ratio=3,
    )
    assert view.light_ratio == pytest.approx(3 / 4)


@pytest.mark.parametrize("modality", list(Modality))
@pytest.mark.parametrize(
    ("magnification", "aperture", "binning"), [(20, 0.75, 1), (20, 0.75, 2), (10, 0.45, 1)]
)
def test_a_pixel_gets_the_light_that_the_ranking_says(
    modality, magnification, aperture, binning
):
    """Of a point scanner too: the whole spot lights one pixel, however large."""
    one = Configuration(Objective("o", magnification, aperture), CAMERA, binning)
    taken, light = Taken(0.325, 0.75), Light(modality)
    stand = Stand((one.objective,), (CAMERA,), (binning,))
    ranked = rank(stand, Goal(10.0, light=light, taken=taken)).best
    view = configured_view(one, light, taken=taken)
    per_pixel = view.light_ratio * (view.pixel_um / taken.pixel_um) ** 2
    assert per_pixel == pytest.approx(ranked.relative_brightness)


def test_as_exposed_by_the_plan_each_pixel_has_the_light_of_the_sample():
    """A 10x/0.3 needs 13 times the exposure of the 60x/1.4 sample."""
    goal = Goal(10.0, taken=Taken(0.108, 1.4), equal_light=True)
    option = rank(Stand((Objective("o10", 10, 0.3),), (CAMERA,), (1,)), goal).best
    ratio = option.exposure_s / goal.timing.exposure_s
    assert ratio == pytest.approx((1.4 / 0.3) ** 4 * (0.108 / 0.65) ** 2)
    view = configured_view(
        option.configuration, goal.light, taken=goal.taken, exposure_ratio=ratio
    )
    assert view.light_ratio * (0.65 / 0.108) ** 2 == pytest.approx(1)


def test_without_the_sample_s_aperture_the_light_stays_and_a_usual_read_noise_is_taken():
    camera = Camera("c", 6.5, 1000, 1000, kind=CameraKind.CCD)
    view = configured_view(
        Configuration(Objective("a", 20, 0.75), camera), Light(), taken=Taken(0.1)
    )
    assert view.light_ratio == pytest.approx(1)
    assert view.read_noise_e == READ_NOISE_E
    assert view.detector is Detector.CCD
    said = " ".join(view.assumptions)
    for words in ("collect equally", "quantum efficiency", "1.6 e⁻", "full well"):
        assert words in said


def test_an_em_camera_is_said_to_be_noisier():
    camera = Camera("c", 13, 512, 512, kind=CameraKind.EMCCD, qe_525_percent=95)
    view = configured_view(
        Configuration(Objective("a", 20, 0.75), camera), Light(), taken=TAKEN
    )
    assert view.excess_noise == 2
    assert view.read_noise_e < 0.1
    said = " ".join(view.assumptions)
    assert "1.41 times" in said
    assert "is 95 % at 525 nm, that of the sample's is not known" in said


def test_an_unknown_aperture_cannot_be_simulated():
    with pytest.raises(QuantityError, match="aperture of old lens is not known"):
        configured_view(
            Configuration(Objective("old lens", 20), CAMERA), Light(), taken=TAKEN
        )


def airy(radius_um, wavelength_um):
    v = 2 * np.pi * radius_um / wavelength_um + 1e-9
    return (2 * special.j1(v) / v) ** 2


@pytest.mark.parametrize("modality", [Modality.WIDEFIELD, Modality.SPINNING_DISK])
def test_the_gaussian_is_the_nearest_to_the_point_spread_function(modality):
    """Airy's pattern of NA 1; confocal: times that of the emission in an Airy unit."""
    side_um = (np.arange(401) - 200) * 0.01
    radius_um = np.hypot(side_um, side_um[:, None])
    pattern = airy(radius_um, 0.52)
    if modality.is_confocal:
        pinhole = (radius_um <= 0.61 * 0.52).astype(float)
        detected = signal.fftconvolve(pattern, pinhole, mode="same")
        pattern = airy(radius_um, 0.488) * detected / detected.max()
    nearest = optimize.least_squares(
        lambda sigma: (np.exp(-(radius_um**2) / (2 * sigma[0] ** 2)) - pattern).ravel(),
        [0.1],
    ).x[0]
    light = replace(Light(modality), emission_nm=520.0, excitation_nm=488.0)
    assert psf_sigma_um(1.0, light) == pytest.approx(nearest, rel=0.01)
