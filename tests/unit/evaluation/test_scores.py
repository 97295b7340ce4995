"""Scores of objects against hand counts, brute force and the laws they obey."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rescale4dl_core.evaluation.kind_of_maps import Kind
from rescale4dl_core.evaluation.matching import match_objects, overlap_of
from rescale4dl_core.evaluation.scores import (
    SCORES,
    THRESHOLDS,
    Comparison,
    Score,
    object_scores,
    scores_of,
)
from rescale4dl_core.labels import Labels

label_pairs = hnp.array_shapes(min_dims=2, max_dims=2, max_side=9).flatmap(
    lambda shape: st.tuples(
        *(hnp.arrays(np.int16, shape, elements=st.integers(0, 4)) for _ in range(2))
    )
)


def _overlap(truth, prediction):
    return overlap_of(
        Labels.parse(np.asarray(truth), source="truth"),
        Labels.parse(np.asarray(prediction), source="prediction"),
    )


def _scores(truth, prediction):
    return object_scores(_overlap(truth, prediction))


def _row(*lengths_and_labels):
    """Return one row of pixels from (length, label)."""
    return np.array([[label for n, label in lengths_and_labels for _ in range(n)]])


@pytest.fixture
def hand_made():
    """Four true objects of 10 px: IoU 1, 8/12, 5/10 (missed: not above 0.5) and none.

    Two predictions are no true object: the one of IoU 0.5 and one in the background.
    """
    truth = _row((10, 1), (10, 2), (2, 0), (10, 3), (10, 4), (5, 0))
    prediction = _row((10, 7), (2, 0), (10, 8), (5, 9), (15, 0), (5, 6))
    return truth, prediction


def test_counts_and_scores_worked_by_hand(hand_made):
    scores = _scores(*hand_made)
    assert (scores.n_true, scores.n_predicted) == (4, 4)
    assert scores.n_true_positives == 2
    assert scores.n_false_positives == 2
    assert scores.n_false_negatives == 2
    assert scores.recall == scores.precision == scores.f1 == 0.5
    assert scores.average_precision == 2 / 6
    assert scores.mean_iou == pytest.approx((1 + 8 / 12) / 4)
    assert scores.panoptic_quality == pytest.approx((1 + 8 / 12) / (2 + 1 + 1))


def test_seg_counts_an_object_more_than_half_covered_whatever_its_iou():
    truth = _row((10, 1), (10, 0))
    prediction = _row((4, 0), (16, 1))
    assert _scores(truth, prediction).seg == pytest.approx(6 / 20)
    assert _scores(truth, prediction).mean_iou == 0


def test_average_precision_falls_at_each_threshold_that_a_match_misses(hand_made):
    expected = [2 / 6 if t < 8 / 12 else 1 / 7 for t in THRESHOLDS]
    scores = _scores(*hand_made)
    assert scores.average_precision_by_threshold == pytest.approx(expected)
    assert scores.mean_average_precision == pytest.approx(np.mean(expected))


@pytest.fixture
def one_match_in_each_band():
    """Ten objects of 40 px, of which 21, 23, ... 39 are predicted: IoU .525 to .975.

    Each of the ten thresholds but the lowest loses one match more.
    """
    truth = _row(*((40, label) for label in range(1, 11)))
    prediction = _row(
        *(
            (n, label)
            for i in range(10)
            for n, label in ((21 + 2 * i, i + 1), (19 - 2 * i, 0))
        )
    )
    return truth, prediction


def test_recall_precision_and_f1_count_every_match_above_one_half(one_match_in_each_band):
    scores = _scores(*one_match_in_each_band)
    assert scores.true_positives == (10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
    assert scores.recall == scores.precision == scores.f1 == scores.average_precision == 1
    assert (scores.n_false_positives, scores.n_false_negatives) == (0, 0)


def test_each_threshold_has_its_own_average_precision(one_match_in_each_band):
    """Of 10 against 10 objects n match: n / (10 + 10 - n)."""
    scores = _scores(*one_match_in_each_band)
    assert scores.average_precision_by_threshold == pytest.approx(
        [n / (20 - n) for n in range(10, 0, -1)]
    )


def test_a_match_of_just_the_threshold_does_not_reach_it():
    """30 of 40 px: above 0.5, 0.55, ... 0.7 and not above 0.75."""
    scores = _scores(_row((40, 1)), _row((30, 1), (10, 0)))
    assert scores.true_positives == (1,) * 5 + (0,) * 5


def test_seg_wants_more_than_half_of_the_true_object_covered():
    """Cell Tracking Challenge: |R and S| > |R| / 2 for a reference R, not half of it."""
    truth = _row((10, 1), (30, 0))
    half = _row((5, 0), (5, 1), (30, 0))
    just_more = _row((4, 0), (6, 1), (30, 0))
    of_a_large_one = _row((4, 0), (36, 1))
    assert _scores(truth, half).seg == 0
    assert _scores(truth, just_more).seg == pytest.approx(6 / 10)
    assert _scores(truth, of_a_large_one).seg == pytest.approx(6 / 40)
    inside_a_large_one = _row((10, 1), (30, 1))
    assert _scores(inside_a_large_one, truth).seg == 0


def test_thresholds_are_those_of_the_literature():
    assert THRESHOLDS == (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


def test_the_background_is_never_a_match():
    truth = np.zeros((20, 20), int)
    truth[4:10, 4:10] = 1
    far_away = np.zeros((20, 20), int)
    far_away[15:18, 15:18] = 1
    assert match_objects(_overlap(truth, far_away)).predicted_index.tolist() == [-1]
    assert _scores(truth, far_away).recall == 0


@pytest.mark.parametrize(
    ("truth", "prediction", "undefined", "zero"),
    [
        (0, 0, ("recall", "precision", "f1", "average_precision", "mean_iou", "seg"), ()),
        (0, 1, ("recall", "mean_iou", "seg"), ("precision", "f1", "panoptic_quality")),
        (1, 0, ("precision",), ("recall", "f1", "average_precision", "mean_iou", "seg")),
    ],
)
def test_a_score_is_open_where_its_denominator_is_0(truth, prediction, undefined, zero):
    scores = _scores(np.full((3, 3), truth), np.full((3, 3), prediction))
    assert all(math.isnan(getattr(scores, name)) for name in undefined)
    assert all(getattr(scores, name) == 0 for name in zero)


@given(label_pairs)
@settings(deadline=None, max_examples=60)
def test_matches_agree_with_trying_every_pair(pair):
    truth, prediction = pair
    overlap = _overlap(truth, prediction)
    matching = match_objects(overlap)
    for row, label in enumerate(overlap.true_label):
        ious = {}
        for other in overlap.predicted_label:
            mine, its = truth == label, prediction == other
            ious[int(other)] = (mine & its).sum() / (mine | its).sum()
        above = {other: iou for other, iou in ious.items() if iou > 0.5}
        assert len(above) <= 1
        partner = matching.predicted_index[row]
        found = int(overlap.predicted_label[partner]) if partner >= 0 else None
        assert found == next(iter(above), None)
        assert matching.iou[row] == next(iter(above.values()), 0)
        assert matching.f1[row] == pytest.approx(
            2 * matching.iou[row] / (1 + matching.iou[row])
        )
    taken = matching.predicted_index[matching.is_found]
    assert len(set(taken.tolist())) == len(taken)
    assert set(matching.unmatched_predictions) == set(range(matching.n_predicted)) - set(
        taken
    )


@given(label_pairs)
@settings(deadline=None, max_examples=40)
def test_recall_of_one_side_is_precision_of_the_other(pair):
    forwards, backwards = _scores(*pair), _scores(*reversed(pair))
    np.testing.assert_equal(forwards.recall, backwards.precision)
    np.testing.assert_equal(forwards.f1, backwards.f1)
    np.testing.assert_allclose(forwards.panoptic_quality, backwards.panoptic_quality)


@given(label_pairs, st.permutations([1, 2, 3, 4]))
@settings(deadline=None, max_examples=40)
def test_the_numbers_of_the_labels_do_not_matter(pair, order):
    truth, prediction = pair
    renumber = np.array([0, *order]) * 1000
    before, after = _scores(truth, prediction), _scores(renumber[truth], prediction)
    assert before.true_positives == after.true_positives
    np.testing.assert_allclose(before.mean_iou, after.mean_iou)
    np.testing.assert_allclose(before.seg, after.seg)


@given(label_pairs)
@settings(deadline=None, max_examples=40)
def test_only_an_equal_segmentation_scores_1(pair):
    truth, prediction = pair
    perfect = _scores(truth, truth)
    if perfect.n_true:
        assert perfect.mean_iou == perfect.panoptic_quality == perfect.recall == 1
        assert perfect.mean_average_precision == 1
    scores = _scores(truth, prediction)
    if scores.panoptic_quality == 1:
        assert ((truth > 0) == (prediction > 0)).all()
        assert len(_overlap(truth, prediction).shared_px) == scores.n_true


def test_every_score_of_the_registry_is_told_from_all_others():
    assert len({score.name for score in SCORES}) == len(SCORES)
    assert len({score.label for score in SCORES}) == len(SCORES)
    for score in SCORES:
        assert score.name.isidentifier()
        assert score.meaning.endswith(".")
        assert score.lowest < score.highest


def test_the_registry_takes_its_numbers_from_the_maps(hand_made):
    truth, prediction = hand_made
    overlap = _overlap(truth, prediction)
    found = scores_of(Comparison(overlap), (Kind.BINARY, Kind.INSTANCE))
    true_px, predicted_px = np.count_nonzero(truth), np.count_nonzero(prediction)
    shared_px = np.count_nonzero((truth > 0) & (prediction > 0))
    assert found == pytest.approx(
        {
            "iou_binary": shared_px / (true_px + predicted_px - shared_px),
            "dice_binary": 2 * shared_px / (true_px + predicted_px),
            "recall": 0.5,
            "precision": 0.5,
            "f1": 0.5,
            "average_precision": 2 / 6,
            "mean_average_precision": (4 * 2 / 6 + 6 * 1 / 7) / 10,
            "panoptic_quality": (1 + 8 / 12) / 4,
            "seg": (1 + 8 / 12) / 4,
        }
    )


def test_without_objects_only_scores_of_areas_are_left():
    overlap = _overlap(np.ones((3, 3), int), np.ones((3, 3), int))
    assert scores_of(Comparison(overlap), (Kind.BINARY,)) == {
        "iou_binary": 1,
        "dice_binary": 1,
    }


def test_the_iou_of_classes_is_their_mean_whatever_their_areas():
    """Class 1: 6 of 8 px shared; class 2: 1 of 3 px; class 3 is made up: 0."""
    truth = _row((7, 1), (2, 2), (1, 0))
    prediction = _row((6, 1), (1, 2), (1, 2), (1, 1), (1, 3))
    found = scores_of(Comparison(_overlap(truth, prediction)), (Kind.SEMANTIC,))
    assert found == {"iou_semantic": pytest.approx((6 / 8 + 1 / 3 + 0) / 3)}


@given(label_pairs)
@settings(deadline=None, max_examples=40)
def test_every_score_lies_within_its_range_and_is_best_for_the_truth_itself(pair):
    truth, prediction = pair
    found = scores_of(Comparison(_overlap(truth, prediction)), Kind)
    perfect = scores_of(Comparison(_overlap(truth, truth)), Kind)
    for score in SCORES:
        value = found[score.name]
        assert math.isnan(value) or score.lowest <= value <= score.highest
        if truth.any():
            assert perfect[score.name] == pytest.approx(score.best)


def test_a_person_reads_what_a_score_means_and_which_way_it_goes():
    errors = Score(
        *("errors", "Errors", "Wrong pixels.", Kind.BINARY),
        lambda comparison: 0.0,
        highest=math.inf,
        higher_is_better=False,
    )
    assert errors.explanation == "Wrong pixels. 0 to inf, lower is better."
    assert errors.best == 0
