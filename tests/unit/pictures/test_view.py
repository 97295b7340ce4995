"""A picture fits the screen and knows the way back to the image."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.pictures.view import Zoom, block_means, view_of
from rescale4dl_core.quantities import PixelSize


def image_of(pixels, side_um=None):
    size = None if side_um is None else PixelSize.square(side_um)
    return Image.parse(np.asarray(pixels), name="a", known=KnownPixelSize(size, "test"))


def test_a_large_image_is_shrunk_by_whole_blocks_and_its_scale_follows():
    view = view_of(image_of(np.zeros((100, 250)), side_um=0.5), max_side_px=100)
    assert view.shape == (33, 83)
    assert view.image_px_per_view_px == 3
    assert view.um_per_view_px == pytest.approx(1.5)


def test_a_small_image_is_enlarged_by_repeating_pixels():
    view = view_of(image_of([[0, 100], [100, 0]], side_um=0.5), max_side_px=7)
    grey = view.pixels[..., 0]
    assert grey.tolist() == np.kron([[0, 255], [255, 0]], np.ones((3, 3))).tolist()
    assert view.um_per_view_px == pytest.approx(0.5 / 3)


def test_contrast_runs_from_black_to_white_whatever_the_dtype():
    ramp = np.linspace(1000, 3000, 1000).reshape(20, 50)
    for dtype in (np.uint16, np.float32, np.int32):
        pixels = view_of(image_of(ramp.astype(dtype))).pixels
        assert (pixels.min(), pixels.max()) == (0, 255)


def test_one_hot_pixel_does_not_darken_the_picture():
    pixels = np.linspace(100, 200, 10_000).reshape(100, 100)
    pixels[0, 0] = 1e6
    assert view_of(image_of(pixels)).pixels.mean() == pytest.approx(127, abs=5)


def test_a_constant_image_is_shown_in_middle_grey():
    assert set(view_of(image_of(np.full((5, 5), 7))).pixels.ravel().tolist()) == {128}


def test_colours_of_8_bit_images_are_not_touched():
    rgb = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
    np.testing.assert_array_equal(view_of(image_of(rgb), max_side_px=3).pixels, rgb)


def test_a_picture_of_unknown_pixel_size_has_no_size_either():
    assert view_of(image_of(np.eye(4))).um_per_view_px is None


zooms = st.builds(Zoom, st.integers(1, 9), st.floats(0, 100), st.floats(0, 100))


@given(rows=st.integers(1, 3000), columns=st.integers(1, 3000), zoom=zooms)
@settings(deadline=None, max_examples=30)
def test_a_click_finds_the_point_of_the_image_that_the_picture_shows(rows, columns, zoom):
    view = view_of(image_of(np.zeros((rows, columns), np.uint8)), zoom=zoom, max_side_px=99)
    wanted = view.origin_px[0] + 0.3, view.origin_px[1] + 0.6
    seen = view.view_point_px(*wanted)
    shown_rows, shown_columns = 0.37 * view.shape[0], 0.37 * view.shape[1]
    found = view.image_point_px(
        (seen[0] + 0.5) * 0.37,
        (seen[1] + 0.5) * 0.37,
        shown_rows=shown_rows,
        shown_columns=shown_columns,
    )
    assert found == pytest.approx(wanted, abs=1e-6)


@given(rows=st.integers(1, 500), columns=st.integers(1, 500), zoom=zooms)
def test_a_part_lies_within_the_image(rows, columns, zoom):
    for window, length in zip(
        zoom.window_px((rows, columns)), (rows, columns), strict=True
    ):
        assert 0 <= window.start < window.stop <= length


def test_a_part_shows_its_own_pixels_and_knows_where_they_are():
    pixels = np.zeros((80, 80))
    pixels[60:, :20] = 50
    view = view_of(image_of(pixels), zoom=Zoom(4, 100, 0), max_side_px=20)
    assert view.origin_px == (60, 0)
    assert (view.pixels == 128).all()
    assert view_of(image_of(pixels), zoom=Zoom(4, 0, 0), max_side_px=20).origin_px == (0, 0)


@given(side=st.integers(1, 9), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=25)
def test_block_means_equal_those_of_numpy(side, seed):
    pixels = np.random.default_rng(seed).integers(0, 60_000, (31, 43)).astype(np.uint16)
    rows, columns = 31 // side, 43 // side
    blocks = pixels[: rows * side, : columns * side].reshape(rows, side, columns, side)
    np.testing.assert_allclose(block_means(pixels, side), blocks.mean((1, 3)), rtol=1e-5)


def test_block_means_keep_colours_apart():
    rgb = np.zeros((4, 4, 3), np.uint8)
    rgb[..., 1] = 80
    np.testing.assert_array_equal(block_means(rgb, 2), np.full((2, 2, 3), [0, 80, 0]))


def test_a_thin_image_keeps_a_row():
    assert view_of(image_of(np.zeros((2, 900))), max_side_px=100).shape == (1, 100)
