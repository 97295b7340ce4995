"""The scale bar is as long as it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.pictures.scale_bar import (
    round_length_below,
    scale_bar_of,
    with_scale_bar,
)
from rescale4dl_core.pictures.view import view_of
from rescale4dl_core.quantities import PixelSize


def view(side_px, side_um):
    size = None if side_um is None else PixelSize.square(side_um)
    black = np.zeros((side_px, side_px), np.uint8)
    black[0, 0] = 1
    image = Image.parse(black, name="a", known=KnownPixelSize(size, "test"))
    return view_of(image, max_side_px=side_px)


@pytest.mark.parametrize(
    ("side_um", "label", "length_px"),
    [
        (0.5, "50 µm", 100),
        (0.001, "100 nm", 100),
        (20.0, "2 mm", 100),
        (None, "100 px", 100),
    ],
)
def test_the_bar_is_as_long_as_it_says(side_um, label, length_px):
    bar = scale_bar_of(view(500, side_um))
    assert bar.label == label
    assert bar.length_view_px == pytest.approx(length_px)


def test_the_bar_lies_along_the_rows_so_the_width_of_a_pixel_counts():
    known = KnownPixelSize(PixelSize(y_um=5.0, x_um=0.5), "test")
    image = Image.parse(np.eye(500), name="a", known=known)
    assert scale_bar_of(view_of(image, max_side_px=500)).label == "50 µm"


def test_the_bar_is_drawn_at_that_length():
    pixels = with_scale_bar(view(500, 0.5)).pixels
    white = (pixels == 255).all(axis=2)
    assert white.sum(axis=1).max() == 100


def test_the_rest_of_the_picture_stays_as_it_was():
    before = view(500, 0.5)
    after = with_scale_bar(before).pixels
    np.testing.assert_array_equal(after[:400], before.pixels[:400])
    assert not after.flags.writeable


@given(st.floats(1e-4, 1e6))
def test_the_round_length_is_the_largest_that_fits(longest):
    length = round_length_below(longest)
    assert length <= longest * (1 + 1e-12)
    assert 2.5 * length > longest * (1 - 1e-12)
    assert f"{length:e}"[0] in "125"


def test_a_tiny_picture_still_gets_its_bar():
    assert with_scale_bar(view(8, 1.0)).shape == (8, 8)
