"""Predictions mapped back to the original: what is lost and what cannot be blamed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.evaluation.matching import overlap_of
from rescale4dl_core.evaluation.original_grid import on_original_grid
from rescale4dl_core.evaluation.scores import object_scores
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.series import rescale_labels
from tests.conftest import disk_labels

DISKS = disk_labels((130, 131), (30, 32, 12), (90, 40, 12), (60, 95, 12), (110, 105, 7))


def _iou(truth, prediction):
    return object_scores(overlap_of(truth, prediction)).mean_iou


@given(st.sampled_from([0.25, 0.5, 0.71, 1.41, 2, 3, 4, 8]))
@settings(deadline=None, max_examples=8)
def test_the_perfect_prediction_reaches_the_ceiling_and_nothing_more(ratio):
    factor = RescaleFactor.of(ratio)
    maps = on_original_grid(DISKS, rescale_labels(DISKS, factor), factor)
    assert maps.truth.shape == maps.prediction.shape == maps.round_trip.shape
    assert _iou(maps.truth, maps.prediction) == _iou(maps.truth, maps.round_trip)


def test_going_finer_and_back_loses_nothing():
    factor = RescaleFactor.finer(3)
    maps = on_original_grid(DISKS, rescale_labels(DISKS, factor), factor)
    np.testing.assert_array_equal(maps.round_trip.pixels, DISKS.pixels)


def test_a_block_of_whole_coarse_pixels_survives_in_place():
    pixels = np.zeros((13, 13), int)
    pixels[4:8, 8:12] = 1
    truth = Labels.parse(pixels, source="truth")
    factor = RescaleFactor.coarser(4)
    maps = on_original_grid(truth, rescale_labels(truth, factor), factor)
    assert maps.truth.shape == (12, 12)
    np.testing.assert_array_equal(maps.prediction.pixels, pixels[:12, :12])


def test_what_the_sampling_does_not_cover_is_left_out_below_and_on_the_right():
    pixels = np.arange(13 * 15).reshape(13, 15)
    truth = Labels.parse(pixels, source="truth")
    factor = RescaleFactor.coarser(4)
    maps = on_original_grid(truth, rescale_labels(truth, factor), factor)
    np.testing.assert_array_equal(maps.truth.pixels, pixels[:12, :12])
    assert maps.prediction.shape == maps.round_trip.shape == (12, 12)


def test_the_ceiling_falls_as_pixels_grow():
    ceilings = []
    for times in (2, 4, 8):
        factor = RescaleFactor.coarser(times)
        maps = on_original_grid(DISKS, rescale_labels(DISKS, factor), factor)
        ceilings.append(_iou(maps.truth, maps.round_trip))
    assert 1 > ceilings[0] > ceilings[1] > ceilings[2] > 0


def test_programs_that_round_the_shape_up_are_understood():
    factor = RescaleFactor.coarser(2)
    rounded_up = Labels.parse(np.zeros((65, 66), int), source="prediction")
    assert on_original_grid(DISKS, rounded_up, factor).prediction.shape == (130, 130)


@pytest.mark.parametrize("shape", [(67, 65), (65, 63)])
def test_a_shape_two_pixels_off_is_refused(shape):
    """The original of 130 x 131 px is 65 x 65 px twice as coarse."""
    other = Labels.parse(np.zeros(shape, int), source="prediction")
    with pytest.raises(LabelImageError, match=r"cannot be compared with the original"):
        on_original_grid(DISKS, other, RescaleFactor.coarser(2))


def test_a_prediction_of_another_sampling_is_refused():
    factor = RescaleFactor.coarser(4)
    with pytest.raises(LabelImageError, match=r"65 x 65 px.*32 x 32 px as downsampling_4"):
        on_original_grid(DISKS, rescale_labels(DISKS, RescaleFactor.coarser(2)), factor)
