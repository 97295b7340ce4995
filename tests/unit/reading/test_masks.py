"""Masks of every kind that biologists have, and those that are none."""

import numpy as np
import pytest
import tifffile
from PIL import Image as Picture

from rescale4dl_core.errors import LabelImageError, SelectionError
from rescale4dl_core.reading.masks import read_labels
from rescale4dl_core.reading.opened import Selection


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mask.tif"


@pytest.fixture
def squares():
    """Nine squares of 4 x 4 px, 3 px apart, numbered from 1."""
    labels = np.zeros((24, 24), np.uint8)
    for number in range(9):
        row, column = 2 + 7 * (number // 3), 2 + 7 * (number % 3)
        labels[row : row + 4, column : column + 4] = number + 1
    return labels


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32", "uint32", "int64"])
def test_instance_labels_of_any_integer_type_stay_as_they_are(path, squares, dtype):
    tifffile.imwrite(path, squares.astype(dtype))
    labels = read_labels(path)
    np.testing.assert_array_equal(labels.pixels, squares)
    assert labels.source == "mask.tif"
    assert labels.notes == ()


@pytest.mark.parametrize("value", [1, 255])
def test_a_binary_mask_is_split_into_its_pieces_with_a_note(path, squares, value):
    tifffile.imwrite(path, (squares > 0).astype(np.uint8) * np.uint8(value))
    labels = read_labels(path)
    assert labels.pixels.max() == 9
    np.testing.assert_array_equal(labels.pixels > 0, squares > 0)
    assert f"only value besides 0 is {value}" in labels.notes[0]
    assert "split into 9 connected pieces" in labels.notes[0]


def test_a_black_and_white_png_is_a_binary_mask(tmp_path, squares):
    Picture.fromarray(squares > 0).save(tmp_path / "mask.png")
    assert read_labels(tmp_path / "mask.png").pixels.max() == 9


def test_pieces_that_touch_at_a_corner_are_one_object(path):
    tifffile.imwrite(path, np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0]], np.uint8))
    labels = read_labels(path)
    assert labels.pixels.max() == 1
    assert labels.notes == ()


def test_a_mask_stored_as_grey_colour_is_read_with_a_note(tmp_path, squares):
    Picture.fromarray(np.stack([squares] * 3, -1)).save(tmp_path / "mask.png")
    labels = read_labels(tmp_path / "mask.png")
    np.testing.assert_array_equal(labels.pixels, squares)
    assert "its channels are all equal" in labels.notes[0]


def test_a_palette_mask_is_read_by_its_indices(tmp_path, squares):
    picture = Picture.fromarray(squares)
    picture.putpalette(list(range(255, -1, -1)) * 3)
    picture.save(tmp_path / "mask.png")
    labels = read_labels(tmp_path / "mask.png")
    np.testing.assert_array_equal(labels.pixels, squares)
    assert "its indices are the labels" in labels.notes[0]


def test_outlines_drawn_on_the_image_are_refused_with_advice(tmp_path, squares):
    drawn = np.stack([squares * 20, squares * 10, squares], -1)
    Picture.fromarray(drawn).save(tmp_path / "outlines.png")
    with pytest.raises(LabelImageError) as error:
        read_labels(tmp_path / "outlines.png")
    assert "outlines or colours drawn over the image" in str(error.value)
    assert "Export the label image itself" in str(error.value)


def test_labels_stored_as_decimals_are_refused_with_the_remedy(path, squares):
    tifffile.imwrite(path, squares.astype(np.float32))
    with pytest.raises(LabelImageError, match=r"whole numbers .* Save the mask as 16-bit"):
        read_labels(path)


def test_probabilities_are_refused(path, squares):
    tifffile.imwrite(path, squares.astype(np.float32) / 9)
    with pytest.raises(LabelImageError, match="It may be a probability map"):
        read_labels(path)


def test_negative_labels_are_refused(path, squares):
    tifffile.imwrite(path, squares.astype(np.int16) - 1)
    with pytest.raises(LabelImageError, match="the smallest is -1"):
        read_labels(path)


def test_a_mask_without_an_object_is_refused(path, squares):
    tifffile.imwrite(path, np.zeros_like(squares))
    with pytest.raises(LabelImageError, match="so the mask holds no object"):
        read_labels(path)


def test_a_mask_of_five_axes_asks_which_plane(path, ramp):
    tifffile.imwrite(path, ramp, imagej=True, metadata={"axes": "TZCYX"})
    with pytest.raises(SelectionError, match=r"channel .* plane .* time"):
        read_labels(path)


def test_a_plane_of_a_label_stack_can_be_chosen(path, squares):
    tifffile.imwrite(path, np.stack([squares, squares.T]), metadata={"axes": "ZYX"})
    labels = read_labels(path, Selection(plane=1))
    np.testing.assert_array_equal(labels.pixels, squares.T)


def test_a_jpeg_cannot_hold_labels(tmp_path, squares):
    Picture.fromarray(squares).save(tmp_path / "mask.jpg")
    with pytest.raises(LabelImageError, match="JPEG changes the values"):
        read_labels(tmp_path / "mask.jpg")


def test_a_binary_mask_with_blurred_edges_is_refused(path, squares):
    from scipy import ndimage

    blurred = ndimage.gaussian_filter(np.kron(squares > 0, np.ones((15, 15))) * 255.0, 1)
    tifffile.imwrite(path, np.round(blurred).astype(np.uint8))
    with pytest.raises(LabelImageError, match="binary mask with blurred edges"):
        read_labels(path)


def test_an_image_taken_for_a_mask_is_refused(path):
    image = np.random.default_rng(3).poisson(40, (64, 64)).astype(np.uint8)
    tifffile.imwrite(path, image)
    with pytest.raises(LabelImageError, match="as grey levels of an image do"):
        read_labels(path)


def test_classes_are_read_with_a_warning(path, squares):
    tifffile.imwrite(path, np.where(squares > 0, 1 + squares % 2, 0).astype(np.uint8))
    labels = read_labels(path)
    assert set(np.unique(labels.pixels)) == {0, 1, 2}
    assert "look like classes" in labels.notes[0]


def test_a_few_objects_cut_into_parts_are_no_classes(path, squares):
    cut = squares.copy()
    cut[3, :] = 0
    tifffile.imwrite(path, cut)
    assert read_labels(path).notes == ()
