"""Pages stay thin, and no file outgrows its name."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(ROOT.glob("pages/[!_]*.py"))
FOLDERS = ("rescale4dl_core", "pages/_ui", "tests", "benchmarks")
MODULES = sorted(path for folder in FOLDERS for path in ROOT.glob(f"{folder}/**/*.py"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_a_page_is_short_and_defines_no_function(page):
    text = page.read_text(encoding="utf-8")
    assert text.count("\n") < 120
    assert "\ndef " not in text
    assert "\nclass " not in text


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_a_module_stays_under_300_lines(module):
    assert module.read_text(encoding="utf-8").count("\n") <= 300
