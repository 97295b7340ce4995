"""A sample: image, mask and pixel size put together."""

import math

import numpy as np
import pytest
import tifffile

from rescale4dl_core.errors import LabelImageError, QuantityError
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.reading.opened import Selection
from rescale4dl_core.reading.sample import read_sample

LABELS = np.zeros((20, 30), np.uint16)
LABELS[3:9, 3:9] = 1
LABELS[12:18, 15:22] = 2


def write(path, pixels, um=None, **metadata):
    resolution = None if um is None else (1 / um, 1 / um)
    unit = {} if um is None else {"unit": "um"}
    tifffile.imwrite(
        path, pixels, imagej=True, resolution=resolution, metadata={**unit, **metadata}
    )
    return path


@pytest.fixture
def image_path(tmp_path, plane):
    return write(tmp_path / "cells.tif", plane, um=0.2)


@pytest.fixture
def mask_path(tmp_path):
    return write(tmp_path / "cells_mask.tif", LABELS)


def test_an_image_alone_is_a_sample_without_labels(image_path, plane):
    sample = read_sample(image_path)
    np.testing.assert_array_equal(sample.image.pixels, plane)
    assert sample.labels is None
    assert sample.image.known.source == "ImageJ tag"
    assert sample.info.format == "ImageJ TIFF"


def test_image_and_mask_come_together(image_path, mask_path):
    sample = read_sample(image_path, mask_path)
    np.testing.assert_array_equal(sample.labels.pixels, LABELS)
    assert sample.labels.notes == ()


def test_a_mask_of_another_shape_is_refused_with_both_shapes(image_path, tmp_path):
    other = write(tmp_path / "other.tif", LABELS[:10])
    with pytest.raises(LabelImageError, match="10 x 30 px and cells"):
        read_sample(image_path, other)


def test_a_mask_of_another_pixel_size_is_used_with_a_note(image_path, tmp_path):
    other = write(tmp_path / "other.tif", LABELS, um=0.4)
    (note,) = read_sample(image_path, other).labels.notes
    assert note == (
        "other.tif: the mask says 0.4 µm per pixel and cells.tif says 0.2 µm. The image's "
        "size is used."
    )


def test_a_typed_pixel_size_replaces_the_one_of_the_file_and_says_so(image_path):
    known = read_sample(image_path, pixel_size_um=0.5).image.known
    assert (known.size, known.source) == (PixelSize(0.5, 0.5), "typed in")
    assert known.notes == (
        "The file says 0.2 µm per pixel (ImageJ tag); the 0.5 µm typed in is used.",
    )


def test_a_typed_pixel_size_leaves_the_distance_of_planes(tmp_path, ramp):
    path = write(tmp_path / "z.tif", ramp[0, :, 0], um=0.2, spacing=1.5, axes="ZYX")
    known = read_sample(path, selection=Selection(plane=1), pixel_size_um=0.2).image.known
    assert known.size == PixelSize(0.2, 0.2, 1.5)
    assert known.notes == ()


def test_a_typed_pixel_size_fills_in_for_a_file_without_one(mask_path, tmp_path, plane):
    path = write(tmp_path / "bare.tif", plane)
    assert read_sample(path, pixel_size_um=0.3).image.pixel_size == PixelSize(0.3, 0.3)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan])
def test_a_typed_pixel_size_that_is_none_is_refused_before_reading(tmp_path, value):
    with pytest.raises(QuantityError, match="must be a positive, finite number"):
        read_sample(tmp_path / "missing.tif", pixel_size_um=value)


def test_one_mask_serves_a_chosen_plane_of_a_stack(tmp_path, ramp, mask_path):
    path = write(tmp_path / "z.tif", ramp[0, :, 0], axes="ZYX")
    sample = read_sample(path, mask_path, selection=Selection(plane=2))
    np.testing.assert_array_equal(sample.image.pixels, ramp[0, 2, 0])
    np.testing.assert_array_equal(sample.labels.pixels, LABELS)


def test_a_stack_of_masks_is_read_at_the_plane_of_the_image(tmp_path, ramp):
    path = write(tmp_path / "z.tif", ramp[0, :, 0], axes="ZYX")
    stack = np.stack([LABELS, LABELS[::-1], LABELS[:, ::-1]])
    masks = write(tmp_path / "masks.tif", stack, axes="ZYX")
    sample = read_sample(path, masks, selection=Selection(plane=1))
    np.testing.assert_array_equal(sample.labels.pixels, LABELS[::-1])
