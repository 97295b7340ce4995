"""What objects look like: contrast and crowding of squares that are known."""

import numpy as np
import pytest

from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.labels import Labels
from rescale4dl_core.study.object_facts import facts_of_objects


def _image(pixels):
    return Image.parse(pixels, name="cells", known=KnownPixelSize(None, "unknown"))


@pytest.fixture
def facts(measured, sample_of):
    def build(labels, pixels):
        measurement = measured([sample_of(labels)])
        return facts_of_objects([(_image(pixels), labels)], measurement)

    return build


def test_bright_objects_on_dark_fill_the_range_and_dark_ones_the_other_way(facts, squares):
    bright = np.where(squares.pixels > 0, 1000, 100).astype(np.uint16)
    assert facts(squares, bright).contrast == pytest.approx(1)
    assert facts(squares, 1100 - bright).contrast == pytest.approx(-1)


def test_contrast_is_a_share_of_the_range_of_the_whole_image(facts, squares):
    pixels = np.where(squares.pixels > 0, 500, 100).astype(np.uint16)
    pixels[0, :] = 900  # dust: 0.8 % of the pixels, above the 99.8th percentile's reach
    assert facts(squares, pixels).contrast == pytest.approx(0.5, abs=0.01)


def test_gradients_over_the_field_do_not_count_as_contrast(facts, squares):
    ramp = np.tile(np.linspace(0, 1000, 128), (128, 1)).astype(np.float32)
    assert abs(facts(squares, ramp).contrast) < 0.02


def test_an_even_image_has_no_contrast(facts, squares):
    assert facts(squares, np.full((128, 128), 7, np.uint8)).contrast == 0


def test_crowded_are_objects_that_nearly_touch(facts):
    """Squares of 16 px are 18 px across by Eq. 1: near is less than 1.8 px."""
    pixels = np.zeros((128, 128), np.int32)
    for index, column in enumerate((10, 27, 60, 80)):  # gaps of 1, 17 and 4 px
        pixels[40:56, column : column + 16] = index + 1
    labels = Labels.parse(pixels, source="four")
    found = facts(labels, (pixels > 0).astype(np.uint8))
    assert found.crowding_percent == 50
    assert found.diameter_px == pytest.approx(2 * 16 / np.sqrt(np.pi))


def test_rods_are_elongated_and_squares_are_not(facts, squares):
    rods = np.zeros((128, 128), np.int32)
    for index in range(6):
        rods[10 + 20 * index : 18 + 20 * index, 20:84] = index + 1
    labels = Labels.parse(rods, source="rods")
    long = facts(labels, (rods > 0).astype(np.uint8)).elongation
    compact = facts(squares, (squares.pixels > 0).astype(np.uint8)).elongation
    circle_over_width = 2 * np.sqrt(8 * 64 / np.pi) / 8
    assert long == pytest.approx(circle_over_width, rel=0.15)
    assert compact < 1.4


def test_without_outlines_there_are_no_facts(measured, sample_of, squares):
    empty = Labels.parse(np.zeros((128, 128), np.int32), source="empty")
    image = _image(np.zeros((128, 128), np.uint8))
    assert facts_of_objects([(image, empty)], measured([sample_of(squares)])) is None
