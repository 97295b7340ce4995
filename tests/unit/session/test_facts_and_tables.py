"""What is known of an image, and the tables to download."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.images import TYPED_IN, KnownPixelSize
from rescale4dl_core.measuring.drawn import DrawnDiameter
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.session.facts import (
    drawn_columns,
    entry_facts,
    image_columns,
    object_columns,
)
from rescale4dl_core.session.measuring import session_measurement
from rescale4dl_core.session.model import Session


def fact(entry, name):
    (found,) = [fact for fact in entry_facts(entry) if fact.name == name]
    return found.value, found.source


def test_each_fact_says_where_it_came_from(entry_of):
    entry = entry_of("a", side_um=0.108)
    assert fact(entry, "Pixel size") == ("0.108 µm", "test")
    assert fact(entry, "Pixel values") == ("float64", "the file")
    assert fact(entry, "Outlines") == ("none yet", "")
    assert fact(entry_of("d", is_demo=True), "Format")[1] == "the simulation"


def test_a_typed_and_an_unknown_pixel_size_are_called_so(entry_of):
    entry = entry_of("a")
    assert fact(entry, "Pixel size") == ("unknown", "")
    typed = KnownPixelSize(PixelSize(0.2, 0.4, 1.5), TYPED_IN)
    session = Session((entry,)).with_pixel_size(typed)
    assert fact(session.entry, "Pixel size") == ("0.2 x 0.4 µm", "typed in")
    assert fact(session.entry, "Between planes") == ("1.5 µm", "typed in")


def test_channels_are_named_and_planes_are_counted(entry_of):
    entry = entry_of("a")
    info = replace(
        entry.sample.info,
        axes="TZCYX",
        shape=(3, 10, 2, 128, 128),
        channels=("DAPI", "GFP"),
    )
    entry = replace(entry, sample=replace(entry.sample, info=info))
    assert fact(entry, "Channels") == ("DAPI, GFP", "the file")
    assert fact(entry, "Planes") == ("10", "the file")
    assert fact(entry, "Times") == ("3", "the file")


def test_the_object_table_has_a_row_per_object_in_px_and_um(entry_of, two_disks):
    entries = [entry_of("a", two_disks, 0.5), entry_of("b", two_disks)]
    table = measure_objects(two_disks)
    columns = object_columns(entries, [table, table])
    assert columns["image"] == ["a", "a", "b", "b"]
    assert {len(column) for column in columns.values()} == {4}
    np.testing.assert_allclose(columns["equivalent_diameter_px"][:2], [20, 40], atol=0.5)
    np.testing.assert_allclose(columns["equivalent_diameter_um"][:2], [10, 20], atol=0.25)
    np.testing.assert_allclose(
        columns["area_um2"][:2], np.array(columns["area_px"][:2]) / 4
    )
    assert columns["skeleton_diameter_um"][2:] == [None, None]


def test_the_table_of_images_has_their_mean_diameters(entry_of, two_disks):
    session = Session((entry_of("a", two_disks, 0.5, mask=two_disks),))
    measurement = session_measurement(session, [measure_objects(two_disks)])
    columns = image_columns(measurement)
    assert columns["n_objects"] == [2]
    assert columns["diameter_px"] == [pytest.approx(30, abs=0.5)]
    assert columns["diameter_um"] == [pytest.approx(15, abs=0.25)]


def test_drawn_lines_are_listed_with_their_lengths(entry_of):
    entry = entry_of("a", side_um=2.0, drawn=(DrawnDiameter(0, 0, 3, 4),))
    columns = drawn_columns([entry, entry_of("b")])
    assert (columns["length_px"], columns["length_um"]) == ([5.0], [10.0])
