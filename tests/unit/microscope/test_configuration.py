"""One objective with one camera, worked by hand."""

import math

import pytest

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.configuration import Configuration
from rescale4dl_core.microscope.light import Light
from rescale4dl_core.microscope.objective import Objective

LENS = Objective("Plan Apo", 20, 0.75, field_number_mm=25, tube_lens_mm=200)
SCMOS = Camera("sCMOS", 6.5, 2048, 2048)


def test_the_pixel_on_the_sample_is_pitch_times_binning_over_all_magnifications():
    assert Configuration(LENS, SCMOS).pixel_um == pytest.approx(0.325)
    assert Configuration(LENS, SCMOS, 2).pixel_um == pytest.approx(0.65)
    assert Configuration(LENS, SCMOS, 2, relay=0.5).pixel_um == pytest.approx(1.3)


def test_the_tube_lens_of_another_maker_changes_the_magnification():
    """A Nikon 20x (200 mm) on a Zeiss stand (165 mm) magnifies 16.5 times."""
    on_zeiss = Configuration(LENS, SCMOS, tube_lens_mm=165)
    assert on_zeiss.total_magnification == pytest.approx(16.5)
    assert on_zeiss.pixel_um == pytest.approx(6.5 / 16.5)
    unknown = Objective("20x", 20, 0.75)
    assert Configuration(unknown, SCMOS, tube_lens_mm=165).total_magnification == 20


def test_a_chip_inside_the_field_circle_is_seen_whole():
    """2048 x 6.5 um = 13.3 mm, 18.8 mm across the corners: inside 25 mm."""
    whole = Configuration(LENS, SCMOS)
    assert whole.seen == 1
    assert whole.field_um == pytest.approx((665.6, 665.6))
    assert whole.image_px == (2048, 2048)


def test_a_larger_chip_is_cut_to_what_lies_in_the_circle():
    """3200 x 6.5 um = 20.8 mm, 29.4 mm across: of a 25 mm circle a square of 17.7 mm."""
    large = Configuration(LENS, Camera("large", 6.5, 3200, 3200))
    side_um = 25_000 / math.sqrt(2) / 20
    assert large.field_um == pytest.approx((side_um, side_um))
    assert large.image_px == (2719, 2719)
    assert math.hypot(*large.field_um) == pytest.approx(25_000 / 20)
    wide = Configuration(LENS, Camera("wide", 10, 1500, 4000))
    height_um, width_um = wide.field_um
    assert width_um / height_um == pytest.approx(4000 / 1500)
    assert math.hypot(height_um, width_um) == pytest.approx(1250)


def test_an_assumed_field_number_holds_only_where_none_is_known():
    unknown = Objective("old", 20, 0.75)
    camera = Camera("large", 6.5, 3200, 3200)
    assert Configuration(unknown, camera).seen == 1
    assumed = Configuration(unknown, camera, assumed_field_number_mm=22)
    assert assumed.circle_um == pytest.approx(1100)
    assert Configuration(LENS, camera, assumed_field_number_mm=22).circle_um == 1250


def test_binning_keeps_the_field_and_a_lower_magnification_enlarges_it():
    one, binned = Configuration(LENS, SCMOS), Configuration(LENS, SCMOS, 2)
    lower = Configuration(Objective("10x", 10, 0.45), SCMOS)
    assert binned.field_um == one.field_um
    assert binned.image_px == (1024, 1024)
    assert lower.pixel_um == binned.pixel_um
    assert lower.field_um == pytest.approx((2 * 665.6, 2 * 665.6))


def test_depth_of_field_has_a_wave_part_and_a_pixel_part():
    """Wave n lambda / NA^2 and pixel n e / (M NA): 0.924 + 0.433 um for 20x/0.75."""
    depth_um = Configuration(LENS, SCMOS).depth_of_field_um(520)
    assert depth_um == pytest.approx(0.52 / 0.5625 + 6.5 / (20 * 0.75))
    assert Configuration(Objective("?", 20), SCMOS).depth_of_field_um() is None


def test_sampling_is_told_against_nyquist():
    """520 nm / (4 x 0.75) = 173.3 nm, and 325 nm is 1.875 times that."""
    assert Configuration(LENS, SCMOS).nyquist_ratio(Light()) == pytest.approx(1.875)
    assert Configuration(Objective("?", 20), SCMOS).nyquist_ratio(Light()) is None


def test_light_reaches_the_field_circle_or_the_circle_round_the_chip():
    assert Configuration(LENS, SCMOS).lit_area_um2 == pytest.approx(math.pi / 4 * 1250**2)
    bare = Configuration(Objective("?", 20), SCMOS)
    assert bare.lit_area_um2 == pytest.approx(math.pi / 2 * 665.6**2)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"binning": 0}, "binning must be a whole number"),
        ({"binning": 1.5}, "binning must be a whole number"),
        ({"relay": 0}, "relay lens"),
        ({"tube_lens_mm": -1}, "tube lens"),
        ({"assumed_field_number_mm": 0}, "field number"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(fields, words):
    with pytest.raises(QuantityError, match=words):
        Configuration(LENS, SCMOS, **fields)
