"""The way from a cropped version back to the original, pixel by pixel."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.datasets.mapping import GridMapping, mapping_csv, read_mappings
from rescale4dl_core.errors import LabelImageError, ReadingError
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.crop import centre_crop_labels
from rescale4dl_core.rescaling.series import rescale_labels

SIDES = st.tuples(st.integers(3, 24), st.integers(3, 24))
FACTORS = st.sampled_from(
    [RescaleFactor.of(ratio) for ratio in (Fraction(2, 3), 0.25, 0.5, 1.0, 1.41, 2.0, 3.0)]
)


@settings(deadline=None, max_examples=60)
@given(original=SIDES, factor=FACTORS, shape=SIDES, seed=st.integers(0, 99))
def test_each_original_pixel_takes_the_label_of_the_window_pixel_it_lies_in(
    original, factor, shape, seed
):
    mapping = GridMapping.centred(original, factor, shape)
    labels = np.random.default_rng(seed).integers(1, 50, shape).astype(np.int32)
    restored = mapping.restore_labels(Labels.parse(labels, source="x")).pixels
    assert restored.shape == original
    ratio = factor.ratio
    for row, column in np.ndindex(original):
        at = [(row + Fraction(1, 2)) / ratio, (column + Fraction(1, 2)) / ratio]
        if any(x.denominator == 1 for x in at):
            continue  # on the edge between two pixels: either is right
        i, j = (int(x) - offset for x, offset in zip(at, mapping.offset_px, strict=True))
        if not (0 <= i < shape[0] and 0 <= j < shape[1]):
            assert restored[row, column] == 0
        elif all(
            n_old < int(n_new * ratio)
            for n_old, n_new in zip((row, column), mapping.scaled_shape_px, strict=True)
        ):
            assert restored[row, column] == labels[i, j]


@settings(deadline=None, max_examples=40)
@given(blocks=SIDES, times=st.integers(1, 4), extra=st.tuples(*[st.integers(0, 9)] * 2))
def test_blocks_survive_rescaling_padding_and_the_way_back(blocks, times, extra):
    coarse = np.arange(1, blocks[0] * blocks[1] + 1).reshape(blocks)
    truth = Labels.parse(np.kron(coarse, np.ones((times, times), int)), source="x")
    factor = RescaleFactor.coarser(times)
    shape = (blocks[0] + extra[0], blocks[1] + extra[1])
    window = centre_crop_labels(rescale_labels(truth, factor), shape)
    back = GridMapping.centred(truth.shape, factor, shape).restore_labels(window)
    np.testing.assert_array_equal(back.pixels, truth.pixels)


def test_positions_follow_the_pixels():
    mapping = GridMapping.centred((100, 60), RescaleFactor.coarser(2), (20, 40))
    assert mapping.scaled_shape_px == (50, 30)
    assert mapping.offset_px == (15, -5)
    # Pixel 0 of the window is row 15 of the coarse image: rows 30 and 31 of the original.
    assert mapping.original_position((0, 5)) == (30.5, 0.5)
    assert mapping.original_position((19, 34)) == (68.5, 58.5)


def test_labels_of_another_shape_are_refused():
    mapping = GridMapping.centred((10, 10), RescaleFactor.coarser(2), (4, 4))
    with pytest.raises(LabelImageError, match=r"pred.tif is 5 x 4 px.*written as 4 x 4 px"):
        mapping.restore_labels(Labels.parse(np.ones((5, 4), int), source="pred.tif"))


def test_the_table_keeps_every_factor_exactly(tmp_path):
    factors = [RescaleFactor.of(1.41), RescaleFactor.finer(3), RescaleFactor.of(1)]
    mappings = {
        f"ü {i}, x.tif": GridMapping.centred((30, 20), factor, (7, 80))
        for i, factor in enumerate(factors)
    }
    path = tmp_path / "mapping.csv"
    path.write_text(mapping_csv(mappings), encoding="utf-8")
    assert read_mappings(path) == mappings


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be read"),
        ("file,ratio\na.tif,2\n", "not the table"),
        ("file;ratio\na.tif;2\n", "not the table"),
        (
            "file,ratio,original_rows_px,original_columns_px,rows_px,columns_px,"
            "offset_row_px,offset_column_px\na.tif,1/0,1,1,1,1,0,0\n",
            "not the table",
        ),
    ],
)
def test_a_table_that_was_changed_is_refused(tmp_path, text, words):
    path = tmp_path / "mapping.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ReadingError, match=words):
        read_mappings(path)
