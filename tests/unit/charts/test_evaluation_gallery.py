"""The charts of an evaluation show what was measured."""

import numpy as np
import pytest

from rescale4dl_core.charts.evaluation_gallery import plots_of
from rescale4dl_core.charts.throughput_curves import AT_CEILING, AT_DENSITY
from rescale4dl_core.evaluation.evaluation import evaluate_dataset
from rescale4dl_core.evaluation.folders import find_pairs
from rescale4dl_core.evaluation.own_metrics import MetricSource
from rescale4dl_core.evaluation.treatment import treatment_effects


@pytest.fixture(scope="module")
def evaluation(write_maps, squares, tmp_path_factory):
    """Two images, one of them missing objects, at three samplings."""
    folder = tmp_path_factory.mktemp("plots")
    path = folder / "metric.py"
    path.write_text("def score(gt, prediction): return {'my_score': gt.mean()}")
    maps = {}
    for sampling, pixels in (
        ("OG", squares),
        ("downsampling_2", squares[::2, ::2]),
        ("downsampling_4", squares[::4, ::4]),
    ):
        for name, n_missed in (("a", 0), ("b", 4)):
            maps[f"{sampling}/GT/{name}.tif"] = pixels
            prediction = np.where(pixels <= n_missed, 0, pixels)
            maps[f"{sampling}/Prediction/{name}.tif"] = prediction
    dataset = find_pairs(write_maps(folder / "dataset", maps))
    return evaluate_dataset(dataset, metrics=[MetricSource(str(path))])


@pytest.fixture(scope="module")
def charts(evaluation):
    effects = treatment_effects(evaluation, ["b"])
    return {plot.name: plot.on_paper for plot in plots_of(evaluation, effects)}


def test_there_is_a_chart_for_everything_that_was_measured(charts):
    assert list(charts) == [
        "iou_against_coverage",
        "sizes",
        "throughput",
        "iou_on_original_grid",
        "treated_untreated",
        "my_score",
    ]


def test_boxes_stand_at_their_coverage_on_a_log_axis_with_the_original_marked(
    charts, evaluation, rows_of, layers_of
):
    chart = charts["iou_against_coverage"]
    boxes = rows_of(chart, "median", "x")
    coverages = [sampling.coverage_percent for sampling in evaluation.samplings]
    assert [box["x"] for box in boxes] == coverages
    assert [box["median"] for box in boxes] == [0.875] * 3
    assert [row["value"] for row in rows_of(chart, "file")][:2] == [1, 0.75]
    scales = {
        view["encoding"]["x"]["scale"]["type"]
        for view in layers_of(chart)
        if "x" in view["encoding"]
    }
    assert scales == {"log"}
    (original,) = rows_of(chart, "text")
    assert original == {"x": coverages[0], "text": "original"}
    counts = [row["value"] for row in rows_of(chart, "n_objects")]
    assert counts == pytest.approx([289, 4 * 289, 16 * 289])


def test_sizes_are_given_in_px_of_the_original_from_0(charts, rows_of, layers_of):
    sizes = [row["value"] for row in rows_of(charts["sizes"], "file")]
    assert sizes == pytest.approx([2 * 8 / np.sqrt(np.pi)] * len(sizes))
    domains = [
        view["encoding"]["y"]["scale"]["domain"][0]
        for view in layers_of(charts["sizes"])
        if "scale" in view["encoding"].get("y", {})
    ]
    assert set(domains) == {0}


def test_treated_and_untreated_sizes_share_one_axis(charts, layers_of):
    ends = {
        view["encoding"]["y"]["scale"]["domain"][1]
        for view in layers_of(charts["treated_untreated"])
        if "scale" in view["encoding"].get("y", {})
    }
    (end,) = ends
    assert end == pytest.approx(1.1 * 2 * 8 / np.sqrt(np.pi))


def _values(rows):
    """Return the values of each curve."""
    values = {}
    for row in rows:
        values.setdefault(row["curve"], []).append(row["value"])
    return values


def test_the_curve_on_the_original_grid_lies_below_its_ceiling(charts, rows_of):
    found = _values(rows_of(charts["iou_on_original_grid"], "curve"))
    mapped, ceiling = found.values()
    assert ceiling == [1, 1, 1]
    assert mapped == [0.875] * 3


def test_throughput_is_drawn_with_its_ceiling(charts, rows_of):
    """Equation 3 packs 8 px squares as disks of the same area: 4 more per halving."""
    found = _values(rows_of(charts["throughput"], "curve"))
    assert list(found) == [AT_CEILING, AT_DENSITY]
    assert found[AT_CEILING] == pytest.approx([289, 4 * 289, 16 * 289])
    assert found[AT_DENSITY] == pytest.approx([16, 64, 256])


def test_a_treated_image_is_told_with_effect_and_p(charts):
    subtitle = charts["treated_untreated"].to_dict()["title"]["subtitle"]
    assert len(subtitle) == 2
    assert "OG, ground truth: +0.0 %" in subtitle[0]
    assert "not tested (1 against 1 images)" in subtitle[0]


def test_on_a_page_the_sentences_stand_in_the_text(evaluation):
    effects = treatment_effects(evaluation, ["b"])
    (plot,) = [p for p in plots_of(evaluation, effects) if p.name == "treated_untreated"]
    title = plot.chart.to_dict()["title"]
    assert title["text"] == "Sizes of treated and untreated images"
    assert not title["subtitle"]


def test_a_users_score_is_drawn_as_the_built_in_ones(charts, rows_of):
    assert len(rows_of(charts["my_score"], "median")) == 3


def test_without_an_object_inside_an_image_there_is_nothing_to_draw(write_dataset):
    empty = np.zeros((8, 8), np.uint8)
    folder = write_dataset({"OG/GT/a.tif": empty, "OG/Prediction/a.tif": empty})
    evaluation = evaluate_dataset(find_pairs(folder))
    assert plots_of(evaluation) == ()
