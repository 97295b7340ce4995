"""Curves over coverage, and their axes."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rescale4dl_core.charts.curves import Curve, Mark, Point, curve_chart
from rescale4dl_core.charts.style import coverage_axis, log_axis, unit_axis
from rescale4dl_core.charts.sweep_curves import (
    LIMIT,
    PER_FIELD,
    SAMPLE_GRID,
    STABILITY,
    count_chart,
    diameter_chart,
    score_chart,
)
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.study.results import GridScores, Interval, ScaleResult, Sweep
from rescale4dl_core.window import PUBLISHED_WINDOW


def scale(ratio, iou=None, *, stability=None, diameter_px=40.0):
    grid = None if iou is None else GridScores(Interval(iou, iou - 0.1, iou + 0.1), {})
    return ScaleResult(
        ratio=ratio,
        pixel_size=PixelSize.square(0.1 * ratio),
        coverage_percent=2.5 * ratio,
        n_objects=9,
        diameter_px=None if diameter_px is None else diameter_px / ratio,
        own_grid=None,
        sample_grid=grid,
        iou_ceiling=None if iou is None else 0.97,
        stability=stability,
        objects_per_fov=50.0 * ratio**2,
        seconds=1.0,
        seconds_network=1.0,
        labels=(),
        n_border=2,
    )


def sweep_of(*scales):
    has_truth = any(one.sample_grid for one in scales)
    return Sweep("net", scales, 1, has_truth, 40.0, "CPU", complete=True)


def test_a_sweep_shows_each_score_it_has_and_the_throughput(rows_of):
    sweep = sweep_of(scale(1.0, 0.8), scale(2.0, 0.7))
    rows = rows_of(score_chart(sweep), "curve")
    found = {row["curve"]: [] for row in rows}
    for row in rows:
        found[row["curve"]].append((row["x"], row["value"]))
    assert found == {
        LIMIT: [(2.5, 0.97), (5.0, 0.97)],
        SAMPLE_GRID: [(2.5, 0.8), (5.0, 0.7)],
        PER_FIELD: [(2.5, 50.0), (5.0, 200.0)],
    }


def test_the_sample_as_taken_is_marked_though_it_was_not_tried(rows_of):
    chart = score_chart(sweep_of(scale(2.0, 0.8), scale(4.0, 0.7)))
    assert {"x": 2.5, "text": "as taken"} in rows_of(chart, "text")


def test_without_a_window_none_is_drawn(layers_of):
    sweep = sweep_of(scale(1.0, 0.8), scale(2.0, 0.7))
    marks = [
        {view["mark"]["type"] for view in layers_of(score_chart(sweep, window))}
        for window in (None, PUBLISHED_WINDOW)
    ]
    assert marks[1] - marks[0] == {"rect"}


def test_a_click_picks_a_scale_where_it_can(layers_of):
    sweep = sweep_of(scale(1.0, stability=Interval(0.9, 0.8, 1.0)))
    params = [score_chart(sweep, pickable=can).to_dict().get("params") for can in (0, 1)]
    assert params[0] is None
    assert params[1][0]["select"]["fields"] == ["ratio"]


def test_a_sweep_that_found_nothing_is_drawn_all_the_same(words_of):
    sweep = sweep_of(scale(1.0, diameter_px=None))
    assert "Score" in words_of(score_chart(sweep))
    assert "as measured" in words_of(diameter_chart(sweep))
    assert STABILITY not in words_of(score_chart(sweep))


def test_counts_hold_those_that_a_border_cuts(rows_of):
    assert [
        row["value"] for row in rows_of(count_chart(sweep_of(scale(1.0))), "curve")
    ] == [11]


def test_diameters_are_in_px_of_the_sample(rows_of):
    chart = diameter_chart(sweep_of(scale(1.0), scale(4.0)))
    assert [row["value"] for row in rows_of(chart, "curve")] == [40, 40]


@given(st.lists(st.floats(0.01, 1000.0), min_size=1, max_size=5))
@example([45.0])
@example([1.38])
def test_every_axis_has_numbers_and_room(values):
    for axis in (coverage_axis(values), log_axis("Length", values)):
        low, high = axis.domain
        assert low < min(values)
        assert max(values) < high
        assert axis.log_ticks
        assert all(low <= tick <= high for tick in axis.log_ticks)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([200, 20_000], [1000, 10_000]),
        ([90, 20_000], [100, 1000, 10_000]),
        ([1.5, 8], [2, 5, 10]),
    ],
)
def test_ticks_are_the_roundest_of_which_there_are_enough(values, ticks):
    found = log_axis("Count", values).log_ticks
    assert set(ticks) <= set(found)


def test_counts_are_written_in_words(words_of):
    curve = Curve("n", (Point(4.0, 2e5), Point(8.0, 2e9)))
    axis = log_axis("Objects", [2e5, 2e9], in_words=True)
    said = words_of(curve_chart([curve], coverage_axis([4, 8]), axis))
    assert "10 million" in said
    assert "1 billion" in said


def test_texts_of_marks_stay_inside(layers_of):
    curve = Curve("a", (Point(2.0, 0.5), Point(32.0, 0.5)))
    marks = [Mark(2.0, "left"), Mark(32.0, "right")]
    chart = curve_chart([curve], coverage_axis([2, 32]), unit_axis("Score"), marks=marks)
    texts = [view["mark"] for view in layers_of(chart) if view["mark"]["type"] == "text"]
    assert [text["align"] for text in texts] == ["left", "right"]
    assert texts[0]["dy"] != texts[1]["dy"]


def test_a_pointer_shows_only_what_the_points_have(layers_of):
    plain = Curve("a", (Point(4.0, 0.5),))
    rich = Curve("a", (Point(4.0, 0.5, "2x coarser", 0.4, 0.6, 2.0, 7),))
    shown = []
    for curve in (plain, rich):
        chart = curve_chart([curve], coverage_axis([4.0]), unit_axis("Score"))
        views = [view for view in layers_of(chart) if view["mark"]["type"] == "point"]
        shown.append([tip["field"] for tip in views[0]["encoding"]["tooltip"]])
    assert shown == [["value", "x"], ["name", "value", "interval", "x", "n_objects"]]
