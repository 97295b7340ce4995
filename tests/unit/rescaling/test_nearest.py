"""Labels stay labels, and stay where the image is."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.area import area_average
from rescale4dl_core.rescaling.grid import Grid
from rescale4dl_core.rescaling.nearest import nearest_labels
from rescale4dl_core.rescaling.upsample import upsample

FACTORS = [
    *(RescaleFactor.coarser(times) for times in (2, 3, 4, 8, 1.41, 1.5, 2.5)),
    *(RescaleFactor.finer(times) for times in (2, 3, 4, 1.41, 1.5)),
]

TILE_PX = 48
N_TILES = 64


def named(factor):
    return factor.folder_name


def on_grid(labels, factor):
    return nearest_labels(labels, Grid(labels.shape, factor))


@pytest.fixture(scope="module")
def discs():
    """4096 discs of random sub-pixel position, 10 to 30 px across, one per tile."""
    rng = np.random.default_rng(0)
    centre = TILE_PX / 2 - 0.5 + rng.uniform(-6, 6, (2, N_TILES, N_TILES))
    radius = rng.uniform(5, 15, (N_TILES, N_TILES))
    labels = np.zeros((N_TILES * TILE_PX,) * 2, np.int32)
    row, column = np.mgrid[:TILE_PX, :TILE_PX]
    for i in range(N_TILES):
        for j in range(N_TILES):
            inside = np.hypot(row - centre[0, i, j], column - centre[1, i, j])
            tile = labels[i * TILE_PX :, j * TILE_PX :][:TILE_PX, :TILE_PX]
            tile[inside <= radius[i, j]] = i * N_TILES + j + 1
    return labels


def tile_numbers(grid):
    """Which disc each new pixel lies nearest to, from the mapping of the grid."""
    number = [
        [math.floor((grid.old_from_new(k) + 0.5) / TILE_PX) for k in range(n_new)]
        for n_new in grid.shape
    ]
    return np.add.outer(np.array(number[0]) * N_TILES, np.array(number[1])) + 1


@pytest.mark.parametrize("factor", FACTORS, ids=named)
def test_labels_and_image_are_registered_to_a_hundredth_of_a_pixel(discs, factor):
    """Mean over the discs of the offset of centroids, in new pixels.

    The image is the discs painted in white; its centroids are weighted by it.
    """
    discs = discs if factor.is_coarser else discs[: 20 * TILE_PX, : 20 * TILE_PX]
    grid = Grid(discs.shape, factor)
    white = (discs > 0).astype(np.float64)
    image = area_average(white, grid) if factor.is_coarser else upsample(white, grid)
    labels = nearest_labels(discs, grid)
    numbers = np.unique(labels)[1:]

    of_image = np.array(ndimage.center_of_mass(image, tile_numbers(grid), numbers))
    of_labels = np.array(ndimage.center_of_mass(labels > 0, labels, numbers))

    offset_px = (of_labels - of_image).mean(axis=0)
    assert np.abs(offset_px).max() < 0.01


@pytest.mark.parametrize("factor", FACTORS, ids=named)
def test_no_label_is_invented_and_areas_stay_in_proportion(discs, factor):
    discs = discs if factor.is_coarser else discs[: 20 * TILE_PX, : 20 * TILE_PX]
    rescaled = on_grid(discs, factor)

    assert np.isin(np.unique(rescaled), np.unique(discs)).all()
    share_before, share_after = (discs > 0).mean(), (rescaled > 0).mean()
    assert share_after == pytest.approx(share_before, rel=0.01)


@pytest.mark.parametrize("factor", FACTORS, ids=named)
def test_the_label_taken_is_never_farther_than_half_a_pixel_from_the_centre(factor):
    position = np.arange(60 * 60, dtype=np.int32).reshape(60, 60)
    grid = Grid(position.shape, factor)

    rows, columns = np.divmod(nearest_labels(position, grid), 60)

    wanted_row = [[grid.old_from_new(k)] for k in range(grid.shape[0])]
    wanted_column = [grid.old_from_new(k) for k in range(grid.shape[1])]
    assert np.abs(rows - wanted_row).max() <= 0.5 + 1e-9
    assert np.abs(columns - wanted_column).max() <= 0.5 + 1e-9


@pytest.mark.parametrize("times", [2, 4, 6, 1.5])
def test_the_corners_around_a_tied_centre_are_taken_equally_often(times):
    position = np.arange(96 * 96, dtype=np.int32).reshape(96, 96)
    grid = Grid(position.shape, RescaleFactor.coarser(times))

    rows, columns = np.divmod(nearest_labels(position, grid), 96)

    wanted = [grid.old_from_new(k) for k in range(grid.shape[0])]
    assert (rows - np.array(wanted)[:, None]).mean() == pytest.approx(0, abs=1e-9)
    assert (columns - np.array(wanted)).mean() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("times", [2, 3, 4, 8])
@pytest.mark.parametrize("flip", [np.flipud, np.fliplr])
def test_mirroring_before_rescaling_or_after_it_is_the_same(times, flip):
    labels = np.random.default_rng(0).integers(0, 9, (96, 48)).astype(np.int32)
    factor = RescaleFactor.coarser(times)

    np.testing.assert_array_equal(
        on_grid(flip(labels), factor), flip(on_grid(labels, factor))
    )


@settings(deadline=None, max_examples=40)
@given(times=st.integers(2, 7), seed=st.integers(0, 1000))
def test_finer_and_then_coarser_by_the_same_whole_factor_returns_the_labels(times, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 50, rng.integers(1, 30, 2)).astype(np.int32)

    there = on_grid(labels, RescaleFactor.finer(times))
    back = on_grid(there, RescaleFactor.coarser(times))

    np.testing.assert_array_equal(back, labels)


@settings(deadline=None, max_examples=60)
@given(
    ratio=st.floats(0.15, 9.0).map(lambda ratio: round(ratio, 3)),
    shape=st.tuples(st.integers(9, 40), st.integers(9, 40)),
    seed=st.integers(0, 1000),
)
def test_labels_get_the_shape_of_the_grid_and_no_new_label(ratio, shape, seed):
    labels = np.random.default_rng(seed).integers(0, 9, shape).astype(np.int32)
    grid = Grid(shape, RescaleFactor.of(ratio))

    rescaled = nearest_labels(labels, grid)

    assert rescaled.shape == grid.shape
    assert rescaled.dtype == np.int32
    assert np.isin(rescaled, labels).all()


def test_labels_beyond_single_precision_survive():
    labels = np.full((4, 4), 2**24 + 1, np.int32)

    assert (on_grid(labels, RescaleFactor.finer(3)) == 2**24 + 1).all()
    assert (on_grid(labels, RescaleFactor.coarser(2)) == 2**24 + 1).all()


def test_ties_go_to_each_corner_in_turn_and_mirror_with_the_image():
    """Binned by 2, every centre is a corner of four old pixels.

    Towards the border and towards the middle of the image take turns, over rows and over
    columns: of the four old pixels around a centre each is taken once in every 2 x 2 new
    ones. Each old pixel here holds its own number, so the pattern is written out: rows
    alternate inner and outer along a diagonal, columns from row to row.
    """
    own = np.arange(1, 65, dtype=np.int32).reshape(8, 8)
    border, middle = (0, 2, 5, 7), (1, 3, 4, 6)
    expected = [
        [
            own[
                (middle if (row + column) % 2 else border)[i],
                (middle if row else border)[j],
            ]
            for j, column in enumerate((0, 1, 1, 0))
        ]
        for i, row in enumerate((0, 1, 1, 0))
    ]
    halved = on_grid(own, RescaleFactor.coarser(2))
    np.testing.assert_array_equal(halved, expected)
    for block in (halved[:2, :2], halved[2:, 2:]):
        old_row, old_column = np.divmod(block - 1, 8)
        corners = {
            (r % 2, c % 2) for r, c in zip(old_row.flat, old_column.flat, strict=True)
        }
        assert len(corners) == 4
    np.testing.assert_array_equal(
        on_grid(own[::-1, ::-1], RescaleFactor.coarser(2)), halved[::-1, ::-1]
    )
