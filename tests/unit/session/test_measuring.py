"""Where the objects of a session come from, and their sizes."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.errors import LabelImageError, QuantityError
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.drawn import DrawnDiameter
from rescale4dl_core.segmentation.threshold import ClassicalSettings
from rescale4dl_core.session.choices import Choices, ObjectSource
from rescale4dl_core.session.measuring import (
    labels_key,
    labels_of,
    measure_entries,
    measure_entry,
    measured_entries,
    session_measurement,
    source_of,
)
from rescale4dl_core.session.model import Session

MASK = Choices(object_source=ObjectSource.MASK)
SEGMENTED = Choices(object_source=ObjectSource.SEGMENTED)
DRAWN = Choices(object_source=ObjectSource.DRAWN)


def measurement_of(session):
    entries = measured_entries(session)
    tables = [measure_entry(entry, session.choices) for entry in entries]
    return session_measurement(session, tables)


def test_unasked_a_mask_counts_and_an_image_without_one_is_segmented(entry_of, two_disks):
    masked = entry_of("a", two_disks, mask=two_disks)
    bare = entry_of("b", two_disks)
    assert source_of(masked, Choices()) is ObjectSource.MASK
    assert source_of(bare, Choices()) is ObjectSource.SEGMENTED
    assert labels_of(masked, Choices()) is two_disks
    found = labels_of(bare, Choices(classical=ClassicalSettings()))
    overlap = (found.pixels > 0) & (two_disks.pixels > 0)
    assert overlap.sum() > 0.95 * (two_disks.pixels > 0).sum()


def test_the_mask_waits_while_the_segmentation_is_tried(entry_of, two_disks):
    entry = entry_of("a", two_disks, mask=two_disks)
    assert labels_of(entry, SEGMENTED).source == "threshold and watershed"
    assert labels_of(entry, MASK) is two_disks


def test_a_mask_that_is_not_there_is_named_with_the_ways_out(entry_of, two_disks):
    with pytest.raises(LabelImageError, match=r"wells\.tif has no mask.*draw diameters"):
        labels_of(entry_of("wells.tif", two_disks), MASK)


def test_several_images_are_one_measurement_by_equation_2(entry_of, two_disks):
    one = Labels.parse(np.where(two_disks.pixels == 2, 2, 0), source="one")
    session = Session(
        (entry_of("a", two_disks, mask=two_disks), entry_of("b", one, mask=one))
    )
    measurement = measurement_of(session)
    assert measurement.diameter_px == pytest.approx((30 + 40) / 2, rel=0.02)
    assert [image.n_objects for image in measurement.images] == [2, 1]


def test_where_masks_are_wanted_images_without_one_are_left_out_by_name(
    entry_of, two_disks
):
    session = Session(
        (entry_of("a", two_disks, mask=two_disks), entry_of("b", two_disks)), choices=MASK
    )
    measurement = measurement_of(session)
    assert measurement.n_images == 1
    assert "Without a mask, and left out: b." in measurement.notes


def test_drawn_diameters_count_when_chosen_and_only_then(entry_of, two_disks):
    lines = (DrawnDiameter(0, 0, 0, 12), DrawnDiameter(0, 0, 16, 0))
    entry = entry_of("a", two_disks, side_um=0.5, mask=two_disks, drawn=lines)
    assert measurement_of(Session((entry,), choices=DRAWN)).diameter_um == 7.0
    assert measurement_of(Session((entry,))).diameter_px == pytest.approx(30, rel=0.02)


def test_nothing_drawn_yet_says_what_to_do(entry_of, two_disks):
    with pytest.raises(LabelImageError, match=r"No diameter has been drawn yet\. Click"):
        measurement_of(Session((entry_of("a", two_disks),), choices=DRAWN))


def test_one_unknown_pixel_size_among_known_ones_asks_for_it(entry_of, two_disks):
    session = Session(
        (
            entry_of("a", two_disks, 0.5, mask=two_disks),
            entry_of("b", two_disks, mask=two_disks),
        )
    )
    with pytest.raises(QuantityError, match=r"pixel size of b is not known.*Type in"):
        measurement_of(session)


def test_an_image_without_objects_among_others_is_skipped_by_name(entry_of, two_disks):
    flat = entry_of("flat.tif")
    session = Session((entry_of("a", two_disks, mask=two_disks), flat))
    choices = replace(session.choices, classical=ClassicalSettings(smallest_diameter_px=60))
    tables = measure_entries(session.entries, choices, alone=False)
    assert [len(table) for table in tables] == [2, 0]
    measurement = session_measurement(session, tables)
    assert any("flat.tif" in note for note in measurement.notes)
    with pytest.raises(LabelImageError, match=r"flat\.tif"):
        measure_entries([flat], choices, alone=True)


def test_labels_that_are_there_already_are_not_looked_for_again(entry_of, two_disks):
    entry = entry_of("flat.tif", shape=two_disks.shape)
    found = {labels_key(entry, SEGMENTED): two_disks}
    (table,) = measure_entries([entry], SEGMENTED, found=found, alone=True)
    assert len(table) == 2


def test_measuring_several_images_tells_which_one_and_never_goes_back(entry_of, two_disks):
    entries = [entry_of(name, two_disks) for name in "abc"]
    reports = []
    measure_entries(
        entries,
        replace(SEGMENTED, classical=ClassicalSettings()),
        alone=False,
        progress=lambda fraction, message, /: reports.append((fraction, message)),
    )
    fractions = [fraction for fraction, _ in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert reports[0][1].startswith("Image 1 of 3")
    assert reports[-1][1].startswith("Image 3 of 3")


def test_the_key_of_labels_follows_every_setting_and_every_pixel(entry_of, two_disks):
    entry = entry_of("a", two_disks)
    other = entry_of("ab", two_disks)
    keys = {
        labels_key(entry, SEGMENTED),
        labels_key(other, SEGMENTED),
        labels_key(entry, replace(SEGMENTED, classical=ClassicalSettings())),
        labels_key(entry, replace(SEGMENTED, classical=ClassicalSettings(smoothing_px=2))),
        labels_key(entry_of("a", two_disks, mask=two_disks), MASK),
    }
    assert len(keys) == 5
