"""The error that outlines add to a diameter, on squares that are known."""

import numpy as np
import pytest

from rescale4dl_core.labels import Labels
from rescale4dl_core.study.size_error import size_error


def _squares(*sides):
    pixels = np.zeros((40, 40 * len(sides)), np.int32)
    for index, side in enumerate(sides):
        column = 40 * index + 4
        pixels[4 : 4 + side, column : column + side] = index + 1
    return Labels.parse(pixels, source="squares")


def test_the_diameter_of_a_square_errs_as_its_side_does():
    """Sides of 20 found as 18 or 22: -10 and +10 %, in equal numbers."""
    truth, found = _squares(*[20] * 12), _squares(*[18, 22] * 6)
    error = size_error([(truth, found)], 1.0)
    assert error.bias_percent == pytest.approx(0, abs=1e-9)
    assert error.scatter_percent == pytest.approx(10 * np.sqrt(12 / 11))
    assert error.n_objects == 12


def test_coarser_pixels_count_for_their_area():
    truth = _squares(*[16] * 12)
    coarse = Labels.parse(truth.pixels[::2, ::2], source="coarse")
    error = size_error([(truth, coarse)], 2.0)
    assert (error.bias_percent, error.scatter_percent) == pytest.approx((0, 0))


def test_missed_objects_have_no_size_and_few_found_ones_no_scatter():
    truth, found = _squares(*[20] * 12), _squares(*[20] * 12)
    some = np.where(found.pixels <= 9, found.pixels, 0)
    assert size_error([(truth, Labels.parse(some, source="nine"))], 1.0) is None
    assert size_error([], 1.0) is None
    both = Labels.parse(np.where(found.pixels <= 5, found.pixels, 0), source="five")
    assert size_error([(truth, both), (truth, found)], 1.0).n_objects == 17
