"""Fields and hours at the recommended pixel size."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.effort import objects_for_difference
from rescale4dl_core.session.choices import Choices
from rescale4dl_core.session.experiment import (
    AddedError,
    added_error,
    comparison_of,
    effort_to_find,
)
from rescale4dl_core.session.measuring import measure_entry, session_measurement
from rescale4dl_core.session.model import Entry, Session


@pytest.fixture(scope="module")
def demo_session():
    """Return the session that the app starts with."""
    return Session((Entry(demo_sample(), is_demo=True),))


@pytest.fixture(scope="module")
def advised(demo_session):
    tables = [measure_entry(demo_session.entry, demo_session.choices)]
    return recommend(session_measurement(demo_session, tables))


def test_fewer_found_means_more_fields(advised):
    all_found = effort_to_find(advised, Choices(), 100_000)
    half_found = effort_to_find(replace(advised, expected_recall=0.5), Choices(), 100_000)
    assert half_found.n_fields == pytest.approx(2 * all_found.n_fields, abs=2)
    assert half_found.found_per_hour == pytest.approx(all_found.found_per_hour / 2)


def test_a_network_that_finds_nothing_has_no_plan(advised):
    with pytest.raises(QuantityError, match="there is no plan"):
        effort_to_find(replace(advised, expected_recall=0.0), Choices(), 10)


def test_two_conditions_take_the_objects_of_the_power_analysis(advised):
    error = AddedError(3.0, "by hand")
    found = comparison_of(
        advised, Choices(), error, difference_percent=2.0, power_percent=90.0
    )
    diameters_px = advised.measurement.diameters_px
    spread = 100 * np.std(diameters_px) / np.mean(diameters_px)
    assert found.spread_percent == pytest.approx(spread)
    assert found.n_each == objects_for_difference(
        2.0, spread_percent=spread, error_percent=3.0, power=0.9
    )
    one = effort_to_find(advised, Choices(), found.n_each)
    assert found.effort.n_fields == 2 * one.n_fields


def test_without_a_sweep_the_error_is_that_of_counting_pixels(advised, demo_session):
    error = added_error(advised, demo_session, None)
    assert 0 < error.percent < 3
    assert "the least there can be" in error.source


def test_objects_of_one_size_have_no_spread_to_plan_with(advised):
    alike = replace(advised.measurement, diameters_px=np.full(5, 20.0))
    error = AddedError(1.0, "by hand")
    with pytest.raises(QuantityError, match="no spread of sizes"):
        comparison_of(
            replace(advised, measurement=alike),
            Choices(),
            error,
            difference_percent=5.0,
            power_percent=80.0,
        )
