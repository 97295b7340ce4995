"""What an objective and a camera refuse, and what binning does to noise and readout."""

import math

import pytest

from rescale4dl_core.errors import CatalogueError, QuantityError
from rescale4dl_core.microscope.camera import Camera, CameraKind
from rescale4dl_core.microscope.light import Light, Modality
from rescale4dl_core.microscope.objective import Objective


def test_an_aperture_above_the_index_is_impossible():
    with pytest.raises(
        QuantityError, match=r"1\.4 is impossible in a medium of .* index 1"
    ):
        Objective("60x", 60, 1.4)
    assert Objective("60x", 60, 1.4, "oil", 1.515).short == "60x/1.4"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"magnification": 0}, "magnification must be a positive"),
        ({"magnification": -10}, "magnification must be a positive"),
        ({"numerical_aperture": 0}, "aperture must be a positive"),
        ({"immersion_index": 0}, "index of the immersion must be"),
        ({"field_number_mm": -22}, "field number"),
        ({"tube_lens_mm": math.nan}, "tube lens"),
        ({"working_distance_mm": 0}, "working distance"),
        ({"name": " "}, "has no name"),
    ],
)
def test_an_objective_that_cannot_be_is_refused(fields, words):
    usual = {"name": "lens", "magnification": 20, "numerical_aperture": 0.75}
    with pytest.raises((QuantityError, CatalogueError), match=words):
        Objective(**usual | fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"pitch_um": 0}, "pitch"),
        ({"rows_px": 0}, "rows"),
        ({"columns_px": -1}, "columns"),
        ({"read_noise_e": -1}, "read noise .* must be 0 or more"),
        ({"qe_525_percent": 101}, "above 0 and at most 100"),
        ({"frame_rate_hz": 0}, "frame rate"),
        ({"name": ""}, "has no name"),
    ],
)
def test_a_camera_that_cannot_be_is_refused(fields, words):
    usual = {"name": "camera", "pitch_um": 6.5, "rows_px": 2048, "columns_px": 2048}
    with pytest.raises((QuantityError, CatalogueError), match=words):
        Camera(**usual | fields)


@pytest.mark.parametrize(
    ("kind", "noise_e", "frame_s"),
    [
        (CameraKind.CCD, 6.0, 0.025),  # one readout of the sum, a quarter of the rows
        (CameraKind.EMCCD, 6.0, 0.025),
        (CameraKind.SCMOS, 24.0, 0.1),  # sixteen readouts add up to 4 x
        (CameraKind.CMOS, 24.0, 0.1),
    ],
)
def test_binning_before_readout_saves_noise_and_time_and_after_it_neither(
    kind, noise_e, frame_s
):
    camera = Camera("c", 6.5, 100, 100, kind, read_noise_e=6.0, frame_rate_hz=10)
    assert camera.binned_read_noise_e(4) == noise_e
    assert camera.frame_s(4) == pytest.approx(frame_s)
    unknown = Camera("c", 6.5, 100, 100, kind)
    assert unknown.binned_read_noise_e(4) is None
    assert unknown.frame_s(4) is None


@pytest.mark.parametrize("kind", list(CameraKind))
def test_an_em_gain_alone_makes_light_noisier(kind):
    expected = 2 if kind is CameraKind.EMCCD else 1
    assert Camera("c", 6.5, 100, 100, kind).excess_noise == expected


def test_brightness_follows_aperture_and_magnification():
    lit = {modality: Light(modality) for modality in Modality}
    assert lit[Modality.WIDEFIELD].brightness(0.5, 10) == pytest.approx(0.5**4 / 100)
    assert lit[Modality.SPINNING_DISK].brightness(0.5, 10) == pytest.approx(0.5**4 / 100)
    assert lit[Modality.TRANSMITTED].brightness(0.5, 10) == pytest.approx((0.5 / 10) ** 2)
    assert lit[Modality.POINT_SCANNER].brightness(0.5, 10) == pytest.approx(0.5**4)
    assert lit[Modality.WIDEFIELD].brightness(None, 10) is None


@pytest.mark.parametrize(
    ("aperture", "index", "expected_nm"),
    [(0.3, 1, 433), (0.75, 1, 173), (0.95, 1, 137), (1.4, 1.515, 93)],
)
def test_nyquist_at_520_nm_is_that_of_the_huygens_pages(aperture, index, expected_nm):
    optics = Objective("lens", 20, aperture, immersion_index=index).optics(520)
    assert 1000 * Light().nyquist_um(optics) == pytest.approx(expected_nm, abs=0.5)


def test_nyquist_along_the_axis_and_in_a_confocal():
    optics = Objective("oil", 60, 1.4, "oil", 1.515).optics(520)
    assert 1000 * Light().nyquist_z_um(optics) == pytest.approx(139, abs=0.5)
    confocal = Light(Modality.POINT_SCANNER, excitation_nm=488)
    assert confocal.nyquist_um(optics) == pytest.approx(0.488 / (8 * 1.4))
    depth = 1 - math.cos(math.asin(1.4 / 1.515))
    assert confocal.nyquist_z_um(optics) == pytest.approx(0.488 / (8 * 1.515 * depth))


@pytest.mark.parametrize(
    "fields", [{"emission_nm": 0}, {"excitation_nm": -1}, {"power_mw": 0}]
)
def test_impossible_light_is_refused(fields):
    with pytest.raises(QuantityError, match="must be a positive"):
        Light(**fields)
