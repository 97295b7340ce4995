"""Area scores of masks and semantic maps, by hand and by brute force."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rescale4dl_core.evaluation.matching import overlap_of
from rescale4dl_core.evaluation.scores import class_scores, foreground_score
from rescale4dl_core.labels import Labels


def _overlap(truth, prediction):
    return overlap_of(
        Labels.parse(np.asarray(truth), source="truth"),
        Labels.parse(np.asarray(prediction), source="prediction"),
    )


def test_the_foreground_of_two_masks_is_worked_by_hand():
    score = foreground_score(_overlap([[1, 1, 1, 0, 0]], [[0, 255, 255, 255, 0]]))
    assert (score.true_px, score.predicted_px, score.shared_px) == (3, 3, 2)
    assert score.iou == 2 / 4
    assert score.f1 == 4 / 6


def test_a_class_that_one_map_lacks_scores_0_and_is_listed():
    scores = class_scores(_overlap([[1, 1, 2, 2]], [[1, 1, 1, 3]]))
    assert {value: score.iou for value, score in scores.items()} == {1: 2 / 3, 2: 0, 3: 0}


def test_two_empty_masks_have_no_score():
    score = foreground_score(_overlap(np.zeros((2, 2), int), np.zeros((2, 2), int)))
    assert math.isnan(score.iou)
    assert math.isnan(score.f1)


maps = hnp.array_shapes(min_dims=2, max_dims=2, max_side=9).flatmap(
    lambda shape: st.tuples(
        *(hnp.arrays(np.uint8, shape, elements=st.integers(0, 5)) for _ in range(2))
    )
)


@given(maps)
@settings(deadline=None, max_examples=50)
def test_class_scores_agree_with_comparing_masks(pair):
    truth, prediction = pair
    scores = class_scores(_overlap(truth, prediction))
    assert set(scores) == set(np.union1d(truth, prediction).tolist()) - {0}
    for value, score in scores.items():
        mine, its = truth == value, prediction == value
        assert score.iou == pytest.approx((mine & its).sum() / (mine | its).sum())
        assert score.f1 == pytest.approx(2 * (mine & its).sum() / (mine.sum() + its.sum()))
