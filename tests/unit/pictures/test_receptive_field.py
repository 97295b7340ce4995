"""Squares around a typical object, to scale."""

import io

import numpy as np
from PIL import Image as PilImage

from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.labels import Labels
from rescale4dl_core.pictures.network_sight import (
    Square,
    receptive_field_png,
    typical_object,
    with_squares,
)
from rescale4dl_core.pictures.view import view_of

RED = (213, 94, 0)


def image_of(shape=(200, 300)):
    return Image.parse(
        np.zeros(shape, np.float32), name="black", known=KnownPixelSize(None, "test")
    )


def disks(*rows_columns_radii):
    rows, columns = np.mgrid[:200, :300]
    pixels = np.zeros((200, 300), np.int32)
    for label, (row, column, radius) in enumerate(rows_columns_radii, start=1):
        pixels[(rows - row) ** 2 + (columns - column) ** 2 <= radius**2] = label
    return Labels.parse(pixels, source="disks")


def test_the_typical_object_is_of_median_size_and_near_the_centre():
    found = typical_object(
        disks((20, 20, 10), (90, 140, 10), (100, 155, 3), (180, 280, 10))
    )
    assert (round(found.row_px), round(found.column_px)) == (90, 140)
    assert abs(found.diameter_px - 20) < 0.6


def test_without_objects_there_is_none():
    assert typical_object(disks()) is None


def test_a_square_has_its_size_in_image_pixels():
    view = view_of(image_of(), max_side_px=300)
    drawn = with_squares(view, (100, 150), [Square(61, RED)]).pixels
    rows, columns = np.nonzero((drawn == RED).all(axis=2))
    width = 3
    assert abs(rows.max() - rows.min() - 61) <= width
    assert abs(columns.max() - columns.min() - 61) <= width
    assert abs(rows.mean() - 100) < 1
    assert abs(columns.mean() - 150) < 1


def test_a_dashed_square_has_gaps():
    view = view_of(image_of(), max_side_px=300)
    solid, dashed = (
        int((with_squares(view, (100, 150), [Square(150, RED, d)]).pixels == RED).sum())
        for d in (False, True)
    )
    assert 0.3 * solid < dashed < 0.8 * solid


def test_a_square_larger_than_the_image_still_gives_a_picture():
    png = receptive_field_png(image_of(), None, [Square(1000, RED), Square(50, RED)])
    assert PilImage.open(io.BytesIO(png)).size == (1200, 800)


def test_the_part_shown_holds_the_largest_square():
    labels = disks((100, 150, 8))
    png = receptive_field_png(image_of(), labels, [Square(40, RED)])
    drawn = np.asarray(PilImage.open(io.BytesIO(png)))
    found = (drawn == RED).all(axis=2)
    edge = found[[0, -1]].any() or found[:, [0, -1]].any()
    assert found.any()
    assert not edge
