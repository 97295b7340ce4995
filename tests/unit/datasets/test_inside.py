"""Where a data set begins in what was unpacked."""

import pytest

from rescale4dl_core.datasets.zip_archive import folder_to_evaluate, folder_to_rescale
from rescale4dl_core.errors import ReadingError


@pytest.fixture
def tree(tmp_path):
    """Return a function that makes empty files and returns their common folder."""

    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path

    return make


@pytest.mark.parametrize("around", ["", "ds/", "x/y/ds/"])
def test_the_folder_with_samplings_is_found(tree, around):
    root = tree(f"{around}OG/GT/a.tif", f"{around}downsampling_2/GT/a.tif", "notes/b.txt")
    assert folder_to_evaluate(root) == root / around


def test_several_data_sets_are_named(tree):
    root = tree("one/OG/GT/a.tif", "two/OG/GT/a.tif")
    with pytest.raises(ReadingError, match=r"2 data sets in .* \(one, two\)"):
        folder_to_evaluate(root)


def test_a_folder_without_samplings_is_left_to_who_looks_into_it(tree, tmp_path):
    root = tree("a/b/c.tif")
    assert folder_to_evaluate(root) == root
    assert folder_to_evaluate(tmp_path / "missing") == tmp_path / "missing"


@pytest.mark.parametrize(
    ("names", "begins"),
    [
        (["Images/a.tif", "Labels/a.tif"], ""),
        (["Images/a.tif"], ""),
        (["a.tif"], ""),
        (["ds/a.tif"], ""),
        (["ds/Images/a.tif", "ds/Labels/a.tif"], "ds"),
        (["x/one/Images/a.tif", "x/two/Images/a.tif"], "x"),
        (["x/.hidden", "x/ds/Images/a.tif", "x/ds/Labels/a.tif"], "x/ds"),
    ],
)
def test_single_folders_around_data_sets_are_passed(tree, names, begins):
    root = tree(*names)
    assert folder_to_rescale(root) == root / begins
