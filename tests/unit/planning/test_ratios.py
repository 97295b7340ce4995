"""Which pixel sizes are worth a try."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescale4dl_core.planning.gain import Route
from rescale4dl_core.planning.ratios import nearest_ratio, ratios_to_compare, ratios_to_try

ratios = st.floats(min_value=1e-3, max_value=1e3)


@given(ratios)
def test_the_recommended_one_is_among_those_of_another_magnification(recommended):
    offered = ratios_to_try(Route.MAGNIFICATION, recommended)
    assert recommended in offered
    assert 1.0 in offered
    assert list(offered) == sorted(set(offered))


@given(ratios)
def test_a_camera_bins_by_whole_numbers(recommended):
    offered = ratios_to_try(Route.BINNING, recommended)
    assert all(ratio == int(ratio) >= 1 for ratio in offered)


def test_nearness_is_a_matter_of_factors():
    assert nearest_ratio((1.0, 10.0), wanted=4.0) == 10.0  # 2.5x away, the other one 4x
    assert nearest_ratio((0.5, 2.0), wanted=0.9) == 0.5


@given(ratios)
def test_the_comparison_runs_from_finer_than_now_to_coarser_than_recommended(recommended):
    shown = ratios_to_compare(recommended)
    assert {0.5, 1.0, recommended} <= set(shown)
    assert max(shown) == pytest.approx(max(1.0, 2 * recommended))
