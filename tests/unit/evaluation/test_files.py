"""Folders with everything that goes wrong in them: nothing is left out in silence."""

import numpy as np
import pytest

from rescale4dl_core.errors import LabelImageError, ReadingError
from rescale4dl_core.evaluation.folders import find_pairs, read_map, sampling_factor

ONE = np.ones((4, 4), np.uint8)


@pytest.mark.parametrize(
    ("name", "ratio"),
    [
        ("OG", 1),
        ("downsampling_2", 2),
        ("downsampling_1.41", 1.41),
        ("upsampling_4", 0.25),
        ("downsampling_0", None),
        ("downsampling_", None),
        ("downsampling_2_mean", None),
        ("og", None),
        ("Results", None),
    ],
)
def test_a_sampling_is_told_by_its_name(name, ratio):
    factor = sampling_factor(name)
    assert (factor and float(factor.ratio)) == ratio


def test_pairs_come_finest_first_with_the_original_beside_them(write_dataset):
    maps = [
        f"{sampling}/{side}/{name}.tif"
        for sampling in ("downsampling_2", "OG", "downsampling_16", "upsampling_1.5")
        for side in ("GT", "Prediction")
        for name in ("b", "a")
    ]
    dataset = find_pairs(write_dataset(dict.fromkeys(maps, ONE), name="cells"))
    assert dataset.name == "cells"
    assert not dataset.problems
    assert list(dataset.samplings) == [
        "upsampling_1.5",
        "OG",
        "downsampling_2",
        "downsampling_16",
    ]
    assert [pair.file for pair in dataset.pairs[:2]] == ["a.tif", "b.tif"]
    coarse = dataset.pairs[-1]
    assert float(coarse.factor.ratio) == 16
    assert coarse.original_truth_path.relative_to(coarse.truth_path.parents[2]).parts == (
        "OG",
        "GT",
        "b.tif",
    )


def test_tif_and_tiff_of_one_name_belong_together(write_dataset):
    folder = write_dataset({"OG/GT/a.tif": ONE, "OG/Prediction/a.TIFF": ONE})
    (pair,) = find_pairs(folder).pairs
    assert (pair.file, pair.prediction_path.name) == ("a.tif", "a.TIFF")
    assert pair.original_truth_path == pair.truth_path


def test_what_has_no_partner_or_place_is_reported_by_name(write_dataset):
    folder = write_dataset(
        {
            "OG/GT/a.tif": ONE,
            "OG/Prediction/a.tif": ONE,
            "OG/GT/lonely truth.tif": ONE,
            "OG/Prediction/lonely prediction.tif": ONE,
            "OG/GT/a.tiff": ONE,
            "downsampling_2/GT/a.tif": ONE,
            "Results/GT/a.tif": ONE,
        }
    )
    (folder / "OG" / "GT" / "notes.txt").write_text("hello")
    (folder / "OG" / "GT" / ".DS_Store").write_text("")
    (folder / "OG" / "GT" / "._a.tif").write_text("")
    (folder / "readme.md").write_text("")
    problems = sorted(map(str, find_pairs(folder).problems))
    assert problems == [
        "OG/GT/a.tiff: left out; a.tif has the same name.",
        "OG/GT/notes.txt: left out; label images are .tif or .tiff files.",
        "OG/lonely prediction.tif: not scored; the prediction has no ground truth.",
        "OG/lonely truth.tif: not scored; the ground truth has no prediction.",
        "Results: the folder was left out; a sampling is called OG, downsampling_2, "
        "upsampling_1.41.",
        "downsampling_2/a.tif: not scored; the ground truth has no prediction.",
        "downsampling_2: the folder Prediction is missing.",
    ]


@pytest.mark.parametrize("maps", [{}, {"GT/a.tif": ONE, "Prediction/a.tif": ONE}])
def test_a_folder_without_a_pair_is_refused_with_the_convention(
    write_dataset, tmp_path, maps
):
    write_dataset(maps)
    (tmp_path / "dataset").mkdir(exist_ok=True)
    with pytest.raises(ReadingError, match=r"no ground truth with a prediction.*OG, down"):
        find_pairs(tmp_path / "dataset")


def test_a_file_is_no_data_set(tmp_path):
    with pytest.raises(ReadingError, match=r"nothing is not a folder.*<sampling>"):
        find_pairs(tmp_path / "nothing")


def test_a_map_is_read_as_stored_even_when_empty_or_binary(write_dataset):
    folder = write_dataset({"a.tif": np.zeros((3, 4), np.uint16), "b.tif": 255 * ONE})
    assert not read_map(folder / "a.tif").pixels.any()
    assert set(read_map(folder / "b.tif").pixels.ravel()) == {255}


def test_a_probability_map_is_refused(write_dataset):
    folder = write_dataset({"p.tif": np.full((3, 4), 0.5, np.float32)})
    with pytest.raises(LabelImageError, match=r"p\.tif.*integers.*threshold"):
        read_map(folder / "p.tif")
