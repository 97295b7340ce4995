"""Charts of one sample: what they show is what was measured and recommended."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.advice.objects_in_window import spreads_of
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.charts.coverage_window import spread_columns, window_chart
from rescale4dl_core.charts.expected_score import expected_score_chart, score_columns
from rescale4dl_core.charts.size_histogram import BARS, MEAN, size_histogram_chart
from rescale4dl_core.charts.throughput_curves import (
    AT_CEILING,
    AT_DENSITY,
    objects_per_hour_chart,
    series_columns,
    timing_chart,
    timing_columns,
)
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.microscope.score_curve import ScoreCurve
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.planning.what_if import what_if, what_if_series
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.session.choices import Choices
from rescale4dl_core.session.experiment import acquisition_of
from rescale4dl_core.window import PUBLISHED_WINDOW

RATIOS = (0.5, 1.0, 2.0, 4.0)
CURVE = ScoreCurve((2.0, 8.0, 32.0), (0.9, 0.8, 0.3), (0.8, 0.7, 0.2), (1, 0.9, 0.4), "it")


@pytest.fixture(params=[0.5, None], ids=["in um", "in px"])
def measurement(request, two_disks):
    size = None if request.param is None else PixelSize.square(request.param)
    return summarise([MeasuredImage("a", measure_objects(two_disks), (128, 128), size)])


@pytest.fixture
def advice(measurement):
    return recommend(measurement)


@pytest.fixture
def throughput(measurement):
    acquisition = acquisition_of(measurement, Choices())
    series = what_if_series(acquisition, RATIOS)
    chart = objects_per_hour_chart(
        series, what_if(acquisition, 1.0), what_if(acquisition, 2.0)
    )
    return series, chart


def test_axes_name_their_unit(measurement, advice, throughput, words_of):
    unit = "px" if measurement.pixel_size is None else "µm"
    assert f"Diameter ({unit})" in words_of(size_histogram_chart(measurement))
    window = window_chart(spreads_of(advice), advice.window)
    assert "in % of an object's diameter" in words_of(window)
    assert "Time per field of view (s)" in words_of(timing_chart(FieldTiming()))
    said = words_of(throughput[1])
    assert "Objects per hour" in said
    assert (
        "Pixel size, against your sample" if unit == "px" else "Pixel size (µm)"
    ) in said


def test_legends_name_every_line(measurement, throughput, words_of):
    sizes, lines = words_of(size_histogram_chart(measurement)), words_of(throughput[1])
    assert BARS in sizes
    assert MEAN in sizes
    assert AT_CEILING in lines
    assert AT_DENSITY in lines


def test_the_report_calls_the_sample_by_another_name(advice, words_of):
    spreads = spreads_of(advice)
    assert "Your sample: " in words_of(window_chart(spreads, advice.window))
    said = words_of(window_chart(spreads, advice.window, sample_name="The sample"))
    assert "The sample: " in said
    assert "Your sample" not in said


def test_the_window_is_seen_whole_however_far_the_objects_lie(advice, layers_of):
    far = replace(advice.window, low_percent=40.0, high_percent=60.0)
    for view in layers_of(window_chart(spreads_of(advice), far)):
        low, high = view["encoding"]["x"].get("scale", {"domain": (0, 61)})["domain"]
        assert high > 60
        assert low < min(spread.low.percent for spread in spreads_of(advice))


def test_expected_scores_stand_with_window_marks_and_what_is_allowed(
    advice, rows_of, words_of
):
    chart = expected_score_chart(replace(advice, tolerance_percent=10.0), CURVE)
    points = rows_of(chart, "curve")
    assert [(row["x"], row["value"]) for row in points] == [(2, 0.9), (8, 0.8), (32, 0.3)]
    assert points[0]["interval"] == "0.800 to 1.000"
    (window,) = rows_of(chart, "target")
    assert (window["x"], window["high"]) == advice.window_percent
    texts = rows_of(chart, "text")
    marks = {row["text"]: row.get("x", row.get("value")) for row in texts}
    assert marks == {
        "Your sample": advice.measurement.coverage.percent,
        "Recommended": advice.coverage_percent,
        "10 % below the best": pytest.approx(0.81),
    }
    assert all(mark in words_of(chart) for mark in marks)


def test_the_tables_behind_the_charts_hold_their_numbers(advice, throughput):
    series = series_columns(throughput[0])
    assert series["ratio"] == list(RATIOS)
    per_hour = np.array(series["objects_per_hour"])
    np.testing.assert_allclose(
        per_hour[1:] / per_hour[:-1], 4
    )  # twice the side of the field
    parts = timing_columns(FieldTiming())
    assert sum(parts["seconds"]) == pytest.approx(FieldTiming().tau_s)
    spreads = spread_columns(spreads_of(advice))
    assert spreads["name"] == ["Your sample", "Recommended"]
    assert spreads["coverage_percent"][1] == pytest.approx(PUBLISHED_WINDOW.target_percent)
    assert score_columns(CURVE)["iou_high"] == [1, 0.9, 0.4]


def test_sample_and_trial_are_marked_on_both_lines(throughput, rows_of):
    marked = rows_of(throughput[1], "mark")
    assert [row["mark"] for row in marked].count("sample as taken") == 2
    values = {row["mark"]: row["value"] for row in marked}
    assert values["pixel size tried"] == pytest.approx(4 * values["sample as taken"])
