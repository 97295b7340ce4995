"""Each caution speaks when it should, with its number, and is silent otherwise."""

import numpy as np
import pytest

from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.advice.reasons import Certainty
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.measuring.measurement import Estimator
from rescale4dl_core.window import Window

WINDOW = Window(4, 16, "a network that sees 50 px")


def _recommend(measurement, **asked):
    return recommend(measurement, **{"window": WINDOW, **asked})


def _said(advice, words):
    return [caution for caution in advice.cautions if words in caution]


def test_a_well_measured_sample_lacks_only_the_trial_of_a_network(alike):
    advice = _recommend(alike(13))
    assert len(advice.cautions) == 1
    assert "No network was tried on your images" in advice.cautions[0]
    assert advice.confidence.level is Certainty.MODERATE
    assert advice.confidence.sentence == "Moderate: no network was tried on your images."


def test_fewer_than_30_objects_are_few(alike):
    assert not _said(_recommend(alike(13, n_objects=30)), "fewer than 30")
    advice = _recommend(alike(13, n_objects=29))
    assert _said(advice, "Only 29 objects could be measured, fewer than 30")
    assert "only 29 objects measured" in advice.confidence.sentence


def test_the_error_of_few_objects_is_that_of_students_t(measured):
    """Mean 12, deviation 2, n 4: 3.182 (t at 3 degrees of freedom) x 2 / sqrt(4) = 3.18."""
    spread = np.array([-1.0, -1.0, 1.0, 1.0]) * 2 * np.sqrt(3) / 2
    (caution,) = _said(_recommend(measured(12 + spread)), "fewer than 30")
    assert "about ±27 %" in caution


def test_one_object_has_no_spread_and_a_low_certainty(alike):
    advice = _recommend(alike(13, n_objects=1))
    (caution,) = _said(advice, "Only 1 object could be measured")
    assert "±" not in caution
    assert advice.confidence.level is Certainty.LOW


def test_sizes_that_span_more_than_the_range_have_no_single_pixel_size(measured):
    """90 % of the sizes run over a factor 6, and the range over a factor 4."""
    mixed = measured(np.geomspace(10, 60, 200).repeat(2))
    narrow = measured(np.geomspace(10, 30, 200))
    advice = _recommend(mixed)
    assert _said(advice, "no single pixel size serves all of them")
    assert advice.headline.endswith("No single pixel size serves all of them.")
    assert advice.confidence.level is Certainty.LOW
    assert not _said(advice, "fall outside the range")
    assert not _said(_recommend(narrow), "no single pixel size")


@pytest.mark.parametrize(
    ("tail_px", "which", "pixels"),
    [(5.0, "smallest", "0.8x"), (30.0, "largest", "1.2x")],
)
def test_a_tail_outside_the_range_is_said_with_the_pixels_it_needs(
    measured, tail_px, which, pixels
):
    """5 px need pixels of 5 / 6.25; 30 px need 30 / 25."""
    sizes = np.r_[np.full(90, 12.5), np.full(10, tail_px)]
    (caution,) = _said(_recommend(measured(sizes, pixel_um=None)), "fall outside the range")
    assert f"The {which} of them" in caution
    assert f"{pixels} the present size" in caution


def test_many_objects_cut_by_the_edge_make_the_mean_lean(alike):
    assert not _said(_recommend(alike(13, n_border=50)), "Large ones are cut more often")
    advice = _recommend(alike(13, n_border=51))
    assert _said(advice, "51 of 151 objects are cut by the edge")
    assert "51 of 151" in advice.confidence.sentence


def test_diameters_drawn_by_hand_are_said(alike):
    advice = _recommend(alike(13, density_per_px=None))
    assert _said(advice, "Diameters drawn by hand are those of objects that you picked")
    assert advice.reasons[0].endswith("[measured on your images, drawn by hand]")


def test_two_estimators_that_agree_within_20_percent_are_no_matter(alike):
    assert not _said(_recommend(alike(13, other_diameter_px=11)), "Measured by their width")


def test_two_estimators_that_give_the_same_answer_leave_no_doubt(alike):
    advice = _recommend(alike(13, other_diameter_px=10))
    assert _said(advice, "the answer would be the same")
    assert "two ways" not in advice.confidence.sentence


def test_two_estimators_that_differ_say_how_the_answer_would_move(alike):
    advice = _recommend(alike(13, other_diameter_px=25, pixel_um=0.1))
    assert _said(
        advice, "they would be 25 px (2.5 µm), and the answer would be pixels of 0.2"
    )
    assert "two ways to measure the size differ by 1.92x" in advice.confidence.sentence
    back = _recommend(alike(25, other_diameter_px=13))
    assert _said(back, "the answer would be to keep the present pixel size")


def test_clearly_long_objects_leave_no_doubt_about_their_width(alike):
    rods = alike(13, other_diameter_px=28, estimator=Estimator.SKELETON)
    advice = _recommend(rods)
    assert _said(advice, "Measured as circles of the same area they would be 28 px")
    assert "two ways" not in advice.confidence.sentence
    assert "px wide" in advice.headline


def test_three_moderate_doubts_make_a_low_certainty(alike):
    two = _recommend(alike(13, n_objects=20))
    three = _recommend(alike(13, n_objects=20, n_border=30))
    assert two.confidence.level is Certainty.MODERATE
    assert three.confidence.level is Certainty.LOW


def test_going_coarser_says_that_a_weaker_lens_is_not_binning(alike):
    (caution,) = _said(_recommend(alike(50)), "lower-magnification lens")
    assert "0.364 µm" in caution  # 0.21 x 0.52 / 0.3
    assert "NA^4 / magnification^2" in caution


@pytest.mark.parametrize("purpose", [Purpose.COUNTING, Purpose.SIZE])
def test_a_change_of_scale_means_training_again(alike, purpose):
    assert _said(_recommend(alike(100), purpose=purpose), "has to be trained again")
    assert not _said(_recommend(alike(17), purpose=purpose), "has to be trained again")
