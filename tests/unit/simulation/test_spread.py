"""Blur and larger pixels against geometry and closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.simulation.blur import Spread
from rescale4dl_core.simulation.configured_view import missing_sigma_um

SAME = RescaleFactor.of(1)


def sums(light, sigma_px=0.0, ratio=1.0):
    return Spread.of(light.shape, sigma_px, RescaleFactor.of(ratio)).sums(light)


def point(side=81):
    light = np.zeros((side, side))
    light[side // 2, side // 2] = 1
    return light


@pytest.mark.parametrize("sigma_px", [0.05, 0.1, 0.3, 0.4, 0.5, 0.6, 1, 2, 4])
def test_a_blur_is_as_wide_as_asked_however_narrow(sigma_px):
    seen = sums(point(), sigma_px)
    rows = np.arange(81) - 40
    assert math.sqrt((seen.sum(1) * rows**2).sum()) == pytest.approx(sigma_px, rel=1e-3)
    assert seen.min() >= 0


def test_a_point_is_as_wide_as_the_new_point_spread_function():
    rows, columns = np.mgrid[:201, :201] - 100
    spot = np.exp(-(rows**2 + columns**2) / (2 * 2.0**2))
    seen = sums(spot, missing_sigma_um(2.0, 5.0))
    variance = (seen * rows**2).sum() / seen.sum()
    assert math.sqrt(variance) == pytest.approx(5.0, rel=0.002)


def test_a_wide_blur_is_the_gaussian_of_another_library():
    light = np.random.default_rng(0).uniform(0, 50, (60, 70))
    expected = ndimage.gaussian_filter(light, 3.0, mode="reflect", truncate=6)
    np.testing.assert_allclose(sums(light, 3.0), expected, rtol=0.01)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 999), st.floats(0, 4), st.sampled_from([1.0, 2.0, 2.5, 4.0]))
def test_no_light_is_lost(seed, sigma_px, ratio):
    light = np.random.default_rng(seed).uniform(0, 50, (40, 60))
    assert sums(light, sigma_px, ratio).sum() == pytest.approx(light.sum(), rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 999), st.floats(0, 3), st.floats(0, 3))
def test_two_blurs_are_one_even_at_the_border(seed, first_px, second_px):
    light = np.random.default_rng(seed).uniform(0, 50, (40, 40))
    twice = sums(sums(light, first_px), second_px)
    np.testing.assert_allclose(
        twice, sums(light, math.hypot(first_px, second_px)), rtol=1e-5
    )


def test_larger_pixels_in_two_steps_are_one_step():
    light = np.random.default_rng(1).uniform(0, 50, (48, 48))
    np.testing.assert_allclose(sums(sums(light, 0, 2), 0, 3), sums(light, 0, 6))


def test_a_colour_image_is_spread_channel_by_channel():
    light = np.random.default_rng(1).uniform(0, 50, (12, 9, 3))
    seen = Spread.of((12, 9), 0.7, RescaleFactor.of(1.5)).sums(light)
    assert seen.shape == (8, 6, 3)
    np.testing.assert_allclose(seen[..., 1], sums(light[..., 1], 0.7, 1.5))


def test_how_much_noise_a_sum_keeps():
    """Whole pixels: all of it. Half pixels: 1.5 px keep 1 + 1/4 of 1.5, in each axis."""
    assert Spread.of((40, 40), 0, RescaleFactor.of(4)).carried_share == pytest.approx(1)
    half = Spread.of((30, 30), 0, RescaleFactor.of(1.5))
    assert half.carried_share == pytest.approx((1.25 / 1.5) ** 2)
    wide = Spread.of((600, 600), 3, SAME)
    assert wide.carried_share == pytest.approx(1 / (4 * math.pi * 9), rel=0.05)


def test_the_variance_of_sums_is_that_of_many_noisy_images():
    rng = np.random.default_rng(4)
    variance = rng.uniform(1, 9, (12, 12))
    spread = Spread.of((12, 12), 0.8, RescaleFactor.of(2.4))
    many = [spread.sums(rng.normal(0, np.sqrt(variance))) for _ in range(4000)]
    np.testing.assert_allclose(
        np.var(many, axis=0), spread.sums_of_squares(variance), rtol=0.15
    )
