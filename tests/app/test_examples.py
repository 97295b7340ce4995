"""The examples in the docstrings of the app's own modules hold."""

import doctest
import importlib
from pathlib import Path

import pytest

MODULES = sorted(
    path.stem for path in (Path(__file__).parents[2] / "pages" / "_ui").glob("[!_]*.py")
)


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_hold(module):
    found = doctest.testmod(importlib.import_module(f"pages._ui.{module}"))
    assert found.failed == 0
