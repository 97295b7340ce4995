"""The command line, with every way out of this machine forbidden and recorded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def offline(offline_in, tmp_path):
    """Return the guarded environment of one test."""
    return offline_in(tmp_path)


def python(offline, *arguments):
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=offline.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def traces(offline):
    """Return what was left in the home folder."""
    return sorted(path.relative_to(offline.home) for path in offline.home.rglob("*"))


def test_no_command_reaches_out_or_writes_to_the_home_folder(offline, tmp_path):
    views = tmp_path / "views"
    rescale = ["rescale", "demo", "--coarser", 2, "--finer", 2, "--crop", "256x256"]
    field = ["--fov-px", "2048x2048", "--area-px", 700, "--tau-s", 0.5]
    for command in (
        ["info", "demo"],
        [*rescale, "--out", views],
        ["measure", views / "OG" / "GT" / "demo.tif"],
        ["recommend", "demo", "--no-sweep"],
        ["throughput", *field],
    ):
        assert json.loads(python(offline, "-m", "rescale4dl_core", *command, "--json"))

    assert offline.attempts == []
    assert traces(offline) == []


def test_the_runtime_of_the_networks_reports_to_nobody(offline):
    """On its own, onnxruntime 1.30 and later writes an identifier and calls home."""
    script = """
from rescale4dl_core.cli import main
assert main(["info", "demo", "--json"]) == 0
import onnxruntime
"""
    python(offline, "-c", script)

    assert offline.attempts == []
    assert traces(offline) == []
