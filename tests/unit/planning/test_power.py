"""Sample sizes for a difference in size, against other routes to the same number."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.effort import (
    CIRCLE_DEVIATION,
    objects_for_difference,
    power_of,
    smallest_error_percent,
)


@pytest.mark.parametrize(
    ("effect", "n_each"),
    [(0.2, 394), (0.5, 64), (0.8, 26)],  # Cohen 1988, table 2.4.1, and G*Power 3.1
)
def test_the_textbook_sample_sizes_come_out(effect, n_each):
    assert objects_for_difference(100 * effect, spread_percent=100) == n_each


@pytest.mark.parametrize(("n_each", "effect"), [(2, 1.0), (17, 0.6), (200, 0.25), (50, 0)])
def test_the_power_is_that_of_the_noncentral_t_integrated_by_hand(n_each, effect):
    """T is (z + shift) / sqrt(chi2 / freedom): integrate over chi2 the normal tails."""
    freedom = 2 * n_each - 2
    limit = stats.t.ppf(0.975, freedom)
    shift = effect * math.sqrt(n_each / 2)
    chance = (np.arange(20_000) + 0.5) / 20_000
    scale = np.sqrt(stats.chi2.ppf(chance, freedom) / freedom)
    above = stats.norm.sf(limit * scale - shift)
    below = stats.norm.cdf(-limit * scale - shift)
    assert power_of(n_each, effect) == pytest.approx(np.mean(above + below), abs=2e-4)


def test_as_many_of_simulated_experiments_come_out_significant():
    rng = np.random.default_rng(1)
    control, treated = rng.normal(10, 1, (2, 20_000, 30))
    p = stats.ttest_ind(control, treated + 0.6, axis=1).pvalue
    assert power_of(30, 0.6) == pytest.approx(np.mean(p < 0.05), abs=0.012)


def test_without_a_difference_the_power_is_the_chance_of_a_false_alarm():
    assert power_of(25, 0.0, alpha=0.01) == pytest.approx(0.01)


@settings(max_examples=60, deadline=None)
@given(
    difference=st.floats(0.5, 60),
    spread=st.floats(2, 80),
    error=st.floats(0, 40),
    power=st.floats(0.5, 0.99),
)
def test_one_object_less_is_not_enough_and_errors_add_in_squares(
    difference, spread, error, power
):
    n_each = objects_for_difference(
        difference, spread_percent=spread, error_percent=error, power=power
    )
    effect = difference / math.sqrt(spread**2 + error**2)
    assert power_of(n_each, effect) >= power
    assert n_each == 2 or power_of(n_each - 1, effect) < power


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"difference_percent": 0}, "The difference to detect"),
        ({"spread_percent": -1}, "The spread of the diameters"),
        ({"error_percent": -1}, "must be 0 % or more"),
        ({"power": 1.0}, "0.8 and 0.05 are usual"),
        ({"power": 0.04}, "0.8 and 0.05 are usual"),
        ({"difference_percent": 1e-4}, "Ask for a larger difference"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong, words):
    given_ = {"difference_percent": 5.0, "spread_percent": 10.0, **wrong}
    with pytest.raises(QuantityError, match=words):
        objects_for_difference(given_.pop("difference_percent"), **given_)


def test_discs_thrown_on_a_grid_err_as_kendall_says():
    """The error swings around the law from radius to radius: drawn from 7 % around one."""
    rng = np.random.default_rng(2)
    radius_px = 6.25 * rng.uniform(0.93, 1.07, 20_000)
    centre = rng.uniform(0, 1, (20_000, 2))
    rows, columns = np.mgrid[-8:10, -8:10]
    apart = (rows[None] - centre[:, 0, None, None]) ** 2
    apart += (columns[None] - centre[:, 1, None, None]) ** 2
    counted_px = (apart <= radius_px[:, None, None] ** 2).sum(axis=(1, 2))
    area_px = math.pi * radius_px**2
    error_percent = 100 * np.std((counted_px - area_px) / (2 * area_px))
    assert smallest_error_percent(12.5) == pytest.approx(error_percent, rel=0.03)


def test_the_deviation_is_the_sum_over_the_grid():
    k = np.arange(-1500, 1501)
    length = np.hypot(k[:, None], k[None])
    length[1500, 1500] = math.inf
    beyond = 2 * math.pi / 1500  # integral of r^-3 over the plane outside, roughly
    total = (length**-3).sum() + beyond
    assert math.sqrt(total / (2 * math.pi**2)) == pytest.approx(CIRCLE_DEVIATION, abs=1e-3)


def test_a_diameter_of_nothing_has_no_error():
    with pytest.raises(QuantityError, match="The diameter"):
        smallest_error_percent(0)


def test_a_difference_that_cannot_be_missed_has_a_power_of_one():
    assert power_of(50, 8.5) == pytest.approx(1.0)
    assert 0.9 < power_of(2, 8.5) <= 1.0
