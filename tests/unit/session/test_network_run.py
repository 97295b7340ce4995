"""A network on the images of a session."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.errors import LabelImageError
from rescale4dl_core.images import Image
from rescale4dl_core.inference.network import network_from_bytes
from rescale4dl_core.labels import Labels
from rescale4dl_core.session.choices import Choices, ObjectSource
from rescale4dl_core.session.model import Session
from rescale4dl_core.session.network_run import (
    find_in,
    image_kind,
    measurement_of,
    with_found,
)
from tests.small_networks import MEAN_SPEC, mean_filter


@pytest.fixture(scope="module")
def network():
    """Return a network that finds what is bright."""
    return network_from_bytes("bright", mean_filter(3), MEAN_SPEC)


def test_every_image_is_run_and_measured(entry_of, two_disks, network):
    entries = [entry_of(name, two_disks) for name in ("a.tif", "b.tif")]
    reports = []
    found = find_in(entries, network, progress=lambda f, m, /: reports.append((f, m)))
    assert [one.prediction.n_objects for one in found] == [2, 2]
    assert [len(one.table) for one in found] == [2, 2]
    assert [f for f, _ in reports] == sorted(f for f, _ in reports)
    assert reports[-1][1].startswith("Image 2 of 2")


def test_the_sizes_are_those_of_the_disks(entry_of, two_disks, network):
    entry = entry_of("a.tif", two_disks, side_um=0.5)
    (found,) = find_in([entry], network)
    measurement = measurement_of(found, entry.sample.image, Choices())
    assert measurement.diameter_px == pytest.approx(30, rel=0.05)
    assert measurement.diameter_um == pytest.approx(15, rel=0.05)


def test_no_object_is_told_instead_of_a_size(entry_of, network):
    entry = entry_of("flat.tif", Labels.parse(np.zeros((64, 64), np.int32), source="none"))
    flat = entry.sample.image.pixels * 0
    found = find_in([_with_pixels(entry, flat)], network)[0]
    with pytest.raises(LabelImageError):
        measurement_of(found, entry.sample.image, Choices())


def test_what_was_found_becomes_the_objects_of_its_image_only(entry_of, two_disks):
    first, second = entry_of("a.tif", two_disks), entry_of("bc.tif", two_disks)
    session = with_found(Session((first, second)), {first.sample.image.digest(): two_disks})
    assert session.choices.object_source is ObjectSource.NETWORK
    assert [entry.predicted for entry in session.entries] == [two_disks, None]


@pytest.mark.parametrize(("sign", "bright"), [(1, True), (-1, False)])
def test_bright_and_dark_objects_are_told_apart(entry_of, two_disks, sign, bright):
    entry = entry_of("a.tif", two_disks)
    image = _with_pixels(entry, sign * entry.sample.image.pixels).sample.image
    kind = image_kind(image, two_disks)
    assert (kind.is_rgb, kind.objects_are_bright) == (False, bright)


def test_without_objects_or_contrast_brightness_is_not_known(entry_of, two_disks):
    image = entry_of("a.tif", shape=two_disks.shape).sample.image
    assert image_kind(image, None).objects_are_bright is None
    assert image_kind(image, two_disks).objects_are_bright is None


def _with_pixels(entry, pixels):
    image = Image.parse(
        pixels, name=entry.sample.image.name, known=entry.sample.image.known
    )
    return replace(entry, sample=replace(entry.sample, image=image))
