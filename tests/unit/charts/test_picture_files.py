"""Charts as files: drawn on this machine, each time the same."""

import io
import re
import socket
import subprocess
import sys

import pytest
from PIL import Image as PilImage

from rescale4dl_core.charts.curves import Curve, Point, curve_chart
from rescale4dl_core.charts.picture_files import PictureFormat, chart_bytes
from rescale4dl_core.charts.style import coverage_axis, titled, unit_axis
from rescale4dl_core.window import PUBLISHED_WINDOW

BEGINS = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF"}

DRAW = """
import hashlib
from rescale4dl_core.charts.curves import Curve, Point, curve_chart
from rescale4dl_core.charts.picture_files import PictureFormat, chart_bytes
from rescale4dl_core.charts.style import coverage_axis, unit_axis
curve = Curve("score", (Point(4.0, 0.9), Point(16.0, 0.7)))
chart = curve_chart([curve], coverage_axis([4.0, 16.0]), unit_axis("Score"))
for form in PictureFormat:
    print(hashlib.sha256(chart_bytes(chart, form)).hexdigest())
"""


@pytest.fixture
def chart():
    curve = Curve("score", (Point(4.0, 0.9), Point(16.0, 0.7)))
    return curve_chart([curve], coverage_axis([4.0, 16.0]), unit_axis("Score"))


@pytest.mark.parametrize("form", PictureFormat)
def test_a_chart_becomes_a_picture_without_a_browser_or_a_network(chart, form, monkeypatch):
    monkeypatch.setattr(socket, "socket", pytest.fail)
    monkeypatch.setattr(socket, "getaddrinfo", pytest.fail)
    assert chart_bytes(chart, form).startswith(BEGINS[form])


def test_two_runs_draw_the_same_bytes():
    runs = [
        subprocess.run(
            [sys.executable, "-c", DRAW], check=True, capture_output=True, text=True
        ).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert len(set(runs[0].split())) == len(PictureFormat)


def test_clip_paths_are_named_by_what_is_drawn():
    """One page holds several charts: a name that two share would clip the wrong one."""
    charts = [
        curve_chart(
            [Curve("score", (Point(4.0, value), Point(16.0, value)))],
            coverage_axis([4.0, 16.0]),
            unit_axis("Score"),
            window=PUBLISHED_WINDOW,
        )
        for value in (0.25, 0.75)
    ]
    drawn = [chart_bytes(one, PictureFormat.SVG).decode() for one in (*charts, *charts)]
    assert drawn[:2] == drawn[2:]
    named = [set(re.findall(r'id="([^"]*clip[^"]*)"', svg)) for svg in drawn[:2]]
    used = [set(re.findall(r"url\(#([^)]*)\)", svg)) for svg in drawn[:2]]
    assert named == used
    assert all(named)
    assert not named[0] & named[1]


def test_a_word_that_looks_like_the_name_of_a_clip_path_stays(chart, words_of):
    assert "clip12" in words_of(titled(chart, "clip12"))


def test_every_picture_has_one_resolution_and_white_paper(chart):
    """200 pixels per inch, where Vega counts 72 units to an inch."""
    picture = PilImage.open(io.BytesIO(chart_bytes(chart, PictureFormat.PNG)))
    svg = chart_bytes(chart, PictureFormat.SVG).decode()
    width = float(svg.partition('width="')[2].partition('"')[0])
    assert picture.width == pytest.approx(width * 200 / 72, abs=1.5)
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_a_title_is_on_paper(chart, words_of):
    assert "What it shows" in words_of(titled(chart, "What it shows"))


def test_charts_wait_until_pandas_is_whole():
    """Altair peeks at a pandas that another thread may still be importing."""
    code = (
        "import sys; from rescale4dl_core.charts.throughput_curves import timing_chart; "
        "from rescale4dl_core.planning.timing import FieldTiming; "
        "timing_chart(FieldTiming()); sys.modules['pandas'].Timestamp"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_charts_import_neither_altair_nor_pandas_before_they_draw():
    code = (
        "import sys, importlib, pkgutil, rescale4dl_core.charts as charts\n"
        "names = [one.name for one in pkgutil.iter_modules(charts.__path__)]\n"
        "for name in names:\n"
        "    if name != 'whole_altair':\n"
        "        importlib.import_module(f'{charts.__name__}.{name}')\n"
        "print(len(names), *sys.modules)"
    )
    count, *loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert int(count) > 8
    assert not {"altair", "pandas", "vl_convert", "matplotlib"} & set(loaded)
