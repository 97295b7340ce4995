"""The recommendation from evidence, on curves whose right answer is known."""

import numpy as np
import pytest

from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.advice.evidence import NetworkEvidence
from rescale4dl_core.advice.evidence_curve import Basis
from rescale4dl_core.advice.reasons import Certainty
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.advice.recommendation import recommendation_fields
from rescale4dl_core.planning.sampling import Optics
from rescale4dl_core.window import PUBLISHED_WINDOW, Window

WINDOW = Window(4.0, 16.0, "receptive field of unet-test")

FALLING = {0.5: 0.85, 1.0: 0.90, 2.0: 0.89, 4.0: 0.87, 8.0: 0.70, 16.0: 0.30}
"""5 % of the best, .045, are lost between 4x and 8x coarser."""


@pytest.fixture
def advise(alike, swept):
    """Recommend for 100 objects of 50 px (2 % coverage) from a sweep."""

    def build(by_ratio, *, tolerance_percent=5.0, window=WINDOW, **of_the_sweep):
        sweep = swept(by_ratio, **of_the_sweep)
        evidence = NetworkEvidence("unet-test", window, sweep)
        return recommend(alike(50), evidence=evidence, tolerance_percent=tolerance_percent)

    return build


def test_with_a_mask_the_coarsest_scale_within_the_tolerance_is_taken(advise):
    advice = advise(FALLING)
    assert advice.ratio == 4
    assert advice.basis is Basis.TRUTH
    assert (advice.expected_iou, advice.expected_iou_low) == pytest.approx((0.87, 0.85))
    assert advice.expected_iou_high == pytest.approx(0.89)
    assert advice.expected_recall == pytest.approx(0.87)
    assert advice.ratio_range == (1.0, 4.0)
    assert advice.headline.startswith("Acquire at 0.4 µm per pixel, 4x coarser")


def test_scores_on_the_sample_decide_however_its_objects_are_measured(alike, swept):
    evidence = NetworkEvidence("unet-test", WINDOW, swept(FALLING))
    advice = recommend(alike(50, other_diameter_px=25), evidence=evidence)
    assert advice.ratio == 4
    assert any("and the answer would be the same" in one for one in advice.cautions)
    assert "two ways" not in advice.confidence.sentence


@pytest.mark.parametrize(
    ("tolerance_percent", "ratio"),
    [(0, 1), (1.5, 2), (3.0, 2), (3.4, 4), (25, 8), (90, 16)],
)
def test_the_user_decides_how_much_may_be_lost(advise, tolerance_percent, ratio):
    """Lost against .90: .01 (1.1 %), .03 (3.3 %), .20 (22 %), .60 (67 %)."""
    advice = advise(FALLING, tolerance_percent=tolerance_percent)
    assert advice.ratio == ratio
    assert advice.tolerance_percent == tolerance_percent


def test_a_loss_that_may_well_be_larger_than_allowed_is_not_relied_on(advise):
    """Coarser, the objects scatter by .3: the loss of .03 is only known to .05."""
    sure, unsure = advise(FALLING, spread=0.001), advise(FALLING, spread=0.3)
    assert sure.ratio == 4
    assert unsure.ratio == 1
    assert unsure.ratio_range == (1.0, 4.0)
    assert any("leave room for more than 5 %" in reason for reason in unsure.reasons)


def test_many_objects_make_sure_what_few_leave_open(advise):
    assert advise(FALLING, spread=0.3, n_objects=40).ratio == 1
    assert advise(FALLING, spread=0.3, n_objects=4000).ratio == 4


def test_a_window_that_does_not_hold_the_answer_is_named_and_overruled(advise):
    inside = advise(FALLING)
    outside = advise(FALLING, window=Window(0.5, 2.0, "receptive field 400 px"))
    assert any(r.startswith("Agreement: with 8 %") for r in inside.reasons)
    assert outside.ratio == 4
    assert any(
        r.startswith("Conflict: with 8 % it lies outside the range of 0.5 to 2 %")
        and r.endswith("[receptive field 400 px]")
        for r in outside.reasons
    )


def test_a_window_that_was_chosen_stands_before_that_of_the_network(alike):
    evidence = NetworkEvidence("unet-test", WINDOW)
    advice = recommend(alike(50), evidence=evidence, window=Window(1.0, 4.0, "typed in"))
    assert advice.window_percent == (1.0, 4.0)
    assert advice.ratio == 1  # 2 %, the middle of 1 to 4 %


def test_structure_is_told_in_the_published_window_whatever_the_network(alike):
    evidence = NetworkEvidence("unet-test", Window(1.0, 2.0, "receptive field 200 px"))
    advice = recommend(alike(50), evidence=evidence, purpose=Purpose.STRUCTURE)
    assert advice.window is PUBLISHED_WINDOW


def test_the_ceiling_of_the_pixel_size_is_told(advise):
    assert any(
        "would keep an overlap of 0.96" in reason for reason in advise(FALLING).reasons
    )


