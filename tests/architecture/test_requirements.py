"""What is imported is declared, and what is declared is imported."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
OWN = {"rescale4dl_core", "pages", "app"}
FILES = [ROOT / "app.py", *ROOT.glob("pages/**/*.py")]
FILES += ROOT.glob("rescale4dl_core/**/*.py")

RUNS_WITHOUT = {
    "_typeshed": "for mypy only, which carries it",
    "cv2": "tried only: nanopyx wants it, and gets a stand-in where it is not there",
}
"""Imports that need no requirement, each with the reason."""

NOT_IMPORTED = {"matplotlib": "its font files go into PDF reports"}
"""Requirements that nothing imports, each with the reason."""


def _imported():
    """Return the top-level names of other projects, each with one file that imports it."""
    found = {}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            else:
                continue
            for name in names:
                found.setdefault(name.partition(".")[0], path.relative_to(ROOT).as_posix())
    return {
        name: path
        for name, path in found.items()
        if name not in sys.stdlib_module_names and name not in OWN | RUNS_WITHOUT.keys()
    }


def _project(requirement):
    """Return the project's name as the package index compares names."""
    return re.sub("[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def _required():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return {_project(line) for line in lines if line and not line.startswith("#")}


def _optional():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = tomllib.loads(text)["project"]["optional-dependencies"]
    users = (lines for name, lines in extras.items() if name != "dev")
    return {_project(line) for lines in users for line in lines}


def _projects_of(name):
    """Return the projects that may provide an import, whichever of them is installed."""
    return {_project(name), *map(_project, packages_distributions().get(name, ()))}


def test_every_import_is_declared():
    declared = _required() | _optional()
    undeclared = {
        name: path
        for name, path in _imported().items()
        if not _projects_of(name) & declared
    }
    assert undeclared == {}


def test_every_requirement_is_imported():
    imported = set().union(*map(_projects_of, _imported()))
    assert (_required() | _optional()) - imported == NOT_IMPORTED.keys()


def test_no_exception_outlives_its_reason():
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    for name in (*RUNS_WITHOUT, *NOT_IMPORTED):
        assert name in text
