"""Labels from class maps: a watershed that knows edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage.morphology import local_minima, reconstruction
from skimage.segmentation import watershed

from rescale4dl_core.inference.basins import grow_seeds, seeds_of
from rescale4dl_core.inference.card import Thresholds
from rescale4dl_core.inference.unet import (
    BACKGROUND,
    HIGHEST,
    LOWEST,
    labels_from_classes,
    landscape_of,
)

PLAIN = Thresholds()


def maps_of(labels, edge_px=1, blur_px=0.7, noise=0.02):
    """Return what a good network answers to touching objects."""
    inside = labels.copy()
    for _ in range(edge_px):
        neighbours = [np.roll(inside, s, a) for a in (0, 1) for s in (1, -1)]
        inside[np.any([inside != other for other in neighbours], axis=0)] = 0
    classes = np.stack([labels == 0, inside > 0, (labels > 0) & (inside == 0)])
    maps = np.stack(
        [ndimage.gaussian_filter(c.astype(np.float32), blur_px) for c in classes]
    )
    maps += np.abs(np.random.default_rng(0).normal(0, noise, maps.shape))
    return (maps / maps.sum(0)).astype(np.float32)


@pytest.fixture(scope="module")
def crowd():
    """Discs of 8 to 17 px radius, many touching, later ones cut by earlier ones."""
    rng = np.random.default_rng(4)
    labels = np.zeros((256, 256), np.int32)
    rows, columns = np.mgrid[:256, :256]
    for row in range(14, 256, 28):
        for column in range(14, 256, 28):
            at = np.array([row, column]) + rng.uniform(-5, 5, 2)
            radius = rng.uniform(8, 17)
            disc = (rows - at[0]) ** 2 + (columns - at[1]) ** 2 <= radius**2
            labels[disc & (labels == 0)] = labels.max() + 1
    return labels


def matched(found, truth):
    """Return how many true objects have a found one of IoU above 0.5."""
    n = 0
    for label in range(1, truth.max() + 1):
        mine = truth == label
        other = np.bincount(found[mine], minlength=2)
        other[0] = 0
        best = int(other.argmax())
        both = other[best]
        n += both > 0.5 * (mine.sum() + (found == best).sum() - both)
    return n


def test_flooding_gives_the_labels_of_scikit_image(crowd):
    landscape = landscape_of(maps_of(crowd), PLAIN)
    likely = (landscape > BACKGROUND) & (landscape < (LOWEST + HIGHEST) / 2)
    seeds, _ = ndimage.label(likely, structure=np.ones((3, 3)))
    landscape[seeds > 0] = 1
    expected = watershed(landscape, seeds, mask=landscape > 0)
    grow_seeds(landscape, seeds)
    np.testing.assert_array_equal(seeds, expected)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 120), st.floats(1, 4))
def test_basins_are_the_deep_minima_of_scikit_image(seed, depth, sigma_px):
    noise = np.random.default_rng(seed).normal(size=(40, 47))
    heights = ndimage.gaussian_filter(noise, sigma_px)
    heights = (2 + 253 * (heights - heights.min()) / np.ptp(heights)).astype(np.uint8)
    filled = reconstruction(
        heights.astype(int) + depth - 1, heights, "erosion", footprint=np.ones((3, 3))
    )
    minima, n_minima = ndimage.label(local_minima(filled), np.ones((3, 3)))
    found = seeds_of(heights, depth=depth, area_px=1, highest=255)
    assert found.max() == n_minima
    for number in range(1, n_minima + 1):
        lowest = (minima == number) & (heights == heights[minima == number].min())
        (label,) = np.unique(found[lowest])
        assert label > 0


def two_dips(second_area_px):
    """Return a plain of 100 with a square dip and a row of another, 20 apart in height."""
    heights = np.full((9, 40), 255, np.uint8)
    heights[2:7, 2:20] = 100
    heights[3:6, 3:6] = 20
    heights[4, 18 - second_area_px : 18] = 80
    return heights


@pytest.mark.parametrize(
    ("depth", "area_px", "n_objects"), [(20, 5, 2), (21, 5, 1), (20, 6, 1), (1, 1, 2)]
)
def test_two_dips_are_two_objects_if_both_are_deep_and_large(depth, area_px, n_objects):
    found = seeds_of(two_dips(5), depth=depth, area_px=area_px, highest=250)
    assert found.max() == n_objects


@pytest.mark.parametrize(("highest", "n_objects"), [(80, 2), (79, 1), (19, 0)])
def test_what_is_never_low_is_no_object(highest, n_objects):
    found = seeds_of(two_dips(5), depth=1, area_px=1, highest=highest)
    assert found.max() == n_objects


def test_touching_objects_are_told_apart_at_least_as_well_as_by_distance(crowd):
    maps = maps_of(crowd)
    found = labels_from_classes(maps, PLAIN)
    mask = maps[0] < 0.5
    depth = ndimage.distance_transform_edt(mask)
    peaks = depth == ndimage.maximum_filter(depth, 9)
    seeds, _ = ndimage.label(peaks & mask, structure=np.ones((3, 3)))
    by_distance = watershed(-depth, seeds, mask=mask)
    assert matched(found, crowd) == crowd.max()
    assert matched(found, crowd) >= matched(by_distance, crowd)


def test_labels_run_from_1_and_cover_what_is_foreground_around_seeds(crowd):
    maps = maps_of(crowd)
    found = labels_from_classes(maps, PLAIN)
    assert set(np.unique(found)) == set(range(found.max() + 1))
    foreground, _ = ndimage.label(1 - maps[0] >= 0.5)
    with_seed = np.unique(foreground[found > 0])
    np.testing.assert_array_equal(found > 0, np.isin(foreground, with_seed[with_seed > 0]))


def test_two_rectangles_meet_where_the_edge_is_highest():
    edge = np.zeros((10, 21), np.float32)
    edge[:, 12] = 0.9
    edge[:, 11] = edge[:, 13] = 0.6
    inside = 0.95 - edge
    maps = np.stack([np.full_like(edge, 0.05), inside, edge])
    found = labels_from_classes(maps, PLAIN)
    assert (found[:, :12] == 1).all()
    assert (found[:, 13:] == 2).all()


def test_the_landscape_rises_as_inside_gets_less_likely():
    inside = np.linspace(0, 1, 11, dtype=np.float32)[None]
    maps = np.stack([np.zeros_like(inside), inside, 1 - inside])
    landscape = landscape_of(maps, PLAIN)
    assert landscape[0, 0] == HIGHEST
    assert landscape[0, -1] == LOWEST
    assert (np.diff(landscape[0].astype(int)) < 0).all()
    maps[0], maps[2] = 0.8, 0.2 - inside
    assert (landscape_of(maps, PLAIN) == BACKGROUND).all()


def test_what_is_unlikely_to_be_an_object_stays_background():
    maps = np.zeros((3, 6, 6), np.float32)
    maps[0] = 1
    maps[:, 2:4, 2:4] = np.array([0.6, 0.4, 0.0])[:, None, None]
    assert not labels_from_classes(maps, PLAIN).any()
    assert labels_from_classes(maps, Thresholds(0.3, seed=0.3)).max() == 1


def test_without_edges_pieces_are_objects_and_necks_are_cut():
    rows, columns = np.mgrid[:40, :80]
    foreground = np.zeros((1, 40, 80), np.float32)
    for row, column in ((20, 15), (20, 32), (20, 65)):
        foreground[0][(rows - row) ** 2 + (columns - column) ** 2 <= 100] = 0.9
    found = labels_from_classes(foreground, PLAIN)
    assert found.max() == 3
    assert len({found[20, 12], found[20, 35], found[20, 65]}) == 3
    two_classes = np.concatenate([1 - foreground, foreground])
    np.testing.assert_array_equal(labels_from_classes(two_classes, PLAIN), found)


@pytest.mark.parametrize("n_maps", [1, 2, 3])
def test_nothing_found_is_no_object(n_maps):
    maps = np.zeros((n_maps, 9, 7), np.float32)
    if n_maps > 1:
        maps[0] = 1
    found = labels_from_classes(maps, PLAIN)
    assert found.shape == (9, 7)
    assert found.dtype == np.int32
    assert not found.any()
