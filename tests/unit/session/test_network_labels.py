"""What a network found, used as the objects of a session."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.labels import Labels
from rescale4dl_core.session.advising import advise_session
from rescale4dl_core.session.choices import Choices, ObjectSource
from rescale4dl_core.session.measuring import (
    labels_key,
    labels_of,
    measure_entry,
    measured_entries,
    session_measurement,
    source_of,
)
from rescale4dl_core.session.model import Session

NETWORK = Choices(object_source=ObjectSource.NETWORK)


@pytest.fixture
def session(entry_of, two_disks):
    predicted = Labels.parse(two_disks.pixels, source="unet-test", notes=("On the CPU.",))
    return Session(
        (entry_of("a.tif", two_disks, predicted=predicted), entry_of("b.tif", two_disks)),
        choices=NETWORK,
    )


def test_labels_of_a_network_count_where_they_were_chosen(session):
    found, _ = session.entries
    assert source_of(found, NETWORK) is ObjectSource.NETWORK
    assert labels_of(found, NETWORK) is found.predicted
    assert source_of(found, Choices()) is ObjectSource.SEGMENTED


def test_an_image_that_no_network_ran_on_is_named_with_the_ways_out(session):
    with pytest.raises(LabelImageError, match=r"run on b\.tif yet.*Networks page"):
        labels_of(session.entries[1], NETWORK)


def test_images_that_no_network_ran_on_are_left_out_by_name(session, two_disks):
    (entry,) = measured_entries(session)
    measurement = session_measurement(session, [measure_entry(entry, NETWORK)])
    assert measurement.n_objects == 2
    assert any(
        "through a network" in note and "b.tif" in note for note in measurement.notes
    )


def test_the_key_of_labels_follows_what_the_network_found(session):
    found, _ = session.entries
    other = Labels.parse(np.flipud(found.predicted.pixels), source="unet-test")
    assert labels_key(found, NETWORK) != labels_key(
        replace(found, predicted=other), NETWORK
    )


def test_sizes_by_a_network_are_flagged_with_its_name_and_its_notes(session):
    entries = measured_entries(session)
    measurement = session_measurement(session, [measure_entry(entries[0], NETWORK)])
    cautions = advise_session(measurement, session).cautions
    assert "On the CPU." in cautions
    assert any("unet-test found, not of a checked mask" in caution for caution in cautions)


def test_labels_of_another_shape_are_refused(entry_of, two_disks):
    small = Labels.parse(np.ones((3, 3), np.int32), source="unet-test")
    with pytest.raises(LabelImageError, match="same shape"):
        entry_of("a.tif", two_disks, predicted=small)
