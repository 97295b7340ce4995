"""What the networks are taught, against geometry and the slow way."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.training.targets import EDGE, INSIDE, class_target, star_targets


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
def test_the_edge_is_what_erosion_by_a_cross_takes_away(seed, edge_px):
    from scipy.ndimage import binary_erosion, zoom

    rng = np.random.default_rng(seed)
    labels = zoom(rng.integers(0, 4, (4, 5)), 5, order=0).astype(np.int32)
    target = class_target(labels, edge_px)[0]
    for label in range(1, 4):
        inside = binary_erosion(labels == label, iterations=edge_px, border_value=1)
        np.testing.assert_array_equal(
            target[labels == label] == INSIDE, inside[labels == label]
        )
    np.testing.assert_array_equal(target > 0, labels > 0)


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
