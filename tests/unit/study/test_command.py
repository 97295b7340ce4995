"""`rescale4dl sweep` gives the fields of the contract."""

import json

import numpy as np
import pytest
import tifffile

from rescale4dl_core.cli import main
from rescale4dl_core.inference.store import shipped_names

FIELDS = {
    "ratio",
    "pixel_size_um",
    "coverage_percent",
    "n_objects",
    "diameter_px",
    "iou_own_grid",
    "iou_sample_grid",
    "iou_ceiling",
    "stability",
    "objects_per_fov",
    "seconds",
}
SIDE_PX = 128


@pytest.fixture(scope="module")
def model():
    names = [name for name in shipped_names() if "cocci" in name]
    if not names:
        pytest.skip("no network for cocci is in models/")
    return names[0]


@pytest.fixture
def files(tmp_path):
    """Write nine bright disks of 14 px on 128 x 128 px of 0.1 um, and their mask."""
    rows, columns = np.mgrid[:SIDE_PX, :SIDE_PX]
    labels = np.zeros((SIDE_PX, SIDE_PX), np.uint16)
    for index in range(9):
        row, column = 24 + 40 * (index // 3), 24 + 40 * (index % 3)
        labels[(rows - row) ** 2 + (columns - column) ** 2 <= 49] = index + 1
    noise = np.random.default_rng(0).normal(0, 20, labels.shape)
    tags = {
        "imagej": True,
        "resolution": (10, 10),
        "metadata": {"unit": "um", "axes": "YX"},
    }
    paths = tmp_path / "cells.tif", tmp_path / "mask.tif"
    pixels = (300 + 900 * (labels > 0) + noise).astype(np.uint16)
    tifffile.imwrite(paths[0], pixels, **tags)
    tifffile.imwrite(paths[1], labels, **tags)
    return paths


@pytest.fixture
def answer(capsys, model):
    """Run the sweep with --json and return what it printed."""

    def run(*arguments):
        code = main(["sweep", *map(str, arguments), "--model", model, "--json"])
        output = capsys.readouterr()
        assert code == 0, output.err
        return json.loads(output.out)

    return run


def test_every_scale_has_the_fields_of_the_contract(answer, files):
    image, mask = files
    fields = answer(
        image, "--labels", mask, "--coarser", "2", "--finer", "1.41", "--fov-px", "256x256"
    )
    scales = fields["scales"]
    assert all(set(scale) >= FIELDS for scale in scales)
    assert [scale["ratio"] for scale in scales] == pytest.approx([1 / 1.41, 1, 2])
    assert [scale["pixel_size_um"] for scale in scales] == pytest.approx(
        [0.1 / 1.41, 0.1, 0.2]
    )
    diameter_px = 2 * np.sqrt(149 / np.pi)  # pixels within 7 px of a pixel
    assert scales[1]["coverage_percent"] == pytest.approx(100 / diameter_px)
    assert scales[2]["coverage_percent"] == pytest.approx(200 / diameter_px)
    assert scales[1]["objects_per_fov"] == pytest.approx(9 * 4)
    assert scales[1]["iou_ceiling"] == 1.0
    assert fields["best_ratio"] in [scale["ratio"] for scale in scales]
    assert any("not a network trained anew" in words for words in fields["cautions"])


def test_without_labels_what_needs_a_mask_is_null(answer, files):
    fields = answer(files[0], "--coarser", "1.41", "--no-stability")
    assert not fields["has_truth"]
    for scale in fields["scales"]:
        assert scale["iou_own_grid"] is scale["iou_sample_grid"] is None
        assert scale["iou_ceiling"] is scale["stability"] is None
    assert fields["best_ratio"] is None


def test_a_metric_of_the_user_is_a_field_of_every_scale(answer, files, tmp_path):
    image, mask = files
    own = tmp_path / "own.py"
    own.write_text("def score(gt, prediction): return {'rows_px': len(gt)}")
    fields = answer(
        *(image, "--labels", mask, "--coarser", "2", "--no-stability"), "--metrics", own
    )
    assert [scale["rows_px_own_grid"] for scale in fields["scales"]] == [
        SIDE_PX,
        SIDE_PX / 2,
    ]
    assert [scale["rows_px_sample_grid"] for scale in fields["scales"]] == [SIDE_PX] * 2


def test_an_unknown_model_is_refused_in_one_sentence(capsys, files):
    assert main(["sweep", str(files[0]), "--model", "nonesuch"]) == 2
    assert "nonesuch" in capsys.readouterr().err


def test_a_person_reads_a_table(capsys, model, files):
    image, mask = map(str, files)
    arguments = ["sweep", image, "--labels", mask, "--coarser", "2", "--no-stability"]
    assert main([*arguments, "--model", model]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "coverage" in lines[1]
    assert sum(line.endswith("best") for line in lines) == 1
