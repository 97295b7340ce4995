"""Intervals against textbook answers."""

import numpy as np
import pytest

from rescale4dl_core.study import bootstrap as module
from rescale4dl_core.study.bootstrap import bootstrap_mean, mean_over


def test_equal_values_have_no_spread():
    interval = bootstrap_mean(np.full(20, 0.7))
    assert (interval.low, interval.high) == pytest.approx((0.7, 0.7))


def test_the_interval_of_a_proportion_is_that_of_the_normal_theory():
    values = np.repeat([0.0, 1.0], [100, 300])
    interval = bootstrap_mean(values)
    half = 1.96 * np.sqrt(0.25 * 0.75 / 400)
    assert interval.mean == 0.75
    assert interval.low == pytest.approx(0.75 - half, abs=0.006)
    assert interval.high == pytest.approx(0.75 + half, abs=0.006)


def test_it_is_the_same_every_time_and_in_pieces(monkeypatch):
    values = np.random.default_rng(0).random(50)
    whole = bootstrap_mean(values)
    assert bootstrap_mean(values) == whole
    monkeypatch.setattr(module, "_LARGEST_CHUNK", 130)
    assert bootstrap_mean(values).mean == whole.mean
    assert bootstrap_mean(values).low == pytest.approx(whole.low, abs=0.02)


def test_images_weigh_alike_however_many_objects_they_have():
    interval = mean_over([np.zeros(90), np.ones(10)])
    assert interval is not None
    assert (interval.mean, interval.low, interval.high) == (0.5, 0.0, 1.0)


def test_what_is_not_shown_does_not_count():
    nothing = np.full(3, np.nan)
    interval = mean_over([nothing, np.array([0.5, np.nan, 0.7])])
    assert interval is not None
    assert interval.mean == pytest.approx(0.6)
    assert mean_over([nothing, np.zeros(0)]) is None
