"""What is read back from JSON is exactly what the types say, or is refused in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pytest

from rescale4dl_core.documents import (
    Document,
    from_plain,
    migrated,
    to_plain,
    with_identifiers,
)
from rescale4dl_core.errors import QuantityError, SessionError

DOCUMENT = Document("The note", "write it again", SessionError)


class Colour(StrEnum):
    """A choice."""

    RED = "red"


@dataclass(frozen=True, slots=True)
class Point:
    """A part, with a field that has to be there."""

    x_um: float
    n_seen: int = 1

    def __post_init__(self) -> None:
        if self.n_seen > 99:
            raise QuantityError("Too many were seen.")
        if self.n_seen < 0:
            raise SessionError("Less than none were seen.")


@dataclass(frozen=True, slots=True)
class Note:
    """One field of each kind that is saved."""

    points: tuple[Point, ...] = ()
    pair: tuple[int, float] = (1, 1.0)
    colour: Colour | None = None
    title: str = ""
    is_done: bool = False
    best: Point | None = None


def read(plain: Any) -> Note:
    return from_plain(Note, plain, where="note", document=DOCUMENT)


def test_what_is_written_is_read():
    note = Note((Point(0.5, 2), Point(1.0)), (3, 2.5), Colour.RED, "µm", True, Point(2.0))
    assert read(to_plain(note)) == note


def test_numbers_of_numpy_are_written_as_numbers():
    plain = to_plain(Point(np.float64(0.5), np.int64(3)))  # type: ignore[arg-type]
    assert (plain, type(plain["n_seen"])) == ({"x_um": 0.5, "n_seen": 3}, int)


def test_a_whole_number_serves_where_a_number_is_due():
    point = read({"best": {"x_um": 2**53 - 1}}).best
    assert point == Point(2.0**53 - 1)
    assert type(point.x_um) is float


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ([], "has a list at note, where a group of entries was expected"),
        (None, "has None at note, where a group of entries was expected"),
        ({"titel": "x"}, "has an entry 'titel' in note that this version does not know"),
        ({"points": [{}]}, r"lacks 'x_um' in note\.points\[0\]"),
        ({"points": None}, r"has None at note\.points, where a list was expected"),
        ({"points": [{"x_um": "1"}]}, r"has '1' at note\.points\[0\]\.x_um, where a num"),
        ({"points": [{"x_um": True}]}, r"has True at note\.points\[0\]\.x_um, where a n"),
        ({"best": {"x_um": float("nan")}}, r"has nan at note\.best\.x_um, where a num"),
        ({"best": {"x_um": float("inf")}}, r"has inf at note\.best\.x_um, where a num"),
        ({"best": {"x_um": 2**53}}, r"at note\.best\.x_um, where a number was expected"),
        ({"best": {"x_um": 1, "n_seen": 1.0}}, r"has 1\.0 at .*, where a whole number was"),
        ({"best": {"x_um": 1, "n_seen": 10**18}}, "a whole number of up to 18 digits was"),
        ({"title": float("nan")}, r"has nan at note\.title, where a text was expected"),
        ({"title": "\ud800"}, "where a text of whole letters was expected"),
        ({"is_done": "\ud800"}, r"has '\\ud800' at note\.is_done"),
        ({"is_done": 1}, r"has 1 at note\.is_done, where true or false was expected"),
        ({"pair": [1]}, r"has a list of 1 at note\.pair, where 2 values were expected"),
        ({"pair": [1, "2"]}, r"has '2' at note\.pair\[1\], where a number was expected"),
        ({"colour": "blue"}, r"in note\.colour that cannot be used: 'blue' is not known"),
        ({"best": {"x_um": 1, "n_seen": 100}}, r"in note\.best that .* Too many were seen"),
    ],
)
def test_all_else_is_refused_and_named(plain, words):
    with pytest.raises(SessionError, match=words) as caught:
        read(plain)
    assert str(caught.value).count("The note") == 1


def test_an_error_of_the_same_kind_is_passed_on_as_it_stands():
    with pytest.raises(SessionError) as caught:
        read({"best": {"x_um": 1, "n_seen": -1}})
    assert str(caught.value) == "Less than none were seen."


def test_what_is_nested_beyond_all_measure_is_refused():
    nested: list[Any] = []
    for _ in range(5000):
        nested = [nested]
    with pytest.raises(SessionError, match="where a group of entries was expected"):
        read({"points": nested})
    steps = {1: lambda plain: with_identifiers(plain, {})}
    with pytest.raises(SessionError, match=r"deeper than any .* write it again"):
        migrated({"points": nested}, 1, latest=2, steps=steps, document=DOCUMENT)


def test_a_document_goes_through_each_step_from_its_version_on():
    steps = {n: lambda plain, n=n: {**plain, "steps": [*plain["steps"], n]} for n in (1, 2)}
    for version, gone in ((1, [1, 2]), (2, [2]), (3, [])):
        before = {"steps": []}
        after = migrated(before, version, latest=3, steps=steps, document=DOCUMENT)
        assert (after["steps"], before) == (gone, {"steps": []})


@pytest.mark.parametrize("version", [0, 4, -1, 2.0, True, "2", None])
def test_no_other_version_is_tried(version):
    with pytest.raises(SessionError, match=r"has version .* up to 3\. .* update this one"):
        migrated({}, version, latest=3, steps={}, document=DOCUMENT)
