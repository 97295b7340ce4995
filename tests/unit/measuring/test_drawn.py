"""Diameters drawn by two clicks."""

import math

import pytest

from rescale4dl_core.errors import LabelImageError, QuantityError
from rescale4dl_core.measuring.drawn import DrawnDiameter, DrawnImage, drawn_measurement
from rescale4dl_core.measuring.measurement import Aggregate
from rescale4dl_core.quantities import PixelSize


def _across(length_px):
    return DrawnDiameter(5.0, 5.0, 5.0, 5.0 + length_px)


def test_the_length_is_that_of_the_line():
    assert DrawnDiameter(1.0, 2.0, 4.0, 6.0).length_px == 5


def test_two_clicks_on_one_pixel_are_no_diameter():
    with pytest.raises(QuantityError, match=r"same pixel.*opposite edge"):
        DrawnDiameter(3.0, 3.0, 3.0, 3.0)


def test_lines_on_several_images_follow_eq_2_and_give_no_density():
    size = PixelSize.square(0.5)
    measurement = drawn_measurement(
        [
            DrawnImage("a.tif", (_across(10),), (64, 64), size),
            DrawnImage("b.tif", (_across(20), _across(40)), (64, 64), size),
        ]
    )
    assert measurement.diameter_px == 20
    assert measurement.diameter_um == 10
    assert measurement.n_objects == 3
    assert measurement.density_per_px is None
    assert measurement.density_per_um2 is None
    assert measurement.other_diameter_px is None
    circles_px = [math.pi / 4 * 100, math.pi / 4 * (400 + 1600) / 2]
    assert measurement.mean_area_px == pytest.approx(sum(circles_px) / 2)
    assert any("Drawn by hand: 3 diameters in a.tif, b.tif" in n for n in measurement.notes)
    assert "no shape was measured" in measurement.estimator_reason


def test_an_image_without_lines_is_skipped_and_named():
    measurement = drawn_measurement(
        [
            DrawnImage("a.tif", (_across(10), _across(30), _across(11)), (64, 64), None),
            DrawnImage("b.tif", (), (64, 64), None),
        ],
        aggregate=Aggregate.MEDIAN,
    )
    assert measurement.diameter_px == 11
    assert any("No object inside b.tif" in note for note in measurement.notes)
    assert any("3 diameters in a.tif." in note for note in measurement.notes)


def test_without_any_line_the_user_is_told_to_draw_one():
    with pytest.raises(LabelImageError, match=r"No diameter has been drawn.*Click"):
        drawn_measurement([DrawnImage("a.tif", (), (64, 64), None)])


def test_a_line_from_one_pixel_to_the_next_is_a_diameter():
    assert DrawnDiameter(3, 4, 3, 5).length_px == 1
