"""Eq. 2: the mean over images of the mean in each."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.measuring.mean_diameter import dataset_diameter_px
from rescale4dl_core.measuring.measurement import Aggregate

images = st.lists(
    st.lists(st.floats(1, 1e3), min_size=1, max_size=6).map(np.array),
    min_size=1,
    max_size=5,
)


def test_every_image_weighs_the_same():
    few, many = np.array([10.0]), np.full(3, 20.0)
    assert dataset_diameter_px([few, many]) == 15  # not 17.5, the mean over the objects


def test_the_median_of_each_image_ignores_its_one_giant():
    with_giant = np.array([10.0, 10.0, 1000.0])
    assert dataset_diameter_px([with_giant, np.array([20.0])], Aggregate.MEDIAN) == 15


def test_an_image_without_objects_carries_no_weight():
    assert dataset_diameter_px([np.array([3.0]), np.array([])]) == 3


@settings(deadline=None)
@given(images, st.sampled_from(Aggregate), st.floats(0.1, 10))
def test_the_mean_scales_with_the_objects_and_lies_among_them(by_image, aggregate, times):
    mean_px = dataset_diameter_px(by_image, aggregate)
    pooled = np.concatenate(by_image)
    assert pooled.min() * (1 - 1e-9) <= mean_px <= pooled.max() * (1 + 1e-9)
    scaled = dataset_diameter_px([times * image for image in by_image], aggregate)
    assert scaled == pytest.approx(times * mean_px)


@pytest.mark.parametrize(
    ("by_image", "message"),
    [
        ([], r"No image to measure.*Add at least one"),
        ([np.array([]), np.array([])], r"None of the images has an object.*Label some"),
    ],
)
def test_without_objects_eq_2_has_no_value(by_image, message):
    with pytest.raises(LabelImageError, match=message):
        dataset_diameter_px(by_image)
