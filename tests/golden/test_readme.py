"""The README tells the truth: its code runs and its commands are those of CI."""

import contextlib
import io
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_block_runs_and_prints_the_recommendation():
    (block,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block, "README.md", "exec"), {})
    assert "µm" in printed.getvalue()


def test_the_picture_and_every_file_named_exist():
    assert (ROOT / "docs" / "app.png").stat().st_size > 10_000
    for name in ("app.py", "requirements.txt", ".ci/run", "benchmarks", "docs/decisions"):
        assert (ROOT / name).exists()


def test_the_app_command_installs_the_same_packages_as_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    hooks = project["tool"]["hatch"]["metadata"]["hooks"]
    assert hooks == {"requirements_txt": {"files": ["requirements.txt"]}}
    assert "pip install -r requirements.txt" in README
