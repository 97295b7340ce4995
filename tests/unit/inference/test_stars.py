"""Labels from StarDist maps, as the stardist package makes them."""

import warnings

import numpy as np
import pytest
from stardist.geometry import polygons_to_label, star_dist
from stardist.nms import non_maximum_suppression
from stardist.utils import edt_prob

from rescale4dl_core.errors import CancelledError, NetworkError
from rescale4dl_core.inference import star_process, stars
from rescale4dl_core.inference.card import Thresholds
from rescale4dl_core.inference.star_process import labels_elsewhere, star_children
from rescale4dl_core.inference.stars import (
    Candidates,
    candidates_of,
    labels_from_candidates,
    labels_from_stars,
)

THRESHOLDS = Thresholds(probability=0.4, overlap=0.4)
SHAPE = (96, 128)


@pytest.fixture(scope="module")
def discs():
    """Discs that touch each other and the border."""
    labels = np.zeros(SHAPE, np.uint16)
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    places = ((3, 20), (30, 30), (30, 49), (70, 100), (94, 60), (60, 125))
    for label, (row, column) in enumerate(places, start=1):
        labels[(rows - row) ** 2 + (columns - column) ** 2 <= 81] = label
    return labels


@pytest.fixture(scope="module")
def maps(discs):
    distances = star_dist(discs, 32, grid=(2, 2))
    probability = edt_prob(discs)[::2, ::2]
    no_ties = np.random.default_rng(0).uniform(0, 1e-3, probability.shape)
    probability = (probability * (1 - no_ties)).astype(np.float32)
    return probability, np.moveaxis(distances, -1, 0)


def test_true_maps_give_back_the_objects_those_at_the_border_too(discs, maps):
    found = labels_from_stars(*maps, stride=2, shape=SHAPE, thresholds=THRESHOLDS)
    assert found.max() == 6
    for label in range(1, 7):
        mine = discs == label
        other = np.bincount(found[mine])[1:].argmax() + 1
        both = np.sum(mine & (found == other))
        assert both > 0.85 * np.sum(mine | (found == other))


def test_the_objects_are_those_of_the_package(maps):
    probability, distances = maps
    points, scores, rays = non_maximum_suppression(
        np.moveaxis(distances, 0, -1),
        probability,
        grid=(2, 2),
        b=0,
        prob_thresh=0.4,
        nms_thresh=0.4,
    )
    expected = polygons_to_label(rays, points, SHAPE, prob=scores)
    found = labels_from_stars(*maps, stride=2, shape=SHAPE, thresholds=THRESHOLDS)
    np.testing.assert_array_equal(found > 0, expected > 0)
    assert found.max() == len(points)


def test_labels_do_not_depend_on_the_order_in_which_tiles_came(maps):
    whole = candidates_of(*maps, stride=2, thresholds=THRESHOLDS)
    probability, distances = maps
    parts = [
        candidates_of(
            probability[rows, columns],
            distances[:, rows, columns],
            stride=2,
            thresholds=THRESHOLDS,
            origin_px=(2 * rows.start, 2 * columns.start),
        )
        for rows in (slice(17, 48), slice(0, 17))
        for columns in (slice(30, 64), slice(0, 30))
    ]
    expected = labels_from_candidates(whole, shape=SHAPE, overlap=0.4)
    found = labels_from_candidates(Candidates.joined(parts), shape=SHAPE, overlap=0.4)
    np.testing.assert_array_equal(found, expected)


def test_an_object_that_others_cover_leaves_no_gap_in_the_numbers():
    points = np.array([[20, 20], [20, 24], [60, 60]], np.int32)
    distances = np.array([[4.0] * 32, [9.0] * 32, [5.0] * 32], np.float32)
    scores = np.array([0.5, 0.9, 0.7], np.float32)
    found = labels_from_candidates(
        Candidates(points, scores, distances), shape=(80, 80), overlap=1.1
    )
    assert sorted(np.unique(found)) == [0, 1, 2]
    assert found[20, 24] == 1
    assert found[60, 60] == 2


def test_centres_beyond_the_image_are_left_out():
    points = np.array([[5, 5], [12, 5]], np.int32)
    rays, scores = np.full((2, 32), 3.0, np.float32), np.array([0.6, 0.9], np.float32)
    found = labels_from_candidates(
        Candidates(points, scores, rays), shape=(10, 10), overlap=0.4
    )
    assert found.max() == 1


def test_nothing_above_the_threshold_is_no_object():
    probability = np.full((8, 8), 0.1, np.float32)
    rays = np.ones((32, 8, 8), np.float32)
    found = labels_from_stars(
        probability, rays, stride=2, shape=(15, 16), thresholds=THRESHOLDS
    )
    assert found.shape == (15, 16)
    assert not found.any()


def test_importing_stardist_leaves_the_way_warnings_look():
    before = warnings.formatwarning
    stars._stardist()
    assert warnings.formatwarning is before


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(star_process, "FEW_CANDIDATES", 10)


def test_another_process_gives_the_same_labels_and_is_used_again(maps, few):
    candidates = candidates_of(*maps, stride=2, thresholds=THRESHOLDS)
    expected = labels_from_candidates(candidates, shape=SHAPE, overlap=0.4)
    children = star_children()
    for _ in range(2):
        found = labels_elsewhere(
            candidates, shape=SHAPE, overlap=0.4, children=children, meanwhile=bool
        )
        np.testing.assert_array_equal(found, expected)
    (idle,) = children._idle
    idle.end()


def test_a_user_who_cancels_ends_the_process(maps, few, monkeypatch):
    def cancel():
        raise CancelledError("Stopped.")

    children = star_children()
    candidates = candidates_of(*maps, stride=2, thresholds=THRESHOLDS)
    with pytest.raises(CancelledError):
        labels_elsewhere(
            candidates, shape=SHAPE, overlap=0.4, children=children, meanwhile=cancel
        )
    assert not children._idle


def test_too_many_candidates_are_refused_with_the_number(monkeypatch, maps):
    monkeypatch.setattr(stars, "MOST_CANDIDATES", 5)
    with pytest.raises(NetworkError, match=r"sees [\d,]+ places.*another network"):
        labels_from_stars(*maps, stride=2, shape=SHAPE, thresholds=THRESHOLDS)
