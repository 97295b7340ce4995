"""Charts and tables as files, made on this machine."""

import csv
import io
import json
import socket
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from pages._ui.shared.window_chart import spread_columns, window_chart
from pages._ui.throughput.charts import (
    AT_CEILING,
    AT_DENSITY,
    objects_per_hour_chart,
    series_columns,
    timing_chart,
    timing_columns,
)
from PIL import Image as PilImage

from pages._ui.shared.downloads import chart_files, csv_file, json_file
from pages._ui.shared.object_sizes import BARS, MEAN, size_histogram_chart
from rescale4dl_core.advice.objects_in_window import spreads_of
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.measure.dataset import MeasuredImage, summarise
from rescale4dl_core.measure.objects import measure_objects
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.planning.what_if import what_if, what_if_series
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.session.choices import Choices
from rescale4dl_core.session.experiment import acquisition_of
from rescale4dl_core.window import PUBLISHED_WINDOW

ROOT = Path(__file__).parents[2]
RATIOS = (0.5, 1.0, 2.0, 4.0)


@pytest.fixture(params=[0.5, None], ids=["in um", "in px"])
def measurement(request, two_disks):
    size = None if request.param is None else PixelSize.square(request.param)
    return summarise([MeasuredImage("a", measure_objects(two_disks), (128, 128), size)])


@pytest.fixture
def charts(measurement):
    advice = recommend(measurement)
    acquisition = acquisition_of(measurement, Choices())
    return {
        "sizes": size_histogram_chart(measurement),
        "window": window_chart(spreads_of(advice), advice.window),
        "timing": timing_chart(FieldTiming()),
        "throughput": objects_per_hour_chart(
            what_if_series(acquisition, RATIOS),
            what_if(acquisition, 1.0),
            what_if(acquisition, 2.0),
        ),
    }


def _words_of(svg: bytes) -> str:
    return " ".join(ElementTree.fromstring(svg).itertext())


def test_every_chart_is_drawn_without_a_network_as_svg_and_png(charts, monkeypatch):
    monkeypatch.setattr(socket, "socket", pytest.fail)
    monkeypatch.setattr(socket, "getaddrinfo", pytest.fail)
    for name, chart in charts.items():
        svg, png = (file.content() for file in chart_files(name, chart))
        assert _words_of(svg)
        assert PilImage.open(io.BytesIO(png)).width > 300


def test_charts_wait_until_pandas_is_whole():
    """Altair peeks at a pandas that another thread may still be importing."""
    code = (
        "import sys; from pages._ui.throughput.charts import timing_chart; "
        "from rescale4dl_core.planning.timing import FieldTiming; "
        "timing_chart(FieldTiming()); sys.modules['pandas'].Timestamp"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_axes_name_their_unit(charts, measurement):
    unit = "px" if measurement.pixel_size is None else "µm"
    svgs = {name: chart_files(name, chart)[0].content() for name, chart in charts.items()}
    assert f"Diameter ({unit})" in _words_of(svgs["sizes"])
    assert "in % of an object's diameter" in _words_of(svgs["window"])
    assert "Time per field of view (s)" in _words_of(svgs["timing"])
    assert "Objects per hour" in _words_of(svgs["throughput"])
    pixel = "Pixel size, against your sample" if unit == "px" else "Pixel size (µm)"
    assert pixel in _words_of(svgs["throughput"])


def test_legends_name_every_line(charts):
    sizes, throughput = (
        _words_of(chart_files(name, charts[name])[0].content())
        for name in ("sizes", "throughput")
    )
    assert BARS in sizes
    assert MEAN in sizes
    assert AT_CEILING in throughput
    assert AT_DENSITY in throughput


def test_the_tables_behind_the_charts_hold_their_numbers(measurement):
    acquisition = acquisition_of(measurement, Choices())
    series = series_columns(what_if_series(acquisition, RATIOS))
    assert series["ratio"] == list(RATIOS)
    per_hour = np.array(series["objects_per_hour"])
    np.testing.assert_allclose(
        per_hour[1:] / per_hour[:-1], 4
    )  # twice the side of the field
    parts = timing_columns(FieldTiming())
    assert sum(parts["seconds"]) == pytest.approx(FieldTiming().tau_s)
    spreads = spread_columns(spreads_of(recommend(measurement)))
    assert spreads["name"] == ["Your sample", "Recommended"]
    assert spreads["coverage_percent"][1] == pytest.approx(PUBLISHED_WINDOW.target_percent)


def test_a_csv_has_a_header_and_a_row_per_value():
    file = csv_file("a.csv", {"ratio": [1.0, 2.0], "name": ["µ", "b"]})
    rows = list(csv.reader(io.StringIO(file.content.decode())))
    assert rows == [["ratio", "name"], ["1.0", "µ"], ["2.0", "b"]]


def test_a_json_holds_the_fields_of_the_value():
    file = json_file("a.json", FieldTiming(exposure_s=0.25))
    assert json.loads(file.content)["exposure_s"] == 0.25
