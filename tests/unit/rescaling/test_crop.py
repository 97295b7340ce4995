"""One shape for all: every combination of cropping and padding."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import Image, ImageInfo, KnownPixelSize, Sample
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.rescaling.crop import CentredWindow, centre_crop_sample

SIDES = st.integers(1, 30)
KNOWN = KnownPixelSize(PixelSize.square(0.1), "typed in")


def test_an_image_too_low_and_too_wide_is_padded_and_cropped_around_the_centre():
    """The case in which upstream's `crop_with_padding` aligns to the left instead."""
    wide = np.arange(1, 13).reshape(2, 6)

    window = CentredWindow((2, 6), (4, 2))

    assert window.offset_px == (-1, 2)
    assert window.of(wide).tolist() == [[0, 0], [3, 4], [9, 10], [0, 0]]


@settings(deadline=None, max_examples=100)
@given(old=st.tuples(SIDES, SIDES), new=st.tuples(SIDES, SIDES))
def test_every_pixel_of_the_window_is_the_one_its_offset_names_or_zero(old, new):
    pixels = np.arange(1, old[0] * old[1] + 1).reshape(old)
    window = CentredWindow(old, new)

    cropped = window.of(pixels)

    assert cropped.shape == new
    for row in range(new[0]):
        for column in range(new[1]):
            at = row + window.offset_px[0], column + window.offset_px[1]
            inside = 0 <= at[0] < old[0] and 0 <= at[1] < old[1]
            assert cropped[row, column] == (pixels[at] if inside else 0)


@given(old=SIDES, new=SIDES)
def test_the_window_is_centred_to_half_a_pixel(old, new):
    offset = CentredWindow((old, old), (new, new)).offset_px[0]

    assert abs((offset + (new - 1) / 2) - (old - 1) / 2) <= 0.5


@given(old=st.tuples(SIDES, SIDES), more=st.tuples(SIDES, SIDES))
def test_padding_and_then_cropping_back_changes_nothing(old, more):
    pixels = np.random.default_rng(0).integers(0, 9, old)
    larger = (old[0] + more[0], old[1] + more[1])

    there = CentredWindow(old, larger).of(pixels)

    np.testing.assert_array_equal(CentredWindow(larger, old).of(there), pixels)


def test_image_and_labels_of_a_sample_get_the_same_window():
    pixels = np.arange(70 * 3, dtype=np.uint8).reshape(7, 10, 3)
    labels = Labels.parse(pixels[..., 0].astype(np.int32), source="mask.tif")
    info = ImageInfo("a.png", "PNG", "YXS", (7, 10, 3), "uint8", KNOWN, (), ())
    sample = Sample(Image.parse(pixels, name="a.png", known=KNOWN), info, labels)

    cropped = centre_crop_sample(sample, (9, 4))

    assert cropped.image.pixels.shape == (9, 4, 3)
    assert cropped.image.known == KNOWN
    np.testing.assert_array_equal(cropped.image.pixels[..., 0], cropped.labels.pixels)
    assert centre_crop_sample(sample.with_labels(None), (9, 4)).labels is None


def test_a_crop_without_pixels_is_refused():
    with pytest.raises(QuantityError, match="crop of 0 x 512 px has no pixels"):
        CentredWindow((100, 100), (0, 512))
