"""Blurs against scipy, against plain sums over areas, and against binning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from rescale4dl_core.datasets.versions import box_blur, gaussian_blur
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.rescaling.binning import Binning, bin_pixels

RNG = np.random.default_rng(4)


def area_of_a_wide_pixel(image, width, row, column):
    """Return the integral over a square around a pixel, the image mirrored outside."""
    reach = int(np.ceil((width - 1) / 2))
    padded = np.pad(image, reach, mode="symmetric")
    total = 0.0
    for i in range(-reach, reach + 1):
        for j in range(-reach, reach + 1):
            covered = [
                max(0.0, min(k + 0.5, width / 2) - max(k - 0.5, -width / 2)) for k in (i, j)
            ]
            total += covered[0] * covered[1] * padded[row + reach + i, column + reach + j]
    return total


@pytest.mark.parametrize("width", [1.0, 1.41, 2, 2.5, 4, 5])
def test_a_box_blur_is_the_area_under_a_wider_pixel_in_the_same_place(width):
    image = RNG.random((9, 11))
    mean, total = box_blur(image, width), box_blur(image, width, binning=Binning.SUM)
    for row, column in ((0, 0), (4, 5), (8, 3), (2, 10)):
        area = area_of_a_wide_pixel(image, width, row, column)
        assert total[row, column] == pytest.approx(area)
        assert mean[row, column] == pytest.approx(area / width**2)


@pytest.mark.parametrize("width", [3, 5])
def test_an_odd_box_blur_is_scipys_uniform_filter_and_holds_the_binned_pixels(width):
    image = RNG.random((45, 60))
    blurred = box_blur(image, width)
    np.testing.assert_allclose(blurred, ndimage.uniform_filter(image, width))
    centres = blurred[width // 2 :: width, width // 2 :: width]
    np.testing.assert_allclose(centres, bin_pixels(image, width))


@pytest.mark.parametrize("sigma", [0.5, 1.0, 3.7])
def test_a_gaussian_blur_is_that_of_scipy(sigma):
    image = RNG.random((40, 31)).astype(np.float32)
    expected = ndimage.gaussian_filter(image.astype(float), sigma)
    np.testing.assert_allclose(gaussian_blur(image, sigma), expected, rtol=1e-5)


@settings(deadline=None, max_examples=25)
@given(
    width=st.floats(1, 9),
    value=st.integers(0, 255),
    sigma=st.floats(0.3, 4),
    rgb=st.booleans(),
)
def test_a_constant_image_stays_constant_up_to_the_border(width, value, sigma, rgb):
    image = np.full((7, 5, 3) if rgb else (7, 5), value, np.uint8)
    np.testing.assert_array_equal(box_blur(image, width), image)
    np.testing.assert_array_equal(gaussian_blur(image, sigma), image)


@settings(deadline=None, max_examples=25)
@given(width=st.floats(1, 6), sigma=st.floats(0.3, 3))
def test_no_blur_moves_a_spot(width, sigma):
    image = np.zeros((41, 41))
    image[20, 17] = 1
    for blurred in (box_blur(image, width), gaussian_blur(image, sigma)):
        assert ndimage.center_of_mass(blurred) == pytest.approx((20, 17))
        assert blurred.sum() == pytest.approx(1)


def test_sums_fit_into_a_wider_type():
    image = np.full((6, 6), 255, np.uint8)
    total = box_blur(image, 4, binning=Binning.SUM)
    assert total.dtype == np.uint16
    assert np.unique(total).tolist() == [255 * 16]


def test_pieces_of_a_large_image_fit_together():
    image = RNG.integers(0, 60000, (700, 1500), np.uint16)
    expected = ndimage.uniform_filter(image.astype(float), 3)
    assert np.abs(box_blur(image, 3) - expected).max() <= 0.5


@pytest.mark.parametrize("width", [0.5, float("nan"), 20_000.0])
def test_a_box_that_is_none_is_refused(width):
    with pytest.raises(QuantityError, match="the width has to be 1 px or more"):
        box_blur(np.ones((3, 3)), width)


@pytest.mark.parametrize(
    ("sigma", "words"), [(0.0, "positive"), (-1.0, "positive"), (5000.0, "wider than any")]
)
def test_a_gaussian_that_is_none_is_refused(sigma, words):
    with pytest.raises(QuantityError, match=words):
        gaussian_blur(np.ones((3, 3)), sigma)
