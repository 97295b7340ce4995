"""What the answer gains, in sentences with their numbers."""

import pytest

from rescale4dl_core.advice.recommend import gain_sentences
from rescale4dl_core.quantities import PixelSize


def test_going_coarser_gains_in_all_three():
    objects, storage, light = gain_sentences(2.5, PixelSize.square(0.2))
    assert "each field shows 6.25x the area, so 6.25x the objects" in objects
    assert "Binning keeps the field, so it gains none" in objects
    assert "1/6.25 of the bytes" in storage
    assert "8 MB per mm² and image instead of 50 MB at 16 bit" in storage  # 25e6 px x 2
    assert "1/6.25 of the light on the sample" in light
    assert "1/2.5 of it for faint ones" in light


def test_going_finer_costs_in_all_three_and_cannot_be_binned():
    objects, storage, light = gain_sentences(0.5)
    assert "1/4 of the objects" in objects
    assert storage == "Storage: 4x the bytes for the same area."
    assert "4x the light" in light
    assert not any("Binning" in text or "binning" in text for text in (objects, light))


def test_8_bit_images_take_half_the_storage():
    *_, storage, _ = gain_sentences(2, PixelSize.square(1), bytes_per_pixel=1)
    assert "0.25 MB per mm² and image instead of 1 MB at 8 bit" in storage


@pytest.mark.parametrize("pixel_size", [None, PixelSize.square(0.1)])
def test_keeping_changes_nothing(pixel_size):
    assert len(gain_sentences(1.0, pixel_size)) == 1
