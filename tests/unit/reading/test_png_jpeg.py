"""PNG and JPEG, written by Pillow and imagecodecs."""

import numpy as np
import pytest
from PIL import Image as Picture

from rescale4dl_core.errors import SelectionError
from rescale4dl_core.reading.image import read_image, read_info

COLOURS = np.random.default_rng(2).integers(0, 255, (20, 30, 3)).astype(np.uint8)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "picture.png"


def test_grey_of_8_and_16_bits_reads_as_stored(path, plane):
    for pixels in (plane, (plane % 250).astype(np.uint8)):
        Picture.fromarray(pixels).save(path)
        image = read_image(path)
        np.testing.assert_array_equal(image.pixels, pixels)
        assert str(image.pixels.dtype) == read_info(path).dtype == str(pixels.dtype)


def test_black_and_white_reads_as_zeros_and_ones(path, plane):
    Picture.fromarray(plane % 2 == 1).save(path)
    np.testing.assert_array_equal(read_image(path).pixels, plane % 2)


def test_colour_reads_as_stored(path):
    Picture.fromarray(COLOURS).save(path)
    info = read_info(path)
    assert (info.format, info.axes, info.shape) == ("PNG", "YXS", (20, 30, 3))
    np.testing.assert_array_equal(read_image(path).pixels, COLOURS)


def test_colour_of_16_bits_keeps_its_bits(path):
    import imagecodecs

    deep = COLOURS.astype(np.uint16) * 257 + 3
    path.write_bytes(imagecodecs.png_encode(deep))
    assert read_info(path).dtype == "uint16"
    np.testing.assert_array_equal(read_image(path).pixels, deep)


def test_transparency_is_left_out_with_a_note(path):
    alpha = np.full((20, 30, 1), 7, np.uint8)
    Picture.fromarray(np.concatenate([COLOURS, alpha], -1)).save(path)
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels, COLOURS)
    assert "transparency" in image.notes[0]
    grey_and_alpha = np.concatenate([COLOURS[..., :1], alpha], -1)
    Picture.fromarray(grey_and_alpha, "LA").save(path)
    np.testing.assert_array_equal(read_image(path).pixels, COLOURS[..., 0])


def test_a_palette_becomes_colour(path):
    picture = Picture.fromarray(COLOURS).quantize(16)
    picture.save(path)
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels, np.array(picture.convert("RGB")))
    assert "colour table" in image.notes[0]


def test_jpeg_reads_as_pillow_decodes_it(tmp_path):
    path = tmp_path / "picture.jpg"
    Picture.fromarray(COLOURS).save(path, quality=90)
    with Picture.open(path) as picture:
        np.testing.assert_array_equal(read_image(path).pixels, np.array(picture))
    assert read_info(path).format == "JPEG"


@pytest.mark.parametrize("name", ["picture.png", "picture.jpg"])
def test_dots_per_inch_are_no_pixel_size(tmp_path, name):
    path = tmp_path / name
    Picture.fromarray(COLOURS).save(path, dpi=(300, 300))
    known = read_info(path).known
    assert known.size is None
    assert "300 dpi, a density for screens and printers" in known.notes[0]


def test_the_first_bytes_decide_and_not_the_suffix(tmp_path):
    path = tmp_path / "really_a_png.tif"
    Picture.fromarray(COLOURS).save(path, format="PNG")
    assert read_info(path).format == "PNG"


def test_there_is_no_second_scene(path):
    Picture.fromarray(COLOURS).save(path)
    with pytest.raises(SelectionError, match="has one scene only"):
        read_info(path, scene=1)
