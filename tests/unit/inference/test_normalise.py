"""Percentiles of the whole image become 0 and 1."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from rescale4dl_core.inference.card import Normalisation
from rescale4dl_core.inference.feeding import intensity_range

PLAIN = Normalisation()

images = arrays_of.arrays(
    st.sampled_from([np.uint8, np.uint16, np.int16]),
    arrays_of.array_shapes(min_dims=2, max_dims=2, max_side=40),
)


@given(images)
@settings(deadline=None, max_examples=100)
def test_the_percentiles_are_those_of_numpy(pixels):
    low, high = np.percentile(pixels, [1, 99.8])
    found = intensity_range(pixels, PLAIN)
    if high > low:
        assert found.low[0] == pytest.approx(low)
        assert found.high[0] == pytest.approx(high)
    else:
        assert (found.low[0], found.high[0]) == (pixels.min(), pixels.max())


def test_the_range_becomes_0_to_1_and_nothing_is_clipped():
    pixels = np.arange(1001, dtype=np.int32).reshape(7, 143)
    scaled = intensity_range(pixels, PLAIN).applied(pixels)
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled, (pixels - 10) / 988, rtol=1e-5, atol=1e-6)


def test_a_few_bright_pixels_in_the_dark_are_seen():
    pixels = np.zeros((100, 100), np.uint16)
    pixels[50, 50:54] = 4000
    assert intensity_range(pixels, PLAIN).applied(pixels).max() == 1


def test_an_image_of_one_value_becomes_0():
    pixels = np.full((8, 8), 7.0)
    found = intensity_range(pixels, PLAIN)
    assert not found.applied(pixels).any()


@pytest.mark.parametrize("per_channel", [False, True])
def test_colours_are_scaled_together_or_each_by_itself(per_channel):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 50, (40, 50, 3), np.uint8) * np.array([1, 2, 4], np.uint8)
    found = intensity_range(pixels, Normalisation(per_channel=per_channel))
    if per_channel:
        expected = np.percentile(pixels, [1, 99.8], axis=(0, 1))
        scaled = (pixels - expected[0]) / (expected[1] - expected[0])
    else:
        low, high = np.percentile(pixels, [1, 99.8])
        scaled = (pixels - low) / (high - low)
    np.testing.assert_allclose(found.applied(pixels), scaled, atol=1e-6)
