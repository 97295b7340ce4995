"""Which configurations come first, and why."""

import numpy as np
import pytest

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.catalogue import shipped_cameras, shipped_objectives
from rescale4dl_core.microscope.configuration import Stand
from rescale4dl_core.microscope.goal import Goal, Taken
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import Standing, rank
from rescale4dl_core.microscope.score_curve import ScoreCurve
from rescale4dl_core.window import Window

SCMOS = (Camera("sCMOS", 6.5, 2048, 2048),)
USUAL = tuple(
    Objective(f"{m}x", m, na, "oil" if na > 1 else "air", 1.515 if na > 1 else 1.0)
    for m, na in ((4, 0.2), (10, 0.45), (20, 0.75), (40, 0.95), (60, 1.4), (100, 1.4))
)


def standings(goal, objectives=USUAL, binnings=(1,)):
    ranking = rank(Stand(objectives, SCMOS, binnings), goal)
    return {
        option.configuration.objective.name: option.standing
        for option in ranking.top(len(ranking))
    }


def test_near_the_target_is_good_and_the_edges_of_the_window_come_second():
    """10 um objects: 8 % is 0.8 um per pixel, within sqrt 2 from 0.57 to 1.13 um."""
    found = standings(Goal(10.0))
    assert found["10x"] is Standing.GOOD  # 0.65 um
    assert found["4x"] is Standing.OUTSIDE  # 1.625 um, 16.25 %
    assert found["20x"] is Standing.OUTSIDE  # 0.325 um, 3.25 %
    assert standings(Goal(12.0))["4x"] is Standing.IN_WINDOW  # 13.5 %


def test_a_lens_that_resolves_less_than_the_window_needs_is_blurred_not_refused():
    """1.1 um cocci: 16 % is 176 nm, and 520 nm / (4 x 0.6) = 217 nm."""
    dim = Objective("40x/0.6", 40, 0.6)
    found = standings(Goal(1.1), (*USUAL, dim))
    assert found["40x/0.6"] is Standing.BLURRED
    assert found["60x"] is Standing.GOOD
    assert standings(Goal(1.1), (Objective("?", 60),))["?"] is Standing.GOOD


def test_sampling_coarser_than_nyquist_is_never_held_against_one():
    ranking = rank(Stand(USUAL, SCMOS, (1, 2, 4)), Goal(10.0))
    assert ranking.best.nyquist_ratio > 1.1
    assert ranking.best.standing is Standing.GOOD


def test_more_objects_per_hour_come_first_among_the_good():
    ranking = rank(Stand(USUAL, SCMOS, (1, 2, 4)), Goal(10.0))
    options = ranking.top(len(ranking))
    assert [o.standing for o in options] == sorted(o.standing for o in options)
    good = [o.objects_per_s for o in options if o.standing is Standing.GOOD]
    assert good == sorted(good, reverse=True)
    assert ranking.n_inside == sum(o.standing < Standing.OUTSIDE for o in options)


def test_of_equal_fields_the_brighter_lens_comes_first():
    pair = (Objective("dim", 10, 0.3), Objective("bright", 10, 0.45))
    assert rank(Stand(pair, SCMOS), Goal(8.0)).best.configuration.objective.name == "bright"


def test_a_curve_decides_before_the_window_does():
    """It expects most at 1.6 to 3.3 %, outside 4-16 %: worms, segmented as one class."""
    curve = ScoreCurve(
        (1.0, 2.0, 4.0, 8.0), (0.93, 0.95, 0.92, 0.7), (0.9,) * 4, (1.0,) * 4, "made up"
    )
    ranking = rank(Stand(USUAL, SCMOS), Goal(20.0, curve=curve, tolerance_percent=5))
    assert ranking.best.configuration.objective.name == "10x"  # 3.25 %, 0.93
    found = standings(Goal(20.0, curve=curve, tolerance_percent=5))
    assert found["4x"] is Standing.IN_WINDOW  # 8.1 %: not covered by the curve
    strict = standings(Goal(20.0, curve=curve, tolerance_percent=1))
    assert strict["20x"] is Standing.GOOD  # 1.6 %, 0.944
    assert strict["10x"] is Standing.OUTSIDE


