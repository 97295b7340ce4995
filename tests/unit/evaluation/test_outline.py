"""Perimeter and filled area against scikit-image and geometry."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.measure import perimeter, regionprops

from rescale4dl_core.evaluation.shapes import outlines_of, shapes_of
from rescale4dl_core.labels import Labels
from tests.conftest import disk_labels

label_images = hnp.arrays(
    np.int32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=12),
    elements=st.sampled_from([0, 1, 1, 2, 900_000]),
)


@given(label_images)
@settings(deadline=None, max_examples=80)
def test_outlines_are_those_of_scikit_image_on_a_crop_per_object(pixels):
    outlines = outlines_of(Labels.parse(pixels, source="test"))
    for row, label in enumerate(np.unique(pixels[pixels > 0])):
        mask = pixels == label
        (properties,) = regionprops(mask.astype(np.uint8))
        expected_px = perimeter(np.pad(mask, 1), neighborhood=4)
        assert outlines.perimeter_px[row] == pytest.approx(expected_px, abs=1e-9)
        assert outlines.filled_area_px[row] == properties.area_filled


def test_a_square_has_the_perimeter_between_the_centres_of_its_edge_pixels():
    pixels = np.zeros((20, 20), np.int32)
    pixels[5:15, 5:15] = 1
    assert outlines_of(Labels.parse(pixels, source="test")).perimeter_px == [36]


def test_a_hole_fills_up_and_lowers_the_filledness_only():
    ring = disk_labels((64, 64), (32, 32, 20)).pixels.copy()
    ring[30:35, 30:35] = 0
    shapes = shapes_of(Labels.parse(ring, source="ring"))
    full_px = shapes.objects.area_px[0] + 25
    assert shapes.outlines.filled_area_px == [full_px]
    assert shapes.filledness == pytest.approx([1 - 25 / full_px])


def test_a_gap_that_reaches_the_outside_over_a_corner_is_no_hole():
    pixels = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 0]])
    assert outlines_of(Labels.parse(pixels, source="test")).filled_area_px == [7]


def test_another_object_in_a_hole_counts_as_part_of_the_hole():
    pixels = np.ones((5, 5), int)
    pixels[2, 2] = 2
    outlines = outlines_of(Labels.parse(pixels, source="test"))
    assert outlines.filled_area_px.tolist() == [25, 1]


def test_circularity_is_4_pi_a_over_p_squared_and_open_for_a_single_pixel():
    pixels = np.zeros((20, 20), np.int32)
    pixels[5:15, 5:15] = 1
    pixels[1, 1] = 2
    shapes = shapes_of(Labels.parse(pixels, source="test"))
    assert shapes.circularity[0] == pytest.approx(4 * math.pi * 100 / 36**2)
    assert math.isnan(shapes.circularity[1])


def test_an_image_without_objects_has_an_empty_table():
    outlines = outlines_of(Labels.parse(np.zeros((4, 4), int), source="test"))
    assert len(outlines.perimeter_px) == len(outlines.filled_area_px) == 0
