"""The pages for people who work in Python: their code runs, their links lead somewhere."""

import contextlib
import importlib
import io
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import rescale4dl_core as r4

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
WALK = (ROOT / "docs" / "in_python.md").read_text(encoding="utf-8")


class _Page(HTMLParser):
    """Where a page can be linked to, and where it links to."""

    def __init__(self, text):
        super().__init__()
        self.places, self.links = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.places.add(attributes["id"])
        if tag == "a" and attributes.get("href", "").startswith("#"):
            self.links.add(attributes["href"][1:])


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Return the API page, made by the command that CONTRIBUTING gives."""
    (command,) = re.findall(r"`\.venv/bin/(pdoc .*?)`", CONTRIBUTING)
    folder = tmp_path_factory.mktemp("api")
    words = command.replace("docs/api", str(folder)).replace("'", "").split()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", *words], check=True, cwd=ROOT, env=environment)
    return (folder / "rescale4dl_core.html").read_text(encoding="utf-8")


def test_every_name_of_the_face_is_on_the_page_and_no_link_is_broken(page):
    found = _Page(page)
    assert set(r4.__all__) <= found.places
    assert found.links - found.places == set()


def test_what_docstrings_refer_to_exists():
    """`package.module.name` in a docstring has to be there."""
    for path in (ROOT / "rescale4dl_core").rglob("*.py"):
        for name in re.findall(
            r"`?\b(rescale4dl_core(?:\.\w+)+)`?", path.read_text("utf-8")
        ):
            assert _exists(name), f"{name} in {path.name}"


def _exists(name):
    parts = name.split(".")
    for n in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:n]))
        except ImportError:
            continue
        for attribute in parts[n:]:
            if not hasattr(found, attribute):
                return False
            found = getattr(found, attribute)
        return True
    return False


def test_the_walk_through_runs(tmp_path, monkeypatch):
    """Its blocks follow each other in one Python, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", WALK, flags=re.DOTALL)
    printed, names = io.StringIO(), {}
    with contextlib.redirect_stdout(printed):
        for block in blocks:
            exec(compile(block, "in_python.md", "exec"), names)
    assert len(blocks) >= 6
    assert "µm per pixel" in printed.getvalue()
