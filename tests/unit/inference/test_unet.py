"""Labels from class maps: a watershed that knows edges."""

import numpy as np
import pytest
from scipy import ndimage
from skimage.segmentation import watershed

from rescale4dl_core.inference.spec import Thresholds
from rescale4dl_core.inference.unet import (
    HIGHEST,
    SEED,
    labels_from_classes,
    labels_from_landscape,
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
    seeds, _ = ndimage.label(landscape == SEED, structure=np.ones((3, 3)))
    expected = watershed(landscape, seeds, mask=landscape > 0)
    found = labels_from_landscape(landscape, has_edge=True)
    np.testing.assert_array_equal(found, expected)


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
    landscape = landscape_of(maps, Thresholds(seed=0.75))
    assert landscape[0, 0] == HIGHEST
    assert (np.diff(landscape[0, :8].astype(int)) < 0).all()
    assert (landscape[0, 8:] == SEED).all()


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
