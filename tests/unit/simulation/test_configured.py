"""The view of a configuration, by hand-computed optics."""

import pytest

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.camera import Camera, CameraKind
from rescale4dl_core.microscope.configuration import Configuration
from rescale4dl_core.microscope.light import Light, Modality
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.planning.gain import Detector
from rescale4dl_core.simulation.configured import READ_NOISE_E, view_of

CAMERA = Camera("s", 6.5, 2048, 2048, read_noise_e=1.2, full_well_e=30_000, bit_depth=12)


def test_a_20x_with_a_camera_of_6_5_um():
    view = view_of(
        Configuration(Objective("a", 20, 0.75), CAMERA, binning=2),
        Light(emission_nm=520),
        taken_aperture=1.5,
    )
    assert view.pixel_um == pytest.approx(0.65)
    assert view.psf_sigma_um == pytest.approx(0.1456, abs=1e-4)
    assert view.light_ratio == pytest.approx(1 / 16)
    assert (view.read_noise_e, view.full_well_e, view.bit_depth) == (1.2, 30_000, 12)
    assert (view.binning, view.detector) == (2, Detector.SCMOS)


def test_transmitted_light_goes_with_the_square_of_the_aperture():
    view = view_of(
        Configuration(Objective("a", 20, 0.75), CAMERA),
        Light(modality=Modality.TRANSMITTED),
        taken_aperture=1.5,
        exposure_ratio=3,
    )
    assert view.light_ratio == pytest.approx(3 / 4)


def test_without_the_sample_s_aperture_the_light_stays_and_a_usual_read_noise_is_taken():
    camera = Camera("c", 6.5, 1000, 1000, kind=CameraKind.CCD)
    view = view_of(
        Configuration(Objective("a", 20, 0.75), camera), Light(), taken_aperture=None
    )
    assert view.light_ratio == 1
    assert view.read_noise_e == READ_NOISE_E
    assert view.detector is Detector.CCD


def test_an_unknown_aperture_cannot_be_simulated():
    with pytest.raises(QuantityError, match="aperture of old lens is not known"):
        view_of(
            Configuration(Objective("old lens", 20), CAMERA), Light(), taken_aperture=1.4
        )
