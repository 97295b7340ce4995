"""What pixel values stand for, told from maps with a known meaning."""

import numpy as np
import pytest

from rescale4dl_core.evaluation.kind_of_maps import Kind, facts_of, kind_of
from rescale4dl_core.labels import Labels


def _kind(*pairs):
    """Return the choice for (truth, prediction) pairs called 0.tif, 1.tif, ..."""
    facts = [
        facts_of(
            Labels.parse(np.asarray(pixels), source="map"),
            file=f"{number}.tif",
            is_truth=side == 0,
        )
        for number, pair in enumerate(pairs)
        for side, pixels in enumerate(pair)
    ]
    return kind_of(facts)


def _cells(n, *, edge=None):
    """Return n squares in a row, labelled 1 to n; or all 1 with an edge of `edge`."""
    pixels = np.zeros((12, 12 * n), np.int32)
    for number in range(n):
        left = 12 * number + 2
        pixels[2:10, left : left + 8] = number + 1 if edge is None else edge
        if edge is not None:
            pixels[3:9, left + 1 : left + 7] = 1
    return pixels


@pytest.mark.parametrize("value", [1, 255])
def test_a_single_value_of_1_or_255_is_a_mask(value):
    mask = (_cells(5) > 0) * value
    choice = _kind((mask, mask))
    assert choice.kind is Kind.BINARY
    assert str(value) in choice.reason


def test_a_truth_of_1_and_a_prediction_of_255_are_masks():
    mask = (_cells(5) > 0).astype(int)
    assert _kind((mask, 255 * mask)).kind is Kind.BINARY


def test_few_values_in_many_pieces_are_classes():
    choice = _kind((_cells(5, edge=2), _cells(5, edge=2)))
    assert choice.kind is Kind.SEMANTIC
    assert "1, 2" in choice.reason


def test_one_cell_with_an_inside_and_an_edge_is_two_classes():
    assert _kind((_cells(1, edge=2), _cells(1, edge=2))).kind is Kind.SEMANTIC


def test_classes_may_be_missing_from_a_prediction():
    assert _kind((_cells(4, edge=2), _cells(4) > 0)).kind is Kind.SEMANTIC


def test_two_separate_cells_are_objects_although_their_labels_are_1_and_2():
    choice = _kind((_cells(2), _cells(2)))
    assert choice.kind is Kind.INSTANCE
    assert not choice.is_certain


def test_few_objects_whose_number_differs_from_image_to_image_are_objects():
    choice = _kind((_cells(3), _cells(3)), (_cells(5), _cells(5)))
    assert choice.kind is Kind.INSTANCE
    assert choice.is_certain


def test_the_same_few_values_in_many_images_are_classes():
    tissue = np.repeat([[1, 2, 3]], 9, axis=0)
    choice = _kind(*[(tissue, tissue)] * 3)
    assert choice.kind is Kind.SEMANTIC


def test_the_same_number_of_objects_in_every_image_does_not_make_them_classes():
    choice = _kind(*[(_cells(9), _cells(9))] * 4)
    assert choice.kind is Kind.INSTANCE
    assert choice.is_certain


def test_many_values_are_objects_and_no_further_map_is_read():
    def maps():
        yield facts_of(Labels.parse(_cells(20), source="map"), file="a.tif", is_truth=True)
        raise AssertionError("a second map was read")

    choice = kind_of(maps())
    assert choice.kind is Kind.INSTANCE
    assert "a.tif has 20 values" in choice.reason


def test_a_mask_predicted_as_objects_is_compared_as_a_mask_with_a_caution():
    choice = _kind((_cells(6) > 0, _cells(6)))
    assert choice.kind is Kind.BINARY
    assert not choice.is_certain


def test_one_object_predicted_as_several_is_an_object():
    one = np.zeros((12, 36), int)
    one[2:10, 2:34] = 1
    assert _kind((one, _cells(3))).kind is Kind.INSTANCE


def test_empty_maps_are_taken_for_masks_with_doubt():
    choice = _kind((np.zeros((4, 4), int), np.zeros((4, 4), int)))
    assert choice.kind is Kind.BINARY
    assert not choice.is_certain


def test_an_empty_prediction_does_not_change_the_kind():
    assert _kind((_cells(20), np.zeros((12, 240), int))).kind is Kind.INSTANCE
    assert _kind((_cells(5) > 0, np.zeros((12, 60), int))).kind is Kind.BINARY


def _twice(n):
    """Return n values, each in two squares that do not touch."""
    return np.hstack([_cells(n), _cells(n)])


def test_sixteen_values_in_two_pieces_each_are_classes_and_seventeen_are_objects():
    assert _kind((_twice(16), _twice(16))).kind is Kind.SEMANTIC
    assert _kind((_twice(17), _twice(17))).kind is Kind.INSTANCE


def test_parts_that_touch_at_a_corner_are_one_piece():
    pixels = np.zeros((12, 12), int)
    for value, left in ((1, 0), (2, 6)):
        pixels[2:4, left : left + 2] = pixels[4:6, left + 2 : left + 4] = value
    assert _kind((pixels, pixels)).kind is Kind.INSTANCE


def test_two_images_with_the_same_values_may_have_the_same_objects_three_not():
    apart = _cells(3)
    assert _kind(*[(apart, apart)] * 2).kind is Kind.INSTANCE
    assert _kind(*[(apart, apart)] * 3).kind is Kind.SEMANTIC


def test_values_one_above_the_other_touch_as_those_side_by_side_do():
    tissue = np.repeat([[1, 2, 3]], 9, axis=0)
    for pixels in (tissue, tissue.T):
        assert _kind((pixels, pixels)).kind is Kind.SEMANTIC
