"""Outlines lie where the objects are, and say which objects are cut."""

import numpy as np
import pytest

from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.drawn import DrawnDiameter
from rescale4dl_core.pictures.overlay import (
    ON_BRIGHT,
    ON_DARK,
    border_labels,
    labels_on_view,
    with_contours,
    with_lines,
    with_point,
)
from rescale4dl_core.pictures.view import Zoom, view_of

UNKNOWN = KnownPixelSize(None, "test")


def grey_view(shape, level=10, max_side_px=1200):
    pixels = np.full((*shape, 3), level, np.uint8)
    image = Image.parse(pixels, name="a", known=UNKNOWN)
    return view_of(image, max_side_px=max_side_px)


def pixels_of(view, colour):
    return (view.pixels == np.array(colour, np.uint8)).all(axis=2)


def test_a_whole_object_is_outlined_inside_its_edge():
    labels = np.zeros((8, 8), np.int32)
    labels[2:6, 2:6] = 5
    view = grey_view((8, 8), max_side_px=8)
    drawn = pixels_of(with_contours(view, Labels.parse(labels, source="t")), ON_DARK.whole)
    expected = labels > 0
    expected[3:5, 3:5] = False
    np.testing.assert_array_equal(drawn, expected)


def test_touching_objects_are_parted():
    labels = np.ones((6, 8), np.int32)
    labels[:, 4:] = 2
    labels = np.pad(labels, 2)
    outlined = with_contours(grey_view((10, 12), max_side_px=12), _parse(labels))
    assert pixels_of(outlined, ON_DARK.whole)[4, 5:7].all()


def test_an_object_cut_by_the_border_has_a_dashed_outline_of_its_own_colour():
    labels = np.zeros((60, 60), np.int32)
    labels[0:40, 10:50] = 1
    outlined = with_contours(grey_view((60, 60), max_side_px=60), _parse(labels))
    assert not pixels_of(outlined, ON_DARK.whole).any()
    left_edge = pixels_of(outlined, ON_DARK.cut)[:40, 10]
    assert 10 < left_edge.sum() < 30


def test_only_labels_of_the_outermost_pixels_are_at_the_border():
    labels = np.zeros((5, 5), np.int32)
    labels[0, 2], labels[2, 4], labels[2, 2], labels[3, 1] = 7, 9, 4, 3
    assert border_labels(_parse(labels)).tolist() == [7, 9]


@pytest.mark.parametrize("shape", [(64, 100), (1000, 700), (1201, 1203)])
def test_labels_lie_where_the_picture_shows_them(shape):
    labels = np.zeros(shape, np.int32)
    rows, columns = shape
    labels[rows // 4 : rows // 2, columns // 3 : columns // 2] = 1
    view = grey_view(shape, max_side_px=300)
    shown = np.argwhere(labels_on_view(_parse(labels), view)).mean(axis=0)
    expected = view.view_point_px(*np.argwhere(labels).mean(axis=0))
    assert shown == pytest.approx(expected, abs=0.5)


def test_outlines_follow_a_closer_look():
    labels = np.zeros((80, 80), np.int32)
    labels[50:60, 62:74] = 3
    image = Image.parse(np.full((80, 80, 3), 10, np.uint8), name="a", known=UNKNOWN)
    view = view_of(image, zoom=Zoom(2, 100, 100), max_side_px=40)
    drawn = pixels_of(with_contours(view, _parse(labels)), ON_DARK.whole)
    rows, columns = np.nonzero(drawn)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (10, 19, 22, 33)


def test_bright_pictures_get_darker_outlines():
    labels = np.zeros((9, 9), np.int32)
    labels[3:6, 3:6] = 1
    outlined = with_contours(grey_view((9, 9), 240, max_side_px=9), _parse(labels))
    assert pixels_of(outlined, ON_BRIGHT.whole).any()


def test_a_drawn_diameter_runs_between_its_ends():
    line = DrawnDiameter(20.0, 10.0, 20.0, 70.0)
    drawn = pixels_of(
        with_lines(grey_view((100, 100), max_side_px=100), [line]), ON_DARK.cut
    )
    columns = np.flatnonzero(drawn[20])
    assert columns.min() == pytest.approx(10, abs=4)
    assert columns.max() == pytest.approx(70, abs=4)
    assert not drawn[40:].any()


def test_the_first_click_is_ringed():
    ringed = with_point(grey_view((100, 100), max_side_px=100), 50.0, 60.0)
    rows, columns = np.nonzero(pixels_of(ringed, ON_DARK.cut))
    assert (rows.mean(), columns.mean()) == pytest.approx((50, 60), abs=1)


def _parse(labels):
    return Labels.parse(labels, source="test")
