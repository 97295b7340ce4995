"""Whole data sets on the command line, and the refusals that keep files apart from them."""

import json

import numpy as np
import pytest
import tifffile

from rescale4dl_core.cli import main
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.writing.image_tiff import write_image_tiff, write_labels_tiff
from tests.conftest import disk_labels


@pytest.fixture
def dataset(tmp_path):
    """Write two images of 60 x 40 px, 0.1 um per pixel, with labels."""
    for stem in ("one", "two"):
        labels = disk_labels((60, 40), (20, 20, 9), (44, 20, 9))
        pixels = labels.pixels.astype(np.uint16) * 100
        size = PixelSize.square(0.1)
        write_image_tiff(tmp_path / "my cells" / "Images" / f"{stem}.tif", pixels, size)
        write_labels_tiff(tmp_path / "my cells" / "GT" / f"{stem}.tif", labels, size)
    return tmp_path / "my cells"


@pytest.fixture
def run(capsys):
    """Run `rescale` and return exit code, JSON fields (or None) and standard error."""

    def run(*arguments):
        code = main(["rescale", *map(str, arguments), "--json"])
        output = capsys.readouterr()
        return code, json.loads(output.out) if code == 0 else None, output.err

    return run


def test_a_data_set_is_written_and_described(run, dataset, tmp_path):
    out = tmp_path / "out"
    options = ("--coarser", 2, "--binning", "both", "--blur", 1, "--workers", 1)
    code, fields, _ = run("--dataset", dataset, *options, "--out", out)
    assert code == 0
    assert fields["n_images"] == 2
    assert len(fields["written"]) == 2 * 2 * 5
    assert fields["problems"] == fields["cautions"] == []
    found = {(scale["name"], scale["sampling"]): scale for scale in fields["scales"]}
    assert list(found) == [
        ("my cells", "OG"),
        ("my cells", "downsampling_2"),
        ("my cells_sum", "OG"),
        ("my cells_sum", "downsampling_2"),
        ("my cells_blurred_1", "OG"),
    ]
    coarser = found["my cells", "downsampling_2"]
    assert coarser["ratio"] == 2
    assert coarser["shape"] == [30, 20]
    assert coarser["pixel_size_um"] == pytest.approx(0.2)
    assert (coarser["n_images"], coarser["n_labels"]) == (2, 2)
    assert tifffile.imread(f"{coarser['folder']}/GT/two.tif").shape == (30, 20)


def test_a_second_run_says_that_all_is_done(run, dataset, tmp_path):
    arguments = ("--dataset", dataset, "--coarser", 2, "--out", tmp_path / "out")
    run(*arguments)
    code, fields, _ = run(*arguments)
    assert code == 0
    assert fields["n_finished_before"] == 2
    assert fields["written"] == []


def test_what_a_person_reads_tells_folders_and_problems(dataset, tmp_path, capsys):
    (dataset / "GT" / "two.tif").unlink()
    arguments = ["--dataset", str(dataset), "--coarser", "2", "--out", str(tmp_path / "o")]
    assert main(["rescale", *arguments]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2 images; 6 files written into")
    assert "my cells/downsampling_2: 2 images, 1 with labels" in lines
    assert lines[-1].startswith("problem: my cells/Images/two.tif: it has no labels")


def test_predictions_on_crops_are_mapped_back(run, dataset, tmp_path):
    out = tmp_path / "out"
    run("--dataset", dataset, "--crop", "64x64", "--out", out)
    folder = out / "my cells_crop_64x64" / "OG"
    options = ("--map-back", folder / "mapping.csv", "--out", tmp_path / "back")
    code, fields, _ = run("--dataset", folder / "GT", *options)
    assert code == 0
    np.testing.assert_array_equal(
        tifffile.imread(fields["written"][0]), tifffile.imread(dataset / "GT" / "one.tif")
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Nothing to rescale was given"),
        (["demo", "--same-size"], "--same-size is for data sets"),
        (["demo", "--blur", "1"], "--blur is for data sets"),
        (["demo", "--workers", "2"], "--workers is for data sets"),
        (["demo", "--binning", "both"], "--binning both is for data sets"),
        (["demo", "--dataset", "DATASET"], "Give one or the other"),
        (["--dataset", "DATASET"], "Nothing was asked for"),
        (["--dataset", "DATASET", "DATASET"], "Two data sets are called my cells"),
        (["--dataset", "nowhere"], "nowhere is not a folder"),
        (["--dataset", "DATASET", "--map-back", "m.csv", "--crop", "8x8"], "one folder"),
        (["--dataset", "DATASET", "--workers", "0"], "0 workers were asked for"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(
    run, dataset, tmp_path, arguments, words
):
    given = [dataset if one == "DATASET" else one for one in arguments]
    if "--dataset" not in given or "--workers" in given:
        given += ["--coarser", "2"]
    elif given.count(dataset) == 2:
        given += ["--finer", "2"]
    code, _, said = run(*given, "--out", tmp_path / "out")
    assert code == 2
    assert words in said
    assert said.count("\n") == 1
    assert not list((tmp_path / "out").rglob("*.tif"))
