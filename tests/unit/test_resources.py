"""The app and the networks are found in a checkout and in an installation."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import rescale4dl_core
from rescale4dl_core.inference import child_process
from rescale4dl_core.resources import INSIDE, app_folder, checkout

ROOT = Path(__file__).parents[2]
PACKAGE = Path(rescale4dl_core.__file__).parent
PARTS = {"app.py", "pages", "models", ".streamlit"}


def test_a_checkout_keeps_them_beside_the_package():
    assert app_folder() == checkout() == ROOT
    assert {path.name for path in ROOT.iterdir()} >= PARTS


def test_an_installation_keeps_them_inside_the_package(tmp_path):
    (tmp_path / "site" / INSIDE).mkdir(parents=True)
    assert app_folder(tmp_path / "site") == tmp_path / "site" / INSIDE
    assert checkout(tmp_path / "site") is None


def test_the_build_puts_them_where_they_are_looked_for():
    wheel = _wheel_options()
    assert wheel["sources"] == {
        part: f"rescale4dl_core/{INSIDE}/{part}" for part in PARTS - {"app.py"}
    }
    assert set(wheel["only-include"]) == {*wheel["sources"], "rescale4dl_core"}
    hook = (ROOT / "hatch_build.py").read_text(encoding="utf-8")
    assert f'["app.py"] = "rescale4dl_core/{INSIDE}/app.py"' in hook


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Lay the program out as a wheel does; return the folder that Python is to search."""
    site = tmp_path_factory.mktemp("site")
    wheel = _wheel_options()
    (tests_only,) = wheel["exclude"]
    left_out = shutil.ignore_patterns("__pycache__", Path(tests_only).name)
    shutil.copytree(PACKAGE, site / "rescale4dl_core", ignore=left_out)
    for part, target in wheel["sources"].items():
        shutil.copytree(ROOT / part, site / target, ignore=left_out)
    return site


def _wheel_options():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project["tool"]["hatch"]["build"]["targets"]["wheel"]


def _answer(installed, folder, *arguments):
    done = subprocess.run(
        [sys.executable, "-P", "-m", "rescale4dl_core", *arguments, "--json"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_installed_program_has_all_networks(installed, tmp_path):
    names = [model["name"] for model in _answer(installed, tmp_path, "models")["models"]]
    assert names == sorted(card.parent.name for card in ROOT.glob("models/*/card.json"))


def test_the_processes_of_an_installed_program_find_it(installed, tmp_path):
    """StarDist's outlines are chosen in a process of their own."""
    arguments = ("segment", "demo", "--model", "stardist-nuclei-fluo")
    answer = _answer(installed, tmp_path, *arguments, "--out", "labels.tif")
    assert answer["n_objects"] > 10


def test_only_a_checkout_is_named_to_the_processes(monkeypatch):
    """Site-packages on PYTHONPATH would come before the standard library."""
    monkeypatch.setenv("PYTHONPATH", "of the user")
    assert child_process.python_path() == f"{ROOT}{os.pathsep}of the user"
    monkeypatch.setattr(child_process, "checkout", lambda: None)
    assert child_process.python_path() == "of the user"