@pytest.mark.parametrize(
    ("diameter_um", "taken", "most"),
    [(15.0, Taken(0.325, 0.75), 10), (60.0, Taken(0.65, 0.45), 5)],
)
def test_nobody_is_sent_to_an_oil_lens_for_nuclei_or_worms(diameter_um, taken, most):
    stand = Stand(shipped_objectives(), shipped_cameras(), assumed_field_number_mm=22)
    goal = Goal(diameter_um, taken=taken, equal_light=True)
    for option in rank(stand, goal).top(20):
        assert option.configuration.objective.magnification <= most
        assert option.configuration.objective.immersion == "air"


@pytest.mark.parametrize("diameter_um", [0.9, 1.1])
def test_bacteria_need_a_high_aperture(diameter_um):
    stand = Stand(shipped_objectives(), shipped_cameras(), assumed_field_number_mm=22)
    goal = Goal(diameter_um, taken=Taken(0.065, 1.4), equal_light=True)
    for option in rank(stand, goal).top(20):
        assert option.configuration.objective.numerical_aperture >= 0.75


def test_a_curve_is_straight_over_the_logarithm_and_unknown_outside():
    curve = ScoreCurve((1, 4, 16), (0.5, 0.9, 0.7), (0.4, 0.8, 0.6), (0.6, 1, 0.8), "x")
    at = np.array([0.5, 1, 2, 4, 8, 16, 17])
    expected = [np.nan, 0.5, 0.7, 0.9, 0.8, 0.7, np.nan]
    np.testing.assert_allclose(curve.at(at), expected)
    np.testing.assert_allclose(curve.low_at(at), np.array(expected) - 0.1)
    np.testing.assert_allclose(curve.high_at(at), np.array(expected) + 0.1)
    assert np.isnan(curve.recall_at(at)).all()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (((1, 2), (0.5,), (0.4,), (0.6,)), "columns of equal length"),
        (((), (), (), ()), "one point at least"),
        (((2, 1), (0.5, 0.5), (0.4, 0.4), (0.6, 0.6)), "positive and ascending"),
        (((0, 1), (0.5, 0.5), (0.4, 0.4), (0.6, 0.6)), "positive and ascending"),
    ],
)
def test_a_curve_that_cannot_be_is_refused(columns, words):
    with pytest.raises(QuantityError, match=words):
        ScoreCurve(*columns, "x")


def test_of_configurations_that_image_as_many_objects_the_higher_score_comes_first():
    """Binning keeps the field: 10x with 4 µm pixels covers 4 %, binned by 2 it covers 8 %.

    Both are within 5 % of the best score (.90 and .87), and 8 % is the target; the order
    of ties in docs/decisions/0043 asks for the score before the distance from the target.
    """
    curve = ScoreCurve(
        (2.0, 4.0, 8.0, 16.0), (0.7, 0.9, 0.87, 0.5), (0.6,) * 4, (1.0,) * 4, "made up"
    )
    stand = Stand(
        objectives=(Objective("10x", 10.0, numerical_aperture=0.9),),
        cameras=(Camera("camera", 4.0, 500, 500),),
        binnings=(1, 2),
    )
    ranking = rank(stand, Goal(10.0, curve=curve))
    first, second = ranking.top(2)
    assert first.objects_per_s == pytest.approx(second.objects_per_s)
    assert [first.expected_iou, second.expected_iou] == pytest.approx([0.9, 0.87])


def test_without_a_score_the_tie_goes_to_the_coverage_nearest_the_target():
    """0.35 µm pixels binned by 2 cover 7 % of 10 µm, by 3 10.5 %: 7 is nearer to 8."""
    stand = Stand(
        objectives=(Objective("10x", 10.0, numerical_aperture=0.9),),
        cameras=(Camera("camera", 3.5, 480, 480),),
        binnings=(3, 2),
    )
    goal = Goal(10.0, Window(4, 16, "typed in"))
    first, second = rank(stand, goal).top(2)
    assert first.objects_per_s == pytest.approx(second.objects_per_s)
    assert [first.coverage_percent, second.coverage_percent] == pytest.approx([7.0, 10.5])
    assert {first.standing, second.standing} == {Standing.GOOD}
