"""No two modules import each other, by whatever way round."""

from pathlib import Path

from benchmarks.structure import circles_of, imports_of, modules_of

ROOT = Path(__file__).parents[2]


def test_no_circle_of_imports_is_left():
    """Imports within functions and those for types count as well."""
    assert circles_of(imports_of(modules_of(ROOT))) == []


def test_a_circle_would_be_found():
    assert circles_of({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [{"a", "b", "c"}]
