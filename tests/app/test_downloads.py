"""Charts and tables as files, made when they are asked for."""

import csv
import io
import json

from pages._ui.shared.downloads import chart_files, csv_file, json_file
from rescale4dl_core.charts.throughput_curves import timing_chart
from rescale4dl_core.planning.timing import FieldTiming


def test_a_chart_is_offered_as_svg_png_and_pdf():
    files = chart_files("timing", timing_chart(FieldTiming()))
    assert [(file.file_name, file.mime) for file in files] == [
        ("timing.svg", "image/svg+xml"),
        ("timing.png", "image/png"),
        ("timing.pdf", "application/pdf"),
    ]
    begins = (b"<svg", b"\x89PNG", b"%PDF")
    assert all(f.content().startswith(b) for f, b in zip(files, begins, strict=True))


def test_a_csv_has_a_header_and_a_row_per_value():
    file = csv_file("a.csv", {"ratio": [1.0, 2.0], "name": ["µ", "b"]})
    rows = list(csv.reader(io.StringIO(file.content.decode())))
    assert rows == [["ratio", "name"], ["1.0", "µ"], ["2.0", "b"]]


def test_a_json_holds_the_fields_of_the_value():
    file = json_file("a.json", FieldTiming(exposure_s=0.25))
    assert json.loads(file.content)["exposure_s"] == 0.25
