"""Figures of single configurations, worked by hand where a mutation run found them free."""

import pytest

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.configuration import Configuration, Stand
from rescale4dl_core.microscope.goal import Goal, Taken
from rescale4dl_core.microscope.light import Light
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import rank
from rescale4dl_core.microscope.score_curve import ScoreCurve
from rescale4dl_core.planning.timing import FieldTiming

OIL = Objective("60x oil", 60.0, 1.4, "oil", 1.515)
TEN = Objective("10x", 10.0, 0.5, "air", 1.0)
CAMERA = Camera("camera", 6.0, 1000, 2000)
CURVE = ScoreCurve(
    (2.0, 4.0, 8.0, 16.0),
    (0.6, 0.8, 0.7, 0.5),
    (0.5, 0.7, 0.6, 0.4),
    (0.7, 0.9, 0.8, 0.6),
    "made up",
    recall=(0.5, 0.9, 0.8, 0.6),
)


def best(goal, objective=TEN, camera=CAMERA):
    return rank(Stand((objective,), (camera,), (1,)), goal).best


def test_oil_holds_more_in_focus_than_its_aperture_in_air_would():
    """0.52 x 1.515 / 1.96 + 1.515 x 0.1 / 1.4 = 0.4019 + 0.1082 µm."""
    depth_um = Configuration(OIL, CAMERA).depth_of_field_um(520.0)
    assert depth_um == pytest.approx(0.4019 + 0.1082, abs=1e-4)


def test_a_light_of_another_colour_moves_nyquist():
    """Emission / (4 NA): 600 nm / 2 = 0.3 µm; 0.6 µm pixels are twice that."""
    red = best(Goal(10.0, light=Light(emission_nm=600.0)))
    assert red.nyquist_um == pytest.approx(0.3)
    assert red.nyquist_ratio == pytest.approx(2.0)


def test_the_curve_is_read_with_its_interval_and_share_found():
    """0.6 µm of 15 µm is 4 %: the second point of the curve."""
    option = best(Goal(15.0, curve=CURVE))
    found = (option.expected_iou, option.expected_iou_low, option.expected_iou_high)
    assert found == pytest.approx((0.8, 0.7, 0.9))
    assert option.recall == pytest.approx(0.9)


def test_what_the_lens_blurs_expects_no_score_in_any_column():
    """NA 0.05 resolves 2.6 µm pixels, 26 % of 10 µm: coarser than the window's 16 %."""
    blurred = Objective("10x, stopped down", 10.0, 0.05)
    option = best(Goal(10.0, curve=CURVE), blurred)
    assert (
        option.expected_iou is option.expected_iou_low is option.expected_iou_high is None
    )


def test_the_ceiling_counts_the_overlap_once():
    """Half a side in common leaves a quarter of each field new."""
    goal = Goal(15.0, timing=FieldTiming(0.1, 0.4, stage_move_s=0.5))
    whole, shared = best(goal), best(Goal(15.0, timing=goal.timing, overlap_percent=50.0))
    assert shared.objects_per_fov_ceiling == whole.objects_per_fov_ceiling
    assert shared.objects_per_s_ceiling == pytest.approx(whole.objects_per_s_ceiling / 4)


def test_a_time_lapse_lasts_its_intervals_and_one_round():
    """1000 px x 2000 px of 0.6 µm hold 1.2e6 x 0.36 x 1e-3 = 720 objects: two fields."""
    timing = FieldTiming(0.5, 0.5, stage_move_s=1.0, n_timepoints=4)
    goal = Goal(
        15.0,
        timing=timing,
        density_per_um2=1e-3,
        n_objects_wanted=1000,
        interval_s=600.0,
    )
    option = best(goal)
    round_s = option.n_fields * option.tau_s / 4
    assert option.n_fields == 2
    assert option.duration_s == pytest.approx(3 * 600 + round_s)


def test_equal_light_goes_by_the_exposure_that_the_sample_was_taken_with():
    """The same lens and pixel as the sample's: as long as the sample was exposed."""
    taken = Taken(pixel_um=0.6, numerical_aperture=0.5, exposure_s=0.7)
    goal = Goal(15.0, timing=FieldTiming(0.1), taken=taken, equal_light=True)
    assert best(goal).exposure_s == pytest.approx(0.7)
    assert best(Goal(15.0, timing=FieldTiming(0.1), taken=taken)).exposure_s == 0.1


@pytest.mark.parametrize("exposure_s", [0.0, -1.0, float("nan")])
def test_an_exposure_of_the_sample_is_positive(exposure_s):
    with pytest.raises(QuantityError, match="exposure of the sample"):
        Taken(pixel_um=0.6, exposure_s=exposure_s)


def test_a_camera_may_read_without_noise_and_take_every_photon():
    quiet = Camera("ideal", 6.0, 10, 10, read_noise_e=0.0, qe_525_percent=100.0)
    assert quiet.binned_read_noise_e(2) == 0
    assert Camera("dim", 6.0, 10, 10, qe_525_percent=0.5).qe_525_percent == 0.5


def test_no_tolerance_at_all_may_be_asked_for():
    assert Goal(10.0, tolerance_percent=0.0).tolerance_percent == 0
