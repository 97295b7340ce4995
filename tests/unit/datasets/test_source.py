"""Which image belongs to which labels, and what is reported instead of skipped."""

import os
import sys

import numpy as np
import pytest

from rescale4dl_core.datasets.source import find_datasets, require_different_names
from rescale4dl_core.errors import ReadingError
from rescale4dl_core.writing.image_tiff import write_image_tiff


def picture(path):
    write_image_tiff(path, np.ones((4, 4), np.uint8), None)


@pytest.mark.parametrize("labels", ["Labels", "GT", "masks"])
def test_images_are_paired_with_labels_of_the_same_name(make_dataset, labels):
    (dataset,) = find_datasets(make_dataset(stems=("b", "a"), labels=labels))
    assert dataset.name == "nuclei"
    assert [pair.name for pair in dataset.pairs] == ["a", "b"]
    assert [pair.labels_path.name for pair in dataset.pairs] == ["a.tif", "b.tif"]
    assert not dataset.problems


def test_a_folder_of_images_alone_is_a_data_set_without_labels(make_dataset):
    folder = make_dataset(labels=None) / "Images"
    (dataset,) = find_datasets(folder)
    assert dataset.name == "Images"
    assert [pair.labels_path for pair in dataset.pairs] == [None, None]


def test_a_folder_of_data_sets_gives_all_of_them(make_dataset, tmp_path):
    make_dataset("worms")
    make_dataset("cells")
    assert [dataset.name for dataset in find_datasets(tmp_path)] == ["cells", "worms"]


def test_what_has_no_partner_is_reported_by_name(make_dataset):
    folder = make_dataset(stems=("a", "b", "c"))
    (folder / "Labels" / "b.tif").unlink()
    (folder / "Images" / "c.tif").unlink()
    (dataset,) = find_datasets(folder)
    assert [(pair.name, pair.labels_path is None) for pair in dataset.pairs] == [
        ("a", False),
        ("b", True),
    ]
    assert [str(problem) for problem in dataset.problems] == [
        "nuclei/Images/b.tif: it has no labels; the image alone is rescaled.",
        "nuclei/Labels/c.tif: left out; there is no image of this name.",
    ]


def test_files_that_are_no_images_are_reported_and_hidden_ones_ignored(make_dataset):
    folder = make_dataset(labels=None)
    (folder / "Images" / "read me.txt").write_text("hello")
    (folder / "Images" / ".DS_Store").write_bytes(b"\0")
    (folder / "Images" / "notes").mkdir()
    (dataset,) = find_datasets(folder)
    texts = [str(problem) for problem in dataset.problems]
    assert len(dataset.pairs) == 2
    assert len(texts) == 2
    assert "notes" in texts[0]
    assert "no OME-Zarr image" in texts[0]
    assert "read me.txt" in texts[1]
    assert "a text file" in texts[1]


def test_two_images_of_one_name_are_not_written_over_each_other(make_dataset):
    folder = make_dataset(stems=("a",), labels=None)
    picture(folder / "Images" / "a.ome.tif")
    (dataset,) = find_datasets(folder)
    assert [pair.name for pair in dataset.pairs] == ["a"]
    assert "a.ome.tif has the same name" in str(dataset.problems[0])


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux only")
def test_a_name_that_is_no_text_is_reported(make_dataset):
    folder = make_dataset(labels=None)
    name = os.fsdecode(b"caf\xe9.tif")
    os.replace(folder / "Images" / "a.tif", folder / "Images" / name)
    (dataset,) = find_datasets(folder)
    assert [pair.name for pair in dataset.pairs] == ["b"]
    assert str(dataset.problems[0]).startswith("nuclei/Images/caf?.tif: left out; its name")


def test_one_sampling_of_a_rescaled_tree_keeps_the_name_of_its_data_set(tmp_path):
    picture(tmp_path / "cells" / "OG" / "Images" / "a.tif")
    assert find_datasets(tmp_path / "cells" / "OG")[0].name == "cells"
    with pytest.raises(ReadingError, match=r"rescaled already .OG, .*one sampling in it"):
        find_datasets(tmp_path / "cells")


@pytest.mark.parametrize(
    ("folder", "words"),
    [("missing", "is not a folder. Give the folder of a data set"), ("", "holds no image")],
)
def test_a_folder_without_images_is_refused(tmp_path, folder, words):
    with pytest.raises(ReadingError, match=words):
        find_datasets(tmp_path / folder)


def test_an_empty_images_folder_is_refused_with_what_was_found(make_dataset):
    folder = make_dataset(stems=())
    (folder / "Images").mkdir(parents=True)
    with pytest.raises(ReadingError, match=r"no image that can be used. Put the images"):
        find_datasets(folder)


def test_two_folders_of_labels_are_refused(make_dataset):
    folder = make_dataset()
    (folder / "GT").mkdir()
    with pytest.raises(ReadingError, match=r"several folders of labels .Labels, GT."):
        find_datasets(folder)


def test_two_data_sets_of_one_name_are_refused(make_dataset):
    found = [
        *find_datasets(make_dataset("one/Cells")),
        *find_datasets(make_dataset("two/cells")),
    ]
    with pytest.raises(ReadingError, match=r"Two data sets are called Cells"):
        require_different_names(found)
