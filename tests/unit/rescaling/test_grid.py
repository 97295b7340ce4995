"""Where the new pixels lie: worked examples, and laws for any factor."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.grid import Grid

RATIOS = st.fractions(min_value=Fraction(1, 8), max_value=8, max_denominator=100)


def test_the_first_of_4x_coarser_pixels_is_centred_between_the_second_and_third_old_one():
    grid = Grid((16, 16), RescaleFactor.coarser(4))

    assert grid.old_from_new(0.0) == 1.5
    assert grid.new_from_old(1.5) == 0.0


def test_finer_pixels_start_a_quarter_of_an_old_pixel_before_its_centre():
    assert Grid((4, 4), RescaleFactor.finer(2)).old_from_new(0.0) == -0.25


def test_what_is_left_over_is_cropped_and_never_padded():
    assert Grid((17, 10), RescaleFactor.coarser(4)).shape == (4, 2)
    assert Grid((17, 10), RescaleFactor.coarser(2.5)).shape == (6, 4)
    assert Grid((17, 10), RescaleFactor.finer(1.41)).shape == (23, 14)


def test_a_typed_factor_is_exact_where_a_binary_fraction_is_not():
    # 1.1 as a binary float is a little more than 11/10, so that 110 / 1.1 < 100.
    assert Grid((110, 110), RescaleFactor.coarser(1.1)).shape == (100, 100)


def test_a_factor_that_leaves_no_pixel_is_refused_with_the_largest_that_fits():
    with pytest.raises(QuantityError, match=r"9x coarser .* 30 x 8 px.* factor of 8 or"):
        Grid((30, 8), RescaleFactor.coarser(9))


@given(ratio=RATIOS, n_old=st.integers(8, 500), position=st.floats(-10, 500))
def test_mapping_to_the_new_grid_and_back_is_the_identity(ratio, n_old, position):
    grid = Grid((n_old, n_old), RescaleFactor(ratio))

    assert grid.old_from_new(grid.new_from_old(position)) == pytest.approx(
        position, abs=1e-9
    )


@given(ratio=RATIOS, n_old=st.integers(8, 500))
def test_the_new_pixels_span_the_old_image_up_to_less_than_one_of_them(ratio, n_old):
    grid = Grid((n_old, n_old), RescaleFactor(ratio))

    left_over = n_old - grid.shape[0] * ratio
    assert 0 <= left_over < ratio
    assert grid.kept_px[0] == pytest.approx(float(n_old - left_over))
