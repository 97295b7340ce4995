"""What coarser pixels leave of outlines, without a mask."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.study.scoring import limits_of, round_trip_limit
from rescale4dl_core.study.sweep import sweep

FACTORS = [RescaleFactor.of(ratio) for ratio in (0.5, 1.0, 2.0, 4.0)]


def test_squares_on_the_coarse_grid_lose_nothing_and_others_what_is_counted(squares):
    """Squares of 16 px from row 8 lie on grids of 2, 4 and 8 px.

    Shifted by one row they lose on the grid of 2 a row at one end and gain one at the
    other: 15 of 17 rows are shared.
    """
    shifted = Labels.parse(np.roll(squares.pixels, 1, axis=0), source="shifted")
    assert [round_trip_limit([squares], ratio) for ratio in (0.5, 1, 2, 4, 8)] == [1] * 5
    assert round_trip_limit([shifted], 2.0) == pytest.approx(15 / 17)


def test_the_limit_without_a_mask_is_that_of_the_mask_where_the_network_is_right(
    squares, sample_of, measured, network, threshold
):
    shifted = Labels.parse(np.roll(squares.pixels, 3, axis=1), source="shifted")
    sample = sample_of(shifted)
    found = sweep(
        [sample],
        network,
        FACTORS,
        measurement=measured([sample]),
        segmenter=threshold,
    )
    limits = limits_of(found)
    assert limits[0.5] == limits[1.0] == 1
    for scale in found.scales:
        assert limits[scale.ratio] == pytest.approx(scale.iou_ceiling, abs=0.01)


def test_an_image_without_an_object_does_not_count(squares):
    shifted = Labels.parse(np.roll(squares.pixels, 1, axis=0), source="shifted")
    empty = Labels.parse(np.zeros((128, 128), np.int32), source="empty")
    assert round_trip_limit([shifted, empty], 2.0) == pytest.approx(15 / 17)


def test_the_outlines_are_those_of_the_scale_nearest_to_the_sample(
    squares, sample_of, measured, network, threshold
):
    """The finest scale is given outlines one row off, of which 15 of 17 rows are kept.

    Where it is as near as the next coarser one, its outlines are those taken.
    """
    sample = sample_of(squares)
    found = sweep(
        [sample], network, FACTORS, measurement=measured([sample]), segmenter=threshold
    )
    finest, *others = found.scales
    off = np.roll(finest.labels[0].pixels, 2, axis=0)
    finest = replace(finest, labels=(Labels.parse(off, source="off"),))
    assert limits_of(replace(found, scales=(finest, *others)))[2.0] == 1
    without_the_sample = replace(found, scales=(finest, *others[1:]))
    assert limits_of(without_the_sample)[2.0] == pytest.approx(15 / 17)


def test_where_nothing_was_found_there_is_no_limit(
    squares, sample_of, measured, network, blind
):
    sample = sample_of(squares)
    found = sweep(
        [sample], network, FACTORS, measurement=measured([sample]), segmenter=blind
    )
    assert limits_of(found) == {}
    assert round_trip_limit([], 4.0) == 1
