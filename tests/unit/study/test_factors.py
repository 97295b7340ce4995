"""The default scales: powers of sqrt 2, as far as objects and memory allow."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.study.factors import (
    LARGEST_SWEPT_PX,
    STEPS,
    default_factors,
    factor_series,
)


def _ratios(series):
    return [float(factor.ratio) for factor in series.factors]


def test_the_steps_are_powers_of_the_root_of_two():
    for power, times in enumerate(STEPS):
        assert float(times) == pytest.approx(math.sqrt(2) ** power, rel=0.004)


def test_it_goes_from_four_times_finer_to_sixteen_times_coarser():
    series = factor_series(None, [(512, 512)])
    assert (_ratios(series)[0], _ratios(series)[-1]) == (0.25, 16.0)
    assert len(series.factors) == 13
    assert series.notes == ()


def test_objects_stay_above_two_pixels(squares, sample_of, measured):
    sample = sample_of(squares)
    diameter_px = 2 * math.sqrt(256 / math.pi)
    series = factor_series(measured([sample]), [(512, 512)])
    assert _ratios(series)[-1] == 8.0
    assert diameter_px / 8 > 2 > diameter_px / 11.3
    assert "11.3x, 16x coarser" in series.notes[0]
    assert "2 px across or less" in series.notes[0]


def test_finer_scales_of_a_large_image_are_left_out_and_said(squares, sample_of, measured):
    measurement = measured([sample_of(squares)])
    series = factor_series(measurement, [(4000, 3000)])
    assert _ratios(series)[0] == 1.0
    assert "4x, 2.83x, 2x, 1.41x finer" in series.notes[0]
    assert "17 million pixels" in series.notes[0]
    assert default_factors(measurement, (4000, 3000)) == series.factors


def test_a_tiny_image_is_not_made_smaller_than_a_pixel():
    series = factor_series(None, [(100, 5)])
    assert _ratios(series)[-1] == 4.0
    assert "5 px high or wide" in series.notes[0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9000), st.integers(1, 9000)), min_size=1))
def test_the_sample_as_taken_is_always_tried_once(shapes):
    factors = factor_series(None, shapes).factors
    assert factors.count(RescaleFactor.of(1.0)) == 1
    assert list(factors) == sorted(set(factors))
    n_px = sum(rows * columns for rows, columns in shapes)
    assert all(n_px * f.times**2 <= LARGEST_SWEPT_PX for f in factors if f.ratio < 1)
