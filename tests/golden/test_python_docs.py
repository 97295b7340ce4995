"""The pages for people who work in Python: their code runs, their links lead somewhere."""

import ast
import contextlib
import importlib
import inspect
import io
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import rescale4dl_core as r4

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
WALK = (ROOT / "docs" / "in_python.md").read_text(encoding="utf-8")


class _Page(HTMLParser):
    """Where a page can be linked to, and where it links to."""

    def __init__(self, path):
        super().__init__()
        self.path, self.places, self.links = path, set(), set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.places.add(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.add(attributes["href"])


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the pages by path, made by the command that CONTRIBUTING gives."""
    (command,) = re.findall(r"^\.venv/bin/(pdoc .*)$", CONTRIBUTING, flags=re.MULTILINE)
    folder = tmp_path_factory.mktemp("api")
    words = command.replace("docs/api", str(folder)).split()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", *words],
        check=True,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert "Warn" not in done.stderr, done.stderr
    return {path: _Page(path) for path in folder.resolve().rglob("*.html")}


def test_every_name_of_the_face_and_what_it_returns_is_on_a_page(pages):
    (face,) = (page for path, page in pages.items() if path.name == "rescale4dl_core.html")
    assert set(r4.__all__) <= face.places
    places = set().union(*(page.places for page in pages.values()))
    for name in r4.__all__:
        if name[0].islower():
            returned = str(inspect.signature(getattr(r4, name)).return_annotation)
            nouns = set(re.findall(r"\b[A-Z]\w+", returned)) - {"Rescalable"}
            assert nouns <= places, name


def test_no_link_of_the_pages_is_broken(pages):
    for path, page in pages.items():
        for link in page.links:
            url = urlsplit(link)
            if not url.scheme:
                target = pages[(path.parent / url.path).resolve() if url.path else path]
                assert url.fragment in {"", *target.places}, f"{link} in {path.name}"


OF_OTHERS = {
    *("functools", "onnx", "scipy", "skimage"),
    *("regionprops", "get_pool_and_conv_props", "ANISO_THRESHOLD", "wbits"),
    "train_background_reg",
}
"""Names, or what they start with, that docstrings take from other programs."""


def test_modules_that_are_named_in_full_exist():
    for path in (ROOT / "rescale4dl_core").rglob("*.py"):
        for name in re.findall(r"\brescale4dl_core(?:\.\w+)+", path.read_text("utf-8")):
            assert _exists(name), f"{name} in {path.name}"


def test_what_docstrings_put_between_backticks_exists():
    """It is a name of the core, a word of its files, or of another program."""
    trees = [
        ast.parse(path.read_text("utf-8"))
        for path in (ROOT / "rescale4dl_core").rglob("*.py")
    ]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    known = {*OF_OTHERS, *_words_in(nodes)}
    for text in map(_docstring, nodes):
        for name in re.findall(r"`([A-Za-z_][\w.]*)`", text):
            first, *rest = name.split(".")
            assert {first, *rest} <= known or first in OF_OTHERS, f"{name} in: {text}"


def _docstring(node):
    """Return what a string that stands alone says: a docstring, or that of a field."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return node.value.value if isinstance(node.value.value, str) else ""
    return ""


def _words_in(nodes):
    """Yield every name in the code, and the names in short strings: fields of files."""
    modules = (ROOT / "rescale4dl_core").rglob("*.py")
    yield from (part for path in modules for part in path.with_suffix("").parts)
    for node in nodes:
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.alias(name=name):
                yield from name.split(".")
            case ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Constant(value=str(text)) if len(text.split()) == 1:
                yield from text.split(".")


def _exists(name):
    parts = name.split(".")
    for n in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:n]))
        except ImportError:
            continue
        return _has(found, parts[n:])
    return False


def _has(found, attributes):
    for attribute in attributes:
        if not hasattr(found, attribute):
            return False
        found = getattr(found, attribute)
    return True


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
