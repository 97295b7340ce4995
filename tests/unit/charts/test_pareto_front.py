"""The chart of objects per hour against quality shows the front, else the window."""

import pytest

from rescale4dl_core.charts.pareto_front import front_chart
from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.configuration import Stand
from rescale4dl_core.microscope.goal import Goal
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import rank
from rescale4dl_core.microscope.score_curve import ScoreCurve
from rescale4dl_core.window import PUBLISHED_WINDOW

STAND = Stand(
    tuple(Objective(f"{m}x", m, 0.75) for m in (4, 10, 20, 40)),
    (Camera("sCMOS", 6.5, 2048, 2048),),
)
CURVE = ScoreCurve((1, 8, 40), (0.9, 0.85, 0.3), (0.8, 0.8, 0.2), (1, 0.9, 0.4), "made up")


def layers(goal):
    ranking = rank(STAND, goal)
    chart = front_chart(
        ranking.top(len(ranking)), ranking.front, ranking.best, ranking.goal
    ).to_dict()
    datasets = chart.get("datasets", {})
    return {
        layer["mark"]["type"]: (layer, _values(layer["data"], datasets))
        for layer in chart["layer"]
    }, ranking


def _values(data, datasets):
    return data["values"] if "values" in data else datasets[data["name"]]


def test_with_expected_scores_the_front_is_a_line_through_its_configurations():
    found, ranking = layers(Goal(10.0, curve=CURVE))
    assert set(found) == {"line", "circle", "point"}
    on_line = [row["iou"] for row in found["line"][1]]
    assert on_line == [pytest.approx(option.expected_iou) for option in ranking.front]
    assert found["circle"][0]["encoding"]["y"]["field"] == "iou"


def test_without_scores_the_window_is_a_band_over_the_coverage():
    found, ranking = layers(Goal(10.0))
    assert set(found) == {"rect", "circle", "point"}
    low, high = PUBLISHED_WINDOW.low_percent, PUBLISHED_WINDOW.high_percent
    assert found["rect"][1] == [{"low": low, "high": high}]
    assert len(found["circle"][1]) == len(ranking)
