"""The one rule for pixel sizes: nothing missing, absurd or contradictory is used."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.reading.pixel_size import (
    PixelSizeClaim,
    resolve_pixel_size,
    same_size,
    typed_pixel_size,
)

plausible_um = st.floats(0.0011, 99.0)


def claim(y, x, unit="µm", z=None, source="OME-XML"):
    return PixelSizeClaim(source, y, x, z, unit)


def test_a_plain_claim_is_used_with_its_source():
    known = resolve_pixel_size([claim(0.2, 0.2, z=0.5)])
    assert known.size == PixelSize(0.2, 0.2, 0.5)
    assert known.source == "OME-XML"
    assert known.notes == ()


@pytest.mark.parametrize(
    ("value", "unit"),
    [(200, "nm"), (2e-4, "mm"), (2e-5, "cm"), (2e-7, "m"), (0.2 / 25_400, "inch")],
)
def test_every_unit_is_converted_to_micrometres(value, unit):
    size = resolve_pixel_size([claim(value, value, unit)]).size
    assert size.y_um == pytest.approx(0.2)


def test_no_claim_is_unknown_and_says_so():
    known = resolve_pixel_size([])
    assert known.size is None
    assert known.source == "unknown"
    assert known.notes == (
        "The file does not say how large its pixels are.",
        "Type the pixel size in to get lengths in µm.",
    )


def test_a_claim_without_values_is_no_claim():
    assert "does not say" in resolve_pixel_size([claim(None, None)]).notes[0]


@pytest.mark.parametrize("value", [0.0, -0.2, math.nan, math.inf])
def test_a_size_that_is_no_size_is_refused_with_a_note(value):
    known = resolve_pixel_size([claim(value, value)])
    assert known.size is None
    assert "which is no size" in known.notes[0]


@pytest.mark.parametrize("value", [0.0009, 101.0, 352.8])
def test_a_size_outside_1_nm_to_100_um_is_taken_for_a_mistake(value):
    known = resolve_pixel_size([claim(value, value)])
    assert known.size is None
    assert "outside 1 nm to 100 µm" in known.notes[0]


@pytest.mark.parametrize("value", [0.001, 100.0])
def test_the_limits_themselves_are_believed(value):
    assert resolve_pixel_size([claim(value, value)]).size is not None


def test_a_size_with_a_unit_that_is_no_length_is_not_used():
    known = resolve_pixel_size([claim(1.0, 1.0, "pixel")])
    assert known.size is None
    assert "is 1 with the unit 'pixel', which is no length" in known.notes[0]


def test_a_width_without_a_height_is_not_used():
    known = resolve_pixel_size([claim(None, 0.2)])
    assert known.size is None
    assert known.notes[0] == (
        "The width of a pixel is in the file (OME-XML), its height is not."
    )


def test_sides_that_differ_more_than_twofold_are_taken_for_a_mistake():
    known = resolve_pixel_size([claim(0.1, 1.0)])
    assert known.size is None
    assert "0.1 x 1 µm (height x width); sides so different" in known.notes[0]


def test_pixels_that_are_not_square_are_used_with_a_note():
    known = resolve_pixel_size([claim(0.2, 0.3)])
    assert known.size == PixelSize(0.2, 0.3)
    assert known.notes == ("The pixels are not square: 0.2 x 0.3 µm.",)


def test_two_claims_that_contradict_each_other_are_both_left_out():
    known = resolve_pixel_size(
        [claim(0.65, 0.65), claim(0.1, 0.1, source="TIFF resolution tag")]
    )
    assert known.size is None
    assert known.source == "unknown"
    assert known.notes[0] == (
        "The file contradicts itself: a pixel is 0.65 µm by its OME-XML, 0.1 µm by its "
        "TIFF resolution tag. Neither is used."
    )


def test_two_claims_that_agree_within_one_percent_give_the_first():
    known = resolve_pixel_size([claim(0.65, 0.65), claim(0.6501, 0.6499, source="tag")])
    assert known.size == PixelSize(0.65, 0.65)
    assert known.source == "OME-XML"


def test_a_broken_claim_does_not_stand_in_the_way_of_a_good_one():
    known = resolve_pixel_size([claim(0.0, 0.0), claim(0.2, 0.2, source="tag")])
    assert known.size == PixelSize(0.2, 0.2)
    assert known.source == "tag"
    assert "which is no size" in known.notes[0]


def test_exactly_one_micrometre_is_used_and_doubted():
    known = resolve_pixel_size([claim(1.0, 1.0)])
    assert known.size == PixelSize(1.0, 1.0)
    assert "often writes when it does not know" in known.notes[0]


def test_a_bad_distance_of_planes_is_left_out_with_a_note():
    known = resolve_pixel_size([claim(0.2, 0.2, z=0.0)])
    assert known.size == PixelSize(0.2, 0.2)
    assert "distance between planes in the file (OME-XML) is 0 µm" in known.notes[0]


def test_units_may_differ_from_axis_to_axis():
    mixed = PixelSizeClaim.per_axis(
        "OME-XML", {"Y": (200.0, "nm"), "X": (0.2, "µm"), "Z": (0.0005, "mm")}
    )
    size = resolve_pixel_size([mixed]).size
    assert (size.y_um, size.x_um, size.z_um) == pytest.approx((0.2, 0.2, 0.5))


@given(y=plausible_um, ratio=st.floats(0.6, 1.6), unit=st.sampled_from(["nm", "µm", "mm"]))
def test_the_unit_does_not_change_what_is_decided(y, ratio, unit):
    um = {"nm": 1e-3, "µm": 1.0, "mm": 1e3}[unit]
    x = min(max(y * ratio, 0.0011), 99.0)
    in_unit = resolve_pixel_size([claim(y / um, x / um, unit)]).size
    assert same_size(in_unit, resolve_pixel_size([claim(y, x)]).size)


@given(first=plausible_um, second=plausible_um)
def test_a_contradiction_does_not_depend_on_the_order(first, second):
    one, two = claim(first, first), claim(second, second, source="tag")
    there, back = resolve_pixel_size([one, two]), resolve_pixel_size([two, one])
    assert (there.size is None) == (back.size is None)


def test_a_typed_size_is_square_and_says_that_it_was_typed():
    known = typed_pixel_size(0.3)
    assert known.size == PixelSize(0.3, 0.3)
    assert known.source == "typed in"
    assert known.notes == ()


def test_a_typed_size_may_have_three_sides():
    assert typed_pixel_size(0.3, 0.2, 1.0).size == PixelSize(0.3, 0.2, 1.0)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_a_typed_size_that_is_no_size_is_refused(value):
    with pytest.raises(QuantityError, match="must be a positive, finite number"):
        typed_pixel_size(value)


def test_a_typed_size_that_looks_like_nanometres_is_used_and_doubted():
    known = typed_pixel_size(250.0)
    assert known.size == PixelSize(250.0, 250.0)
    assert "Check that it was typed in µm" in known.notes[0]
