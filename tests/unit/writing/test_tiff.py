"""Images and labels written as TIFF come back the same, pixel size included."""

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import OutputError
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.reading.image import read_image, read_info
from rescale4dl_core.reading.masks import read_labels
from rescale4dl_core.writing.image_tiff import write_image_tiff, write_labels_tiff

PIXELS = np.random.default_rng(4).integers(0, 200, (20, 30))
SIZE = PixelSize(0.21, 0.13, 0.5)
sides_um = st.floats(0.0011, 99.0)
in_one_folder = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out" / "image.tif"


@pytest.mark.parametrize(
    ("dtype", "format_name"),
    [
        ("uint8", "ImageJ TIFF"),
        ("uint16", "ImageJ TIFF"),
        ("float32", "ImageJ TIFF"),
        ("float16", "ImageJ TIFF"),
        ("int8", "OME-TIFF"),
        ("int16", "OME-TIFF"),
        ("int32", "OME-TIFF"),
        ("uint32", "OME-TIFF"),
        ("int64", "OME-TIFF"),
        ("float64", "OME-TIFF"),
    ],
)
def test_pixels_of_every_type_come_back_with_their_size(path, dtype, format_name):
    pixels = (PIXELS % 120).astype(dtype)
    write_image_tiff(path, pixels, SIZE)
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels, pixels)
    assert read_info(path).format == format_name
    assert image.pixel_size.y_um == pytest.approx(SIZE.y_um, rel=1e-6)
    assert image.pixel_size.x_um == pytest.approx(SIZE.x_um, rel=1e-6)
    assert image.pixel_size.z_um == SIZE.z_um


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_colours_come_back(path, dtype):
    colours = np.stack([PIXELS, PIXELS + 1, PIXELS + 2], -1).astype(dtype)
    write_image_tiff(path, colours, SIZE)
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels, colours)
    assert image.pixel_size.x_um == pytest.approx(SIZE.x_um, rel=1e-6)


def test_black_and_white_becomes_0_and_255(path):
    write_image_tiff(path, PIXELS > 100, None)
    np.testing.assert_array_equal(read_image(path).pixels, (PIXELS > 100) * 255)


def test_numbers_that_no_tiff_holds_are_refused(path):
    with pytest.raises(OutputError, match="values of type uint64 do not fit"):
        write_image_tiff(path, np.full((4, 4), 2**40, np.uint64), None)
    with pytest.raises(OutputError, match="values of type complex128"):
        write_image_tiff(path, np.zeros((4, 4), complex), None)
    assert not path.exists()


def test_fiji_finds_its_own_convention(path):
    """Fiji: pixels per unit in the resolution tags, the unit in the description."""
    write_image_tiff(path, PIXELS.astype(np.uint16), PixelSize(0.2, 0.1, 0.5))
    with tifffile.TiffFile(path) as tiff:
        tags = tiff.pages.first.tags
        assert tags["ResolutionUnit"].value == 1
        x, y = tags["XResolution"].value, tags["YResolution"].value
        assert (x[0] / x[1], y[0] / y[1]) == pytest.approx((10.0, 5.0))
        assert tiff.imagej_metadata["unit"] == "micron"
        assert tiff.imagej_metadata["spacing"] == 0.5
        assert tiff.pages.first.compression.name == "ADOBE_DEFLATE"


def test_an_unknown_pixel_size_stays_unknown(path):
    for pixels in (PIXELS.astype(np.uint8), PIXELS.astype(np.int32)):
        write_image_tiff(path, pixels, None, overwrite=True)
        assert read_info(path).known.size is None


@in_one_folder
@given(y_um=sides_um, ratio=st.floats(0.51, 1.9))
def test_any_pixel_size_survives(tmp_path, y_um, ratio):
    x_um = min(max(y_um * ratio, 0.0011), 99.0)
    for dtype in (np.uint8, np.int32):
        path = tmp_path / "size.tif"
        write_image_tiff(path, PIXELS.astype(dtype), PixelSize(y_um, x_um), overwrite=True)
        size = read_info(path).known.size
        assert (size.y_um, size.x_um) == pytest.approx((y_um, x_um), rel=1e-6)


@pytest.mark.parametrize("largest", [3, 65_535, 65_536, 2**31 - 1])
def test_labels_come_back_with_their_numbers(path, largest):
    pixels = np.zeros((20, 30), np.int64)
    pixels[2:6, 2:6], pixels[8:12, 8:12] = 2, largest
    labels = Labels.parse(pixels, source="test")
    write_labels_tiff(path, labels, SIZE)
    np.testing.assert_array_equal(read_labels(path).pixels, pixels)
    assert read_info(path).known.size.x_um == pytest.approx(SIZE.x_um, rel=1e-6)
    assert read_info(path).dtype == ("uint16" if largest <= 65_535 else "int32")