def test_without_a_mask_the_coarse_end_of_the_plateau_is_taken(advise):
    """Half of the tolerance: .926 and more are within 2.5 % of .95."""
    stable = {0.5: 0.5, 1.0: 0.93, 2.0: 0.92, 4.0: 0.94, 8.0: 0.95, 16.0: 0.92}
    advice = advise(stable, masked=False)
    assert advice.basis is Basis.STABILITY
    assert advice.ratio == 8
    assert advice.ratio_range == (4.0, 8.0)
    assert advice.expected_iou is None
    assert "no mask to check" in advice.confidence.sentence


def test_a_scale_without_anything_plausible_ends_the_plateau(advise):
    advice = advise({1.0: 0.82, 2.0: 0.82, 4.0: 0.0, 8.0: 0.815}, masked=False)
    assert advice.ratio == 2
    assert advice.ratio_range == (1.0, 2.0)


def test_a_network_that_finds_nothing_leaves_the_answer_to_the_window(advise, alike):
    advice = advise({1.0: 0.0, 2.0: 0.0}, masked=False)
    assert advice.ratio == recommend(alike(50), window=WINDOW).ratio
    assert advice.basis is None
    assert advice.confidence.level is Certainty.LOW
    assert any("found nothing like your objects" in c for c in advice.cautions)


def test_the_window_alone_says_that_the_network_was_not_tried(alike):
    advice = recommend(alike(50), evidence=NetworkEvidence("unet-test", WINDOW))
    assert advice.ratio == 4
    assert advice.network == "unet-test"
    assert advice.expected_iou is None
    assert "the network was not tried" in advice.confidence.sentence


def test_a_finer_answer_is_to_enlarge_not_to_acquire_anew(advise):
    advice = advise({0.25: 0.9, 0.5: 0.89, 1.0: 0.5, 2.0: 0.2})
    assert advice.ratio == 0.5
    assert any("enlarge the images 2x before the network" in c for c in advice.cautions)


def test_a_network_that_fails_everywhere_is_not_recommended_quietly(advise):
    advice = advise({1.0: 0.2, 2.0: 0.3, 4.0: 0.25})
    assert advice.confidence.level is Certainty.LOW
    assert any("Try another network" in caution for caution in advice.cautions)


def test_a_stopped_sweep_and_its_edge_are_told(advise):
    advice = advise({1.0: 0.9, 2.0: 0.9}, complete=False)
    assert any("stopped after 2 pixel sizes" in caution for caution in advice.cautions)
    assert any("coarser ones may do as well" in caution for caution in advice.cautions)


def test_a_sweep_stopped_while_its_scores_rise_decides_nothing(advise):
    advice = advise({1.0: 0.9, 2.0: 0.7}, complete=False)
    assert not any("was tried on your images" in reason for reason in advice.reasons)
    assert any("still rose towards finer ones" in caution for caution in advice.cautions)
    assert not any("found nothing like" in caution for caution in advice.cautions)


def test_a_network_tried_with_a_mask_is_what_makes_an_answer_sure(advise):
    assert advise(FALLING).confidence.level is Certainty.HIGH


def test_for_sizes_coverage_stays_where_diameters_are_true(alike, swept):
    evidence = NetworkEvidence("unet-test", WINDOW, swept(FALLING))
    advice = recommend(alike(50), evidence=evidence, purpose=Purpose.SIZE)
    assert advice.ratio == 2  # 4 %; 4x would be 8 %, past 6 %


def test_structure_follows_nyquist_and_tells_the_score_there(alike, swept):
    evidence = NetworkEvidence("unet-test", WINDOW, swept(FALLING))
    advice = recommend(
        alike(50, pixel_um=0.1),
        evidence=evidence,
        purpose=Purpose.STRUCTURE,
        optics=Optics(numerical_aperture=0.65),  # Nyquist 0.2 um at 520 nm
    )
    assert advice.ratio == pytest.approx(2)
    assert advice.expected_iou == pytest.approx(0.89)


def test_every_sentence_names_its_source_and_every_number_is_evidence(advise):
    advice = advise(FALLING)
    assert all(text.endswith("]") for text in (*advice.reasons, *advice.cautions))
    assert all(np.isfinite(item.value) for item in advice.evidence)
    fields = recommendation_fields(advice)
    assert fields["basis"] == "overlap with the mask of your images"
    assert fields["network"] == "unet-test"
    assert fields["window_percent"] == [4.0, 16.0]


def test_without_evidence_nothing_changes(alike):
    fields = recommendation_fields(recommend(alike(50)))
    assert (fields["network"], fields["basis"], fields["expected_iou"]) == (None,) * 3
    assert fields["window_percent"] == [
        PUBLISHED_WINDOW.low_percent,
        PUBLISHED_WINDOW.high_percent,
    ]
