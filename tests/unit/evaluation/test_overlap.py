"""The contingency table against counting pixel by pixel, and what it must not depend on."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.evaluation.matching import BLOCK_PIXELS, overlap_of
from rescale4dl_core.labels import LARGEST_LABEL, Labels

shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=8)
label_values = st.sampled_from([0, 1, 2, 3, 70_000, LARGEST_LABEL])
label_pairs = shapes.flatmap(
    lambda shape: st.tuples(
        *(hnp.arrays(np.int64, shape, elements=label_values) for _ in range(2))
    )
)


def _overlap(truth, prediction):
    return overlap_of(
        Labels.parse(np.asarray(truth), source="truth"),
        Labels.parse(np.asarray(prediction), source="prediction"),
    )


def _counts(overlap):
    pairs = zip(
        overlap.true_label[overlap.true_index].tolist(),
        overlap.predicted_label[overlap.predicted_index].tolist(),
        strict=True,
    )
    return dict(zip(pairs, overlap.shared_px.tolist(), strict=True))


@given(label_pairs)
@settings(deadline=None, max_examples=60)
def test_the_table_agrees_with_counting_every_pixel(pair):
    truth, prediction = pair
    overlap = _overlap(truth, prediction)
    every = Counter(zip(truth.ravel().tolist(), prediction.ravel().tolist(), strict=True))
    assert _counts(overlap) == {
        labels: n for labels, n in every.items() if labels[0] and labels[1]
    }
    for side, labels, areas_px in (
        (truth, overlap.true_label, overlap.true_area_px),
        (prediction, overlap.predicted_label, overlap.predicted_area_px),
    ):
        known = Counter(side[side > 0].tolist())
        assert dict(zip(labels.tolist(), areas_px.tolist(), strict=True)) == known
        assert labels.tolist() == sorted(known)


@given(label_pairs)
@settings(deadline=None, max_examples=30)
def test_swapping_both_images_swaps_the_table(pair):
    forwards, backwards = _overlap(*pair), _overlap(*reversed(pair))
    assert _counts(forwards) == {
        (truth, prediction): n for (prediction, truth), n in _counts(backwards).items()
    }
    assert sorted(forwards.iou) == sorted(backwards.iou)


def test_the_iou_of_two_shifted_squares_is_worked_by_hand():
    truth, prediction = np.zeros((2, 10, 10), np.uint8)
    truth[2:6, 2:6] = 1
    prediction[3:7, 2:6] = 1
    assert _overlap(truth, prediction).iou.tolist() == [12 / 20]


def test_mixed_types_and_labels_above_16_bit_are_told_apart():
    truth = np.array([[0, 1, 65_536, 65_537]], np.uint32)
    prediction = np.array([[False, True, True, True]])
    assert _counts(_overlap(truth, prediction)) == {
        (1, 1): 1,
        (65_536, 1): 1,
        (65_537, 1): 1,
    }


def test_a_table_is_as_long_as_there_are_pairs_that_meet_not_their_product():
    numbers = np.arange(90_000, dtype=np.int32).reshape(300, 300)
    overlap = _overlap(numbers, numbers)
    assert len(overlap.shared_px) == 89_999


@pytest.mark.parametrize("first_of_2", [BLOCK_PIXELS - 1, BLOCK_PIXELS, BLOCK_PIXELS + 1])
def test_an_object_may_begin_where_a_block_of_pixels_ends(first_of_2):
    pixels = np.ones((1, BLOCK_PIXELS + 9), np.int32)
    pixels[0, first_of_2:] = 2
    expected = {(1, 1): first_of_2, (2, 1): BLOCK_PIXELS + 9 - first_of_2}
    assert _counts(_overlap(pixels, pixels > 0)) == expected
    assert sorted(_counts(_overlap(pixels > 0, pixels)).values()) == sorted(
        expected.values()
    )


def test_images_in_another_order_of_memory_give_the_same_table():
    truth = np.asfortranarray(np.arange(12).reshape(3, 4) % 3)
    prediction = np.arange(12).reshape(3, 4) % 4
    assert _counts(_overlap(truth, prediction)) == _counts(
        _overlap(np.ascontiguousarray(truth), prediction)
    )


def test_images_of_different_shape_are_refused():
    with pytest.raises(LabelImageError, match=r"2 x 3 px.*4 x 3 px.*same shape"):
        _overlap(np.ones((4, 3), int), np.ones((2, 3), int))
