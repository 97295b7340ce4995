"""Which point of a curve is taken, on scores made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.advice.evidence_curve import (
    Basis,
    EvidenceCurve,
    ScorePoint,
    curve_of_sweep,
    decide,
)
from rescale4dl_core.labels import Labels
from rescale4dl_core.study.bootstrap import Loss
from rescale4dl_core.study.results import Interval


def _curve(basis, *scores):
    points = tuple(
        ScorePoint(2.0**step, Interval(score, score, score), recall=score, ceiling=0.9)
        for step, score in enumerate(scores)
    )
    return EvidenceCurve(basis, "by hand", points)


@pytest.mark.parametrize(
    ("scores", "plateau"),
    [
        ((0.80, 0.79, 0.78, 0.5), (1, 4)),  # on the coarse side of the best
        ((0.79, 0.80, 0.79, 0.78), (1, 8)),  # to the coarsest point of all
        ((0.79, 0.5, 0.80, 0.4), (4, 4)),  # a dip ends it
        ((0.80, 0.79, 0.5, 0.80), (8, 8)),
    ],
)
def test_the_plateau_of_stability_runs_both_ways_until_more_is_lost(scores, plateau):
    """Half of 10 % of .80 is .04."""
    decision = decide(_curve(Basis.STABILITY, *scores), 10.0)
    assert decision.ratio_range == plateau
    assert decision.chosen.ratio == plateau[1]
    assert decision.best.score.mean == 0.80
    assert decision.allowed_loss == pytest.approx(0.04)


def test_with_a_mask_the_whole_tolerance_may_be_lost_even_behind_a_dip():
    """10 % of .80 is .08."""
    decision = decide(_curve(Basis.TRUTH, 0.80, 0.5, 0.721, 0.719), 10.0)
    assert [point.ratio for point in decision.allowed] == [1, 4]
    assert decision.chosen.ratio == 4
    assert decision.allowed_loss == pytest.approx(0.08)


def test_a_loss_that_may_be_just_larger_than_allowed_is_not_sure():
    best, near, far = _curve(Basis.TRUTH, 0.80, 0.79, 0.78).points
    for at_most, chosen in ((0.0799, 4), (0.0801, 2)):
        points = (best, near, replace(far, loss=Loss(0.02, at_most)))
        assert decide(EvidenceCurve(Basis.TRUTH, "by hand", points), 10.0).chosen.ratio == (
            chosen
        )


def test_expected_scores_name_their_source_and_give_recall_only_where_all_have_it():
    curve = _curve(Basis.ATLAS, 0.8, 0.7)
    expected = curve.expected(4.0)
    assert expected.source == "overlap on test images of the network: by hand"
    assert expected.recall == (0.8, 0.7)
    assert expected.coverage_percent == (4.0, 8.0)
    half = replace(curve, points=(curve.points[0], replace(curve.points[1], recall=None)))
    assert half.expected(4.0).recall is None


def test_without_a_mask_stability_counts_for_what_coarser_pixels_leave_of_outlines(swept):
    """A square of 3 px is 1.5 coarse pixels wide: it comes back larger or smaller."""
    sweep = swept({1.0: 0.8, 2.0: 0.8}, masked=False)
    image = np.zeros((12, 12), np.int32)
    image[1:4, 1:4] = 1
    outlined = replace(sweep.scales[0], labels=(Labels.parse(image, source="drawn"),))
    curve = curve_of_sweep(replace(sweep, scales=(outlined, sweep.scales[1])))
    assert curve.source == "unet-test"
    assert curve.points[0].ceiling == 1.0
    coarse = curve.points[1]
    assert 0 < coarse.ceiling < 1
    assert coarse.score.mean == pytest.approx(0.8 * coarse.ceiling)
    assert coarse.score.low == pytest.approx(0.78 * coarse.ceiling)
    assert coarse.score.high == pytest.approx(0.82 * coarse.ceiling)
