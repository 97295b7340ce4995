"""The boxes of a chart are those of everyone else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.charts.box_plots import box_of


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12))
@settings(deadline=None, max_examples=40)
def test_a_box_is_that_of_matplotlib(values):
    (expected,) = pytest.importorskip("matplotlib.cbook").boxplot_stats(values)
    box = box_of([*values, float("nan")])
    found = (box.low, box.quartile_1, box.median, box.quartile_3, box.high)
    names = ("whislo", "q1", "med", "q3", "whishi")
    assert found == pytest.approx([expected[name] for name in names])
