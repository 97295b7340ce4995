"""Advice where the network was not run on the images: by its results on test images."""

from dataclasses import replace

import pytest

from rescale4dl_core.advice.evidence import Alike, NetworkEvidence, most_alike
from rescale4dl_core.advice.evidence_curve import Basis
from rescale4dl_core.advice.reasons import Certainty
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.study.atlas import AtlasCurve, AtlasPoint, NetworkAtlas
from rescale4dl_core.study.object_facts import ObjectFacts
from rescale4dl_core.study.results import Interval
from rescale4dl_core.window import Window

WINDOW = Window(4.0, 16.0, "receptive field of unet-test")

BRIGHT = ObjectFacts(20.0, 1.2, 0.6, 30.0)
DARK = ObjectFacts(20.0, 1.2, -0.6, 30.0)


def _curve(name, facts, by_percent, *, trained_on=False, rank=None):
    return AtlasCurve(
        data_set=name,
        split="test rows",
        trained_on=trained_on,
        facts=facts,
        stability_rank=rank,
        points=tuple(
            AtlasPoint(
                coverage_percent=percent,
                own_grid=Interval(score, score, score),
                sample_grid=Interval(score, score - 0.01, score + 0.01),
                images_low=score - 0.1,
                images_high=score + 0.1,
                ceiling=0.95,
                recall=score,
                n_images=10,
                n_objects=500,
            )
            for percent, score in by_percent.items()
        ),
    )


FALLING = {2.0: 0.80, 4.0: 0.86, 8.0: 0.84, 16.0: 0.60}


@pytest.fixture
def advise(alike, swept):
    def build(facts=BRIGHT, *, curves=None, diameter_px=50, sweep=None, **others):
        curves = curves or (_curve("nuclei", BRIGHT, FALLING, **others),)
        atlas = NetworkAtlas("unet-test", "abc", "by a test", curves)
        evidence = NetworkEvidence("unet-test", WINDOW, sweep, atlas, facts)
        return recommend(alike(diameter_px), evidence=evidence)

    return build


def test_the_coarsest_coverage_within_the_tolerance_of_like_objects_is_taken(advise):
    """8 % loses .02 of .86, 16 % loses .26; 50 px objects are at 2 %."""
    advice = advise()
    assert advice.basis is Basis.ATLAS
    assert advice.ratio == 4
    assert (advice.expected_iou, advice.expected_recall) == pytest.approx((0.84, 0.84))
    low, high = advice.expected_iou_low, advice.expected_iou_high
    assert (low, high) == pytest.approx((0.74, 0.94))
    assert any("was not run on your images" in reason for reason in advice.reasons)
    assert any("much alike" in reason for reason in advice.reasons)
    assert "was not run on your images" in advice.confidence.sentence


def test_a_pixel_size_that_does_as_well_is_kept(advise):
    """10 px objects are at 10 %: between 8 and 16 % nothing was measured, so 8 % holds."""
    kept = advise(diameter_px=14)  # 7.1 %, within a factor sqrt 2 of 8 %
    assert kept.ratio == 1.0
    assert any("too near to change the magnification" in r for r in kept.reasons)
    assert advise(diameter_px=10).ratio == pytest.approx(0.8)


def test_the_expected_score_lies_between_the_measured_coverages(advise):
    """7.1 % lies between 4 % (.86) and 8 % (.84) on a log axis."""
    assert 0.84 < advise(diameter_px=14).expected_iou < 0.86


def test_objects_unlike_all_test_sets_get_no_score_and_the_window_decides(advise):
    advice = advise(DARK)
    assert advice.basis is None
    assert advice.ratio == 4
    assert advice.expected_iou is None
    assert advice.confidence.level is Certainty.LOW
    assert any(
        "No test set of unet-test has objects like yours" in c for c in advice.cautions
    )


def test_the_test_set_most_like_the_sample_counts(advise):
    curves = (
        _curve("nuclei", BRIGHT, FALLING),
        _curve("stained", DARK, dict.fromkeys(FALLING, 0.5)),
    )
    assert advise(DARK, curves=curves).expected_iou == pytest.approx(0.5)
    assert advise(BRIGHT, curves=curves).expected_iou == pytest.approx(0.84)
    assert most_alike(curves, None).curve is curves[0]
    assert most_alike((), BRIGHT) is None


@pytest.mark.parametrize(
    ("facts", "alike_"),
    [
        (BRIGHT, Alike.YES),
        (ObjectFacts(80.0, 1.2, 0.6, 30.0), Alike.YES),  # size is what rescaling evens out
        (ObjectFacts(20.0, 2.0, 0.6, 30.0), Alike.PARTLY),
        (ObjectFacts(20.0, 1.2, 0.1, 30.0), Alike.PARTLY),
        (ObjectFacts(20.0, 1.2, 0.6, 95.0), Alike.PARTLY),
        (ObjectFacts(20.0, 4.0, 0.6, 30.0), Alike.NO),
        (DARK, Alike.NO),
    ],
)
def test_likeness_is_of_contrast_shape_and_crowding_not_of_size(facts, alike_):
    assert most_alike((_curve("nuclei", BRIGHT, FALLING),), facts).alike is alike_


@pytest.mark.parametrize(
    ("yours", "theirs", "words"),
    [
        (0.6, 0.6, "both brighter than around"),
        (-0.6, -0.6, "both darker than around"),
        (0.1, -0.1, "brighter and darker than around"),
        (-0.1, 0.1, "darker and brighter than around"),
    ],
)
def test_it_is_said_which_objects_are_brighter_than_around(yours, theirs, words):
    curve = _curve("nuclei", replace(BRIGHT, contrast=theirs), FALLING)
    likeness = most_alike((curve,), replace(BRIGHT, contrast=yours))
    assert words in likeness.sentence


def test_the_scores_over_coverage_go_along_with_the_answer(advise):
    curve = advise().score_curve
    assert dict(zip(curve.coverage_percent, curve.iou, strict=True)) == pytest.approx(
        FALLING
    )


def test_partly_alike_and_flattered_scores_are_said(advise):
    partly = advise(ObjectFacts(20.0, 2.0, 0.6, 30.0), trained_on=True)
    assert any("which flatters its scores" in caution for caution in partly.cautions)
    assert "only partly like yours" in partly.confidence.sentence


def test_the_mask_of_the_sample_overrules_the_test_set_and_says_so(advise, swept):
    poor = swept({1.0: 0.55, 2.0: 0.56, 4.0: 0.55, 8.0: 0.3})
    advice = advise(sweep=poor)
    assert advice.basis is Basis.TRUTH
    assert advice.expected_iou == pytest.approx(0.55)
    assert any(r.startswith("Conflict: on nuclei") for r in advice.reasons)
    good = swept({1.0: 0.85, 2.0: 0.86, 4.0: 0.85, 8.0: 0.3})
    assert any(r.startswith("Agreement: on nuclei") for r in advise(sweep=good).reasons)


@pytest.mark.parametrize(
    ("rank", "words"),
    [(0.9, "follows the truth well"), (0.4, "take it as a hint"), (None, "not measured")],
)
def test_without_a_mask_the_test_set_tells_what_to_expect(advise, swept, rank, words):
    stable = swept({1.0: 0.9, 2.0: 0.92, 4.0: 0.91, 8.0: 0.5}, masked=False)
    advice = advise(sweep=stable, rank=rank)
    assert advice.basis is Basis.STABILITY
    assert advice.ratio == 4
    assert advice.expected_iou == pytest.approx(0.84)
    assert any("for want of a mask" in reason for reason in advice.reasons)
    assert any(words in caution for caution in advice.cautions)
