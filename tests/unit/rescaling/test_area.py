"""Area averaging against a cell-by-cell overlap of rectangles."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import CancelledError
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling import pixel_types
from rescale4dl_core.rescaling.area import area_average
from rescale4dl_core.rescaling.binning import Binning, bin_pixels
from rescale4dl_core.rescaling.grid import Grid

FACTORS = [1.41, 1.5, 2.5, 3.7, 7 / 3, 10.1]


def brute_force(pixels, ratio, n_rows, n_columns):
    """Mean over each new square, cell by cell, from the overlap of two rectangles."""
    out = np.zeros((n_rows, n_columns))
    for row in range(n_rows):
        for column in range(n_columns):
            top, left = row * ratio, column * ratio
            bottom, right = top + ratio, left + ratio
            for i in range(math.floor(top), min(math.ceil(bottom), pixels.shape[0])):
                for j in range(math.floor(left), min(math.ceil(right), pixels.shape[1])):
                    height = min(i + 1, bottom) - max(i, top)
                    width = min(j + 1, right) - max(j, left)
                    out[row, column] += pixels[i, j] * height * width
    return out / ratio**2


@pytest.mark.parametrize("times", FACTORS)
def test_each_new_pixel_is_the_mean_over_the_area_it_spans(monkeypatch, times):
    monkeypatch.setattr(pixel_types, "BAND_BYTES", 1000)
    pixels = np.random.default_rng(0).random((31, 23))
    grid = Grid(pixels.shape, RescaleFactor.coarser(times))

    averaged = area_average(pixels, grid)

    np.testing.assert_allclose(
        averaged, brute_force(pixels, times, *grid.shape), atol=1e-12
    )


@pytest.mark.parametrize("mode", Binning)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("times", [2, 3, 5])
def test_a_whole_factor_gives_what_binning_gives(dtype, times, mode):
    pixels = np.random.default_rng(0).integers(0, 255, (31, 23)).astype(dtype)
    grid = Grid(pixels.shape, RescaleFactor.coarser(times))

    averaged = area_average(pixels, grid, binning=mode)
    binned = bin_pixels(pixels, times, binning=mode)

    assert averaged.dtype == binned.dtype
    np.testing.assert_allclose(averaged, binned, rtol=1e-6)


def test_a_pixel_twice_and_a_half_as_large_collects_six_and_a_quarter_times_the_light():
    grid = Grid((10, 10), RescaleFactor.coarser(2.5))

    collected = area_average(np.full((10, 10), 4, np.uint8), grid, binning=Binning.SUM)

    assert collected.dtype == np.uint16
    assert (collected == 25).all()


def test_the_channels_of_an_rgb_image_are_averaged_one_by_one():
    pixels = np.random.default_rng(0).integers(0, 255, (31, 23, 3)).astype(np.uint8)
    grid = Grid((31, 23), RescaleFactor.coarser(1.7))

    averaged = area_average(pixels, grid)

    for channel in range(3):
        alone = area_average(pixels[..., channel], grid)
        np.testing.assert_array_equal(averaged[..., channel], alone)


def test_work_on_a_large_image_can_be_stopped(monkeypatch):
    monkeypatch.setattr(pixel_types, "BAND_BYTES", 1000)

    def stop(fraction, message):
        if fraction > 0.3:
            raise CancelledError(message)

    grid = Grid((300, 60), RescaleFactor.coarser(1.5))
    with pytest.raises(CancelledError, match=r"areas of 1.5 x 1.5 px"):
        area_average(np.zeros((300, 60)), grid, progress=stop)


@settings(deadline=None, max_examples=40)
@given(
    times=st.floats(1.01, 9.0).map(lambda times: round(times, 3)),
    level=st.integers(0, 65535),
    shape=st.tuples(st.integers(9, 40), st.integers(9, 40)),
)
def test_a_constant_image_stays_constant_up_to_every_border(times, level, shape):
    grid = Grid(shape, RescaleFactor.coarser(times))

    assert (area_average(np.full(shape, level, np.uint16), grid) == level).all()


@settings(deadline=None, max_examples=40)
@given(
    times=st.fractions(1, 4, max_denominator=8),
    seed=st.integers(0, 1000),
)
def test_the_total_light_of_what_is_kept_is_kept(times, seed):
    numerator, denominator = times.as_integer_ratio()
    side = numerator * 5  # filled exactly by 5 x denominator new pixels
    pixels = np.random.default_rng(seed).random((side, side))
    grid = Grid(pixels.shape, RescaleFactor(times))

    collected = area_average(pixels, grid, binning=Binning.SUM)

    assert collected.shape == (5 * denominator, 5 * denominator)
    assert collected.sum() == pytest.approx(pixels.sum())
