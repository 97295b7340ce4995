"""What a sampling is summarised by: how images, objects and empty ones weigh."""

import numpy as np
import pytest

from rescale4dl_core.evaluation.evaluation import evaluate_dataset
from rescale4dl_core.evaluation.folders import find_pairs
from rescale4dl_core.evaluation.kind_of_maps import Kind


def _only(pixels, *labels):
    return np.where(np.isin(pixels, labels), pixels, 0)


@pytest.fixture
def unequal(write_dataset, squares):
    """Images of 2, 4, 4 and no true objects, of which 2, 1, 0 and none are found.

    Twice as coarse, 1, 2 and 3 are found. Squares on the grid keep their shape, so an
    object that is found has an IoU of 1.
    """
    true = {"a": (1, 2), "b": (1, 2, 3, 4), "c": (5, 6, 7, 8), "d": ()}
    found = {
        "OG": {"a": (1, 2), "b": (1,), "c": (), "d": (3,)},
        "downsampling_2": {"a": (1,), "b": (1, 2), "c": (5, 6, 7), "d": ()},
    }
    grids = {"OG": squares, "downsampling_2": squares[::2, ::2]}
    maps = {}
    for sampling, pixels in grids.items():
        for name in true:
            maps[f"{sampling}/GT/{name}.tif"] = _only(pixels, *true[name])
            maps[f"{sampling}/Prediction/{name}.tif"] = _only(
                pixels, *found[sampling][name]
            )
    evaluation = evaluate_dataset(find_pairs(write_dataset(maps)), kind=Kind.INSTANCE)
    return {sampling.name: sampling for sampling in evaluation.samplings}


def test_images_weigh_the_same_and_the_one_without_a_true_object_nothing(unequal):
    original, coarse = unequal["OG"], unequal["downsampling_2"]
    assert original.iou == original.iou_instance == pytest.approx((1 + 1 / 4 + 0) / 3)
    assert original.scores["recall"] == pytest.approx((1 + 1 / 4 + 0) / 3)
    assert coarse.iou == pytest.approx((1 / 2 + 2 / 4 + 3 / 4) / 3)


def test_a_made_up_object_counts_where_there_is_no_true_one(unequal):
    """Precision is open only in image c of the original, where nothing was found."""
    assert unequal["OG"].scores["precision"] == pytest.approx((1 + 1 + 0) / 3)
    assert unequal["OG"].scores["iou_binary"] == pytest.approx((1 + 1 / 4 + 0 + 0) / 4)
    assert unequal["downsampling_2"].scores["precision"] == 1


def test_objects_of_all_images_weigh_the_same_in_the_mean_per_object(unequal):
    assert unequal["OG"].iou_per_object == pytest.approx(3 / 10)
    assert unequal["downsampling_2"].iou_per_object == pytest.approx(6 / 10)


def test_samplings_are_compared_by_their_medians_against_the_original(unequal):
    assert unequal["OG"].median_iou == 1 / 4
    assert unequal["downsampling_2"].median_iou == 1 / 2
    assert unequal["OG"].change_percent == 0
    assert unequal["downsampling_2"].change_percent == pytest.approx(100)


def test_sizes_of_predictions_are_those_of_the_predictions(write_dataset, squares):
    """Squares of 8 px, found with half of their rows: 4 x 8 px."""
    halves = squares.copy()
    for first_row in range(16, 136, 32):
        halves[first_row + 4 : first_row + 8] = 0
    maps = {"OG/GT/a.tif": squares, "OG/Prediction/a.tif": halves}
    (sampling,) = evaluate_dataset(find_pairs(write_dataset(maps))).samplings
    assert sampling.equivalent_diameter_px == pytest.approx(2 * np.sqrt(64 / np.pi))
    assert sampling.prediction_diameter_px == pytest.approx(2 * np.sqrt(32 / np.pi))
    assert sampling.scores["recall"] == 0  # an IoU of one half is no match


def test_the_field_is_the_commonest_shape_of_the_originals(write_dataset, squares):
    """Three columns of squares in the first image, four in the two others."""
    narrow = squares[:, :104]
    maps = {
        f"OG/{side}/{name}.tif": pixels
        for side in ("GT", "Prediction")
        for name, pixels in (("a", narrow), ("b", squares), ("c", squares))
    }
    (sampling,) = evaluate_dataset(find_pairs(write_dataset(maps))).samplings
    assert sampling.objects_per_fov_ceiling == pytest.approx(136**2 / 64)


def test_the_field_is_that_of_the_original_to_the_pixel(write_dataset, squares):
    """137 rows; twice as coarse 68, which would be 136 of the original."""
    taller = np.pad(squares, ((0, 1), (0, 0)))
    maps = {
        f"{sampling}/{side}/a.tif": pixels
        for side in ("GT", "Prediction")
        for sampling, pixels in (("OG", taller), ("downsampling_2", squares[::2, ::2]))
    }
    original, coarse = evaluate_dataset(find_pairs(write_dataset(maps))).samplings
    assert original.objects_per_fov_ceiling == pytest.approx(137 * 136 / 64)
    assert coarse.objects_per_fov_ceiling == pytest.approx(137 * 136 / 16)


def test_a_field_has_rows_and_columns(write_dataset, squares):
    narrow = squares[:, :104]
    maps = {f"OG/{side}/a.tif": narrow for side in ("GT", "Prediction")}
    (sampling,) = evaluate_dataset(find_pairs(write_dataset(maps))).samplings
    assert sampling.objects_per_fov == pytest.approx(12)
    assert sampling.objects_per_fov_ceiling == pytest.approx(136 * 104 / 64)
