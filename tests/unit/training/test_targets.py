"""What the networks are taught, against geometry and the slow way."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from rescale4dl_core.training.batches import EDGE, INSIDE, class_target, star_targets


def test_the_edge_separates_objects_that_touch():
    labels = np.zeros((8, 10), np.int32)
    labels[1:7, 1:5], labels[1:7, 5:9] = 1, 2
    target = class_target(labels, 1)[0]
    assert (target[1:7, 4:6] == EDGE).all()
    assert (target[2:6, 2:4] == INSIDE).all()
    assert (target[2:6, 6:8] == INSIDE).all()


def test_the_rim_of_a_patch_is_no_edge():
    assert (class_target(np.ones((6, 6), np.int32), 2) == INSIDE).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_the_edge_is_what_erosion_takes_away_as_long_as_a_piece_stays_one(seed, edge_px):
    rng = np.random.default_rng(seed)
    labels = ndimage.zoom(rng.integers(0, 4, (4, 5)), 5, order=0).astype(np.int32)
    target = class_target(labels, edge_px)[0]
    for number in range(1, 4):
        inside = ndimage.binary_erosion(labels == number, border_value=1)
        for _step in range(edge_px - 1):
            pieces, n_pieces = ndimage.label(inside)
            for piece in range(1, n_pieces + 1):
                smaller = ndimage.binary_erosion(pieces == piece, border_value=1)
                if ndimage.label(smaller)[1] == 1:
                    inside &= (pieces != piece) | smaller
        np.testing.assert_array_equal(
            target[labels == number] == INSIDE, inside[labels == number]
        )
    np.testing.assert_array_equal(target > 0, labels > 0)


def test_no_object_is_torn_or_used_up_by_a_wide_edge():
    labels = np.zeros((24, 40), np.int32)
    labels[4:14, 2:12], labels[8:11, 12:36] = 1, 1  # a body and its stalk, 3 px wide
    labels[18:22, 4:30] = 2  # 4 px wide
    labels[2:7, 20:30], labels[2:7, 34:39], labels[3:6, 30:34] = 3, 3, 3  # a dumb-bell
    inside = class_target(labels, 2)[0] == INSIDE
    for number in (1, 2, 3):
        assert ndimage.label(inside & (labels == number))[1] == 1
    assert inside[9, 7]
    assert not inside[5, 7]  # 1 px from the side of the body
    assert inside[19, 6]


def test_the_distances_of_a_disc_are_its_radius():
    rows, columns = np.indices((64, 64))
    labels = (np.hypot(rows - 32, columns - 32) <= 12).astype(np.int32)
    probability, distances = star_targets(labels, n_rays=32, grid=2)
    assert probability.shape == (1, 32, 32)
    assert distances.shape == (32, 32, 32)
    assert np.unravel_index(probability[0].argmax(), (32, 32)) == (16, 16)
    np.testing.assert_allclose(distances[:, 16, 16], 12, atol=1)
    assert probability[0, 0, 0] == 0
    assert probability.max() <= 1
