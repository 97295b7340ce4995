"""A session is replaced, and keeps what it should."""

from dataclasses import replace
from pathlib import Path

import pytest

from rescale4dl_core.images import TYPED_IN, KnownPixelSize
from rescale4dl_core.measuring.drawn import DrawnDiameter
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.reading.opened import Selection
from rescale4dl_core.session.choices import Choices, ObjectSource
from rescale4dl_core.session.model import Origin, Session

TYPED = KnownPixelSize(PixelSize.square(0.3), TYPED_IN)


def test_the_demo_goes_when_the_first_image_is_opened(entry_of):
    demo = Session((entry_of("demo", is_demo=True),))
    opened = demo.with_opened([entry_of("a"), entry_of("b")])
    assert [entry.sample.image.name for entry in opened.entries] == ["a", "b"]
    assert opened.current == 0


def test_further_images_join_and_the_first_new_one_is_shown(entry_of):
    session = Session((entry_of("a"),), choices=Choices(n_wells=7))
    joined = session.with_opened([entry_of("b"), entry_of("c")])
    assert (joined.entry.sample.image.name, joined.choices.n_wells) == ("b", 7)


@pytest.mark.parametrize("source", [ObjectSource.MASK, ObjectSource.NETWORK])
def test_a_source_of_objects_that_new_images_lack_no_longer_counts(
    entry_of, two_disks, source
):
    labels = two_disks
    first = entry_of("a", labels, mask=labels, predicted=labels)
    session = Session((first,), choices=Choices(object_source=source))
    assert session.with_opened([entry_of("b")]).choices.object_source is None
    alike = entry_of("bb", labels, mask=labels, predicted=labels)
    assert session.with_opened([alike]).choices.object_source is source


def test_an_image_opened_again_with_its_mask_is_not_there_twice(entry_of, two_disks):
    labels = two_disks
    drawn = (DrawnDiameter(1.0, 1.0, 9.0, 1.0),)
    session = Session((entry_of("a", labels, drawn=drawn), entry_of("bb"))).with_pixel_size(
        TYPED
    )
    again = session.with_opened([entry_of("a", labels, mask=labels)])
    assert [entry.sample.image.name for entry in again.entries] == ["bb", "a"]
    assert again.entry.sample.labels is labels
    assert again.entry.drawn == drawn
    assert again.entry.sample.image.known == TYPED


def test_closing_an_image_shows_the_one_before(entry_of):
    session = Session((entry_of("a"), entry_of("b"), entry_of("c")), current=2)
    assert session.without_current().entry.sample.image.name == "b"
    first = replace(session, current=0).without_current()
    assert first.entry.sample.image.name == "b"


@pytest.mark.parametrize(("everywhere", "expected"), [(False, 1), (True, 2)])
def test_a_typed_pixel_size_goes_to_one_image_or_to_all(entry_of, everywhere, expected):
    session = Session((entry_of("a"), entry_of("b")), current=1)
    typed = session.with_pixel_size(TYPED, everywhere=everywhere)
    known = [entry.sample.image.known for entry in typed.entries]
    assert known.count(TYPED) == expected
    assert known[1] == TYPED


def test_another_plane_keeps_what_was_done_by_hand(entry_of):
    origin = Origin(Path("a.tif"), None, Selection(plane=0))
    lines = (DrawnDiameter(0, 0, 0, 9),)
    before = Session((entry_of("a", drawn=lines, origin=origin),)).with_pixel_size(TYPED)
    plane = entry_of("a", origin=replace(origin, selection=Selection(plane=1)))
    after = before.with_other_plane(plane)
    assert after.entry.sample.image.known == TYPED
    assert after.entry.drawn == lines
    assert after.entry.origin == plane.origin


def test_another_scene_has_other_objects_so_the_lines_go(entry_of):
    origin = Origin(Path("a.tif"), None, Selection(scene=0))
    session = Session((entry_of("a", drawn=(DrawnDiameter(0, 0, 0, 9),), origin=origin),))
    scene = entry_of("a", origin=replace(origin, selection=Selection(scene=1)))
    assert session.with_other_plane(scene).entry.drawn == ()
