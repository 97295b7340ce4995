"""Charts: what they show is what was measured, and they turn into pictures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rescale4dl_core.evaluate.export import LEGEND, overlay_view, overlays_of
from rescale4dl_core.evaluate.plots.boxes import box_of
from rescale4dl_core.evaluate.plots.gallery import plots_of
from rescale4dl_core.evaluate.plots.picture_files import chart_bytes

from rescale4dl_core.evaluate.evaluation import evaluate_dataset
from rescale4dl_core.evaluate.folders import find_pairs
from rescale4dl_core.evaluate.kind_of_maps import Kind
from rescale4dl_core.evaluate.own_metrics import MetricSource
from rescale4dl_core.evaluate.treatment import treatment_effects
from rescale4dl_core.labels import Labels


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
    return {plot.name: plot.chart.to_dict() for plot in plots_of(evaluation, effects)}


def _layers(spec):
    """Yield all single views of a specification with their data."""
    for key in ("layer", "hconcat"):
        for part in spec.get(key, ()):
            yield from _layers(part)
    if "mark" in spec:
        yield spec


def _rows(spec, *names):
    """Return all rows of data, wherever they stand, that have the columns `names`."""
    tables = list(spec.get("datasets", {}).values())
    tables += [
        layer["data"]["values"]
        for layer in _layers(spec)
        if "values" in layer.get("data", {})
    ]
    rows = [row for table in tables for row in table if set(names) <= set(row)]
    return [row for place, row in enumerate(rows) if row not in rows[:place]]


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
    charts, evaluation
):
    chart = charts["iou_against_coverage"]
    boxes = _rows(chart, "median", "coverage_percent")
    coverages = [sampling.coverage_percent for sampling in evaluation.samplings]
    assert [box["coverage_percent"] for box in boxes] == coverages
    assert [box["median"] for box in boxes] == [0.875] * 3
    assert [row["value"] for row in _rows(chart, "file")][:2] == [1, 0.75]
    scales = {
        layer["encoding"]["x"]["scale"]["type"]
        for layer in _layers(chart)
        if "x" in layer["encoding"]
    }
    assert scales == {"log"}
    (original,) = _rows(chart, "text")
    assert original == {"coverage_percent": coverages[0], "text": "original"}
    counts = [row["objects"] for row in _rows(chart, "objects")]
    assert counts == pytest.approx([289, 4 * 289, 16 * 289])


def test_sizes_are_given_in_px_of_the_original_from_0(charts):
    sizes = [row["value"] for row in _rows(charts["sizes"], "file")]
    assert sizes == pytest.approx([2 * 8 / np.sqrt(np.pi)] * len(sizes))
    domains = [
        layer["encoding"]["y"]["scale"]["domain"][0]
        for layer in _layers(charts["sizes"])
        if "scale" in layer["encoding"].get("y", {})
    ]
    assert set(domains) == {0}


def test_the_curve_on_the_original_grid_lies_below_its_ceiling(charts):
    rows = _rows(charts["iou_on_original_grid"], "series", "value")
    values = {name: [] for name in dict.fromkeys(row["series"] for row in rows)}
    for row in rows:
        values[row["series"]].append(row["value"])
    mapped, ceiling = values.values()
    assert ceiling == [1, 1, 1]
    assert mapped == [0.875] * 3


def test_a_treated_image_is_told_with_effect_and_p(charts):
    subtitle = charts["treated_untreated"]["title"]["subtitle"]
    assert len(subtitle) == 2
    assert "OG, ground truth: +0.0 %" in subtitle[0]
    assert "not tested (1 against 1 images)" in subtitle[0]


def test_a_users_score_is_drawn_as_the_built_in_ones(charts):
    assert len(_rows(charts["my_score"], "median")) == 3


@pytest.mark.parametrize(
    ("picture_format", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_a_chart_becomes_a_picture_without_a_browser(evaluation, picture_format, begins):
    plot, *_ = plots_of(evaluation)
    assert chart_bytes(plot.chart, picture_format).startswith(begins)


def test_without_an_object_inside_an_image_there_is_nothing_to_draw(write_dataset):
    empty = np.zeros((8, 8), np.uint8)
    folder = write_dataset({"OG/GT/a.tif": empty, "OG/Prediction/a.tif": empty})
    evaluation = evaluate_dataset(find_pairs(folder))
    assert plots_of(evaluation) == ()
    assert [overlay.name for overlay in overlays_of(evaluation)] == ["overlay_OG_a"]


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12))
@settings(deadline=None, max_examples=40)
def test_a_box_is_that_of_matplotlib(values):
    (expected,) = pytest.importorskip("matplotlib.cbook").boxplot_stats(values)
    box = box_of([*values, float("nan")])
    found = (box.low, box.quartile_1, box.median, box.quartile_3, box.high)
    names = ("whislo", "q1", "med", "q3", "whishi")
    assert found == pytest.approx([expected[name] for name in names])


def test_an_overlay_colours_what_was_found_missed_made_up_and_confused():
    truth = np.zeros((300, 300), int)
    truth[:100, :100], truth[:100, 200:] = 1, 2
    prediction = np.zeros((300, 300), int)
    prediction[:100, :100] = 7
    prediction[50:100, 200:] = 8
    prediction[200:, 200:] = 9
    view = overlay_view(
        Labels.parse(truth, source="truth"),
        Labels.parse(prediction, source="prediction"),
        Kind.INSTANCE,
    )
    step = view.image_px_per_view_px

    def colour_at(row, column):
        return tuple(view.pixels[int(row / step), int(column / step)].tolist())

    assert colour_at(50, 50) == LEGEND["found"]
    assert colour_at(20, 250) == LEGEND["missed"]
    assert colour_at(250, 250) == LEGEND["made up"]
    assert colour_at(75, 250) == LEGEND["confused"]  # IoU 0.5 is no match
    assert view.shape[0] > view.shape[1]  # the legend


def test_the_overlay_of_a_sampling_shows_the_image_nearest_to_the_median(write_dataset):
    pixels = np.zeros((40, 400), np.uint8)
    for number in range(20):
        pixels[10:20, 20 * number + 5 : 20 * number + 15] = number + 1
    maps = {}
    for name, n_missed in (("best", 0), ("typical", 5), ("worst", 19)):
        maps[f"OG/GT/{name}.tif"] = pixels
        maps[f"OG/Prediction/{name}.tif"] = np.where(pixels <= n_missed, 0, pixels)
    (overlay,) = overlays_of(evaluate_dataset(find_pairs(write_dataset(maps))))
    assert overlay.name == "overlay_OG_typical"
