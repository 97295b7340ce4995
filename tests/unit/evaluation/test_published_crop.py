"""The published one-sided crop, worked by hand on squares."""

import numpy as np

from rescale4dl_core.evaluation.matching import match_objects, overlap_of
from rescale4dl_core.evaluation.pair import (
    published_crops,
    published_prediction,
    published_truth,
)
from rescale4dl_core.evaluation.shapes import shapes_of
from rescale4dl_core.labels import Labels


def _square(top, left, side, shape=(40, 40)):
    pixels = np.zeros(shape, int)
    pixels[top : top + side, left : left + side] = 1
    return Labels.parse(pixels, source="square")


def test_the_crop_ends_at_the_lower_and_right_edge_of_the_object():
    (crop,) = published_crops(_square(20, 10, 8))
    assert (crop.rows, crop.columns) == (slice(16, 28), slice(6, 18))


def test_the_crop_is_cut_by_the_border_of_the_image():
    (crop,) = published_crops(_square(1, 0, 8))
    assert (crop.rows, crop.columns) == (slice(0, 9), slice(0, 8))


def test_the_missing_background_makes_an_object_wide_where_its_straight_edges_are():
    rows, columns = np.indices((40, 40))
    in_box = (rows >= 10) & (rows < 30) & (columns >= 10) & (columns < 30)
    lower_right_half = in_box & (rows + columns >= 39)
    truth = Labels.parse(lower_right_half.astype(int), source="triangle")
    padded = shapes_of(truth)
    published = published_truth(padded, truth)
    excess_px = published.objects.skeleton_diameter_px - padded.objects.skeleton_diameter_px
    assert excess_px[0] > 1
    np.testing.assert_array_equal(published.objects.area_px, padded.objects.area_px)


def test_a_prediction_is_measured_in_the_crop_of_its_true_object():
    truth, prediction = _square(20, 10, 8), _square(20, 10, 10)
    shapes = shapes_of(prediction)
    matching = match_objects(overlap_of(truth, prediction))
    published = published_prediction(shapes, prediction, truth, matching)
    in_crop = published_truth(shapes_of(truth), truth)
    assert (
        published.objects.skeleton_diameter_px.tolist()
        == in_crop.objects.skeleton_diameter_px.tolist()
    )


def test_a_missed_object_changes_no_prediction():
    truth, prediction = _square(20, 10, 8), _square(2, 2, 8)
    shapes = shapes_of(prediction)
    matching = match_objects(overlap_of(truth, prediction))
    published = published_prediction(shapes, prediction, truth, matching)
    assert (
        published.objects.skeleton_diameter_px.tolist()
        == shapes.objects.skeleton_diameter_px.tolist()
    )


def test_an_object_that_fills_its_crop_has_no_published_diameter():
    truth = Labels.parse(np.ones((6, 6), int), source="full")
    published = published_truth(shapes_of(truth), truth)
    assert np.isnan(published.objects.skeleton_diameter_px).all()
