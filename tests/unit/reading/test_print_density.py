"""Dots per inch that are about paper, and those that are about the sample."""

import math

import pytest

from rescale4dl_core.reading.pixel_size import density_claim


@pytest.mark.parametrize("dpi", [1, 72, 96, 150, 300, 600, 1200, 2000])
def test_a_printing_density_per_inch_is_no_pixel_size(dpi):
    claim, remark = density_claim("TIFF resolution tag", 1 / dpi, 1 / dpi, "inch")
    assert claim is None
    assert f"says {dpi} dpi, a density for screens and printers" in remark


@pytest.mark.parametrize("dpi", [72, 96, 300, 600])
def test_a_printing_density_per_centimetre_is_no_pixel_size(dpi):
    length_cm = 2.54 / dpi
    assert density_claim("TIFF resolution tag", length_cm, length_cm, "cm")[0] is None


@pytest.mark.parametrize("um", [0.1, 0.65, 6.5])
def test_a_density_finer_than_print_is_a_pixel_size(um):
    for unit, length in (("inch", um / 25_400), ("cm", um / 10_000)):
        claim, remark = density_claim("TIFF resolution tag", length, length, unit)
        assert (claim.y, claim.unit, remark) == (length, unit, None)


def test_a_density_of_zero_says_nothing():
    assert density_claim("TIFF resolution tag", math.nan, math.nan, "cm") == (None, None)
