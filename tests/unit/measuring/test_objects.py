"""The per-object table against crops measured one by one the plain way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.ndimage import distance_transform_edt
from skimage.measure import regionprops
from skimage.morphology import skeletonize

from rescale4dl_core.errors import CancelledError
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.objects import measure_objects

LABELS = st.sampled_from([0, 0, 1, 2, 3, 40, 65536, 2**31 - 1])


@st.composite
def label_images(draw):
    """Draw blocks of labels: touching, 1 px wide, with holes, in pieces, at the border."""
    shape = draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    coarse = draw(hnp.arrays(np.int64, shape, elements=LABELS))
    enlarged = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    return np.kron(coarse, np.ones(enlarged, np.int64))


def plain_widths_px(pixels, label):
    """Return the widths along the skeleton of one object, of a padded crop of its own."""
    rows, columns = np.nonzero(pixels == label)
    box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    crop = np.pad(pixels[box] == label, 1)
    return 2 * distance_transform_edt(crop)[skeletonize(crop)]


@settings(max_examples=150, deadline=None)
@given(label_images())
def test_widths_are_exactly_those_of_a_padded_crop_per_object(pixels):
    table = measure_objects(Labels.parse(pixels, source="test"))
    np.testing.assert_array_equal(table.label, np.unique(pixels[pixels > 0]))
    for i, label in enumerate(table.label):
        widths_px = plain_widths_px(pixels, label)
        assert table.skeleton_diameter_px[i] == np.median(widths_px)
        assert table.skeleton_diameter_min_px[i] == widths_px.min()
        assert table.skeleton_diameter_max_px[i] == widths_px.max()
        mean_px = pytest.approx(widths_px.mean(), rel=1e-12)  # another order of summing
        assert table.skeleton_diameter_mean_px[i] == mean_px


@settings(max_examples=100, deadline=None)
@given(label_images())
def test_area_and_centroid_are_those_of_regionprops(pixels):
    table = measure_objects(Labels.parse(pixels, source="test"))
    expected = regionprops(np.unique(pixels, return_inverse=True)[1].reshape(pixels.shape))
    if pixels.all():
        expected = regionprops(
            np.unique(pixels, return_inverse=True)[1].reshape(pixels.shape) + 1
        )
    np.testing.assert_array_equal(table.area_px, [found.area for found in expected])
    centroids = np.column_stack([table.centroid_row_px, table.centroid_column_px])
    np.testing.assert_allclose(
        centroids, np.reshape([found.centroid for found in expected], (-1, 2)), atol=1e-9
    )


@settings(max_examples=50, deadline=None)
@given(label_images(), st.randoms(use_true_random=False))
def test_shuffled_label_numbers_change_no_number(pixels, random):
    labels = np.unique(pixels[pixels > 0])
    shuffled = random.sample(range(1, 1000), len(labels))
    renumbered = np.zeros_like(pixels)
    for label, number in zip(labels, shuffled, strict=True):
        renumbered[pixels == label] = number
    before = measure_objects(Labels.parse(pixels, source="test")).columns()
    after = measure_objects(Labels.parse(renumbered, source="test")).columns()
    order = np.argsort(shuffled)
    for name in before:
        if name != "label":
            np.testing.assert_array_equal(after[name], before[name][order], err_msg=name)


def test_every_pattern_of_4_by_4_pixels_keeps_a_skeleton():
    """Thinning leaves no object without a pixel, so that each has a width."""
    patterns = np.arange(1, 2**16)
    bits = (patterns[:, None] >> np.arange(16)) & 1
    tiles = np.pad(bits.reshape(-1, 4, 4), ((0, 1), (0, 1), (0, 1))) * np.append(
        patterns, 2**16
    ).reshape(-1, 1, 1)
    pixels = tiles.reshape(256, 256, 5, 5).transpose(0, 2, 1, 3).reshape(1280, 1280)
    table = measure_objects(Labels.parse(pixels, source="test"))
    np.testing.assert_array_equal(table.label, patterns)
    np.testing.assert_array_equal(table.area_px, bits.sum(axis=1))
    assert table.skeleton_diameter_min_px.min() == 2


def test_the_diameter_of_a_disk_is_twice_its_radius(two_disks):
    table = measure_objects(two_disks)
    np.testing.assert_allclose(table.equivalent_diameter_px, [20, 40], atol=0.5)
    np.testing.assert_array_equal(table.centroid_row_px, [30, 90])
    assert not table.touches_border.any()


@pytest.mark.parametrize(
    ("rows", "columns", "touches"),
    [
        (slice(0, 3), slice(3, 6), True),
        (slice(3, 6), slice(0, 3), True),
        (slice(7, 10), slice(3, 6), True),
        (slice(3, 6), slice(9, 12), True),
        (slice(1, 9), slice(1, 11), False),
    ],
)
def test_an_object_in_the_outermost_rows_or_columns_touches_the_border(
    measure, rows, columns, touches
):
    pixels = np.zeros((10, 12), np.int32)
    pixels[rows, columns] = 5
    table = measure(pixels)
    assert table.touches_border.tolist() == [touches]
    assert len(table.inside) == (0 if touches else 1)


def test_an_object_in_two_pieces_is_one_row(measure):
    pixels = np.zeros((9, 20), np.int32)
    pixels[1, 1:7] = pixels[4:7, 1:19] = 3
    table = measure(pixels)
    assert table.area_px.tolist() == [6 + 54]
    assert table.skeleton_diameter_min_px.tolist() == [2]
    assert table.skeleton_diameter_max_px.tolist() == [4]


def test_an_image_without_objects_gives_an_empty_table(measure):
    table = measure(np.zeros((5, 7), np.uint8))
    assert len(table) == len(table.inside) == 0
    assert {len(column) for column in table.columns().values()} == {0}


def test_the_columns_cannot_be_written_to(two_disks):
    table = measure_objects(two_disks)
    for column in (*table.columns().values(), *table.inside.columns().values()):
        assert not column.flags.writeable


def test_progress_rises_to_the_end_and_can_stop_the_work(two_disks):
    seen = []
    measure_objects(two_disks, progress=lambda fraction, message: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1

    def stop(fraction, message):
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        measure_objects(two_disks, progress=stop)
