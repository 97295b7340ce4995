"""Each command gives the fields of the contract, with values known beforehand."""

import json
import math
import shutil

import numpy as np
import pytest
import tifffile

from rescale4dl_core.cli import main
from rescale4dl_core.window import PUBLISHED_WINDOW
from tests.conftest import disk_labels


@pytest.fixture
def answer(capsys):
    """Run a command with --json and return what it printed."""

    def run(*arguments):
        code = main([*map(str, arguments), "--json"])
        output = capsys.readouterr()
        assert code == 0, output.err
        return json.loads(output.out)

    return run


@pytest.fixture
def disks(tmp_path):
    """Write an image and a mask: nine disks of radius 20 px, 0.1 um per pixel, one cut."""
    centres = [(row, column, 20.0) for row in (50, 150, 250) for column in (50, 150, 250)]
    labels = disk_labels((300, 300), *centres[:-1], (299, 299, 20.0))
    tags = {
        "imagej": True,
        "resolution": (10, 10),
        "metadata": {"unit": "um", "axes": "YX"},
    }
    image_path, labels_path = tmp_path / "disks 1.tif", tmp_path / "mask.tif"
    pixels = np.where(labels.pixels > 0, 4000, 100).astype(np.uint16)
    tifffile.imwrite(image_path, pixels, **tags)
    tifffile.imwrite(labels_path, labels.pixels.astype(np.uint16), **tags)
    return image_path, labels_path


def test_info_tells_what_was_written_into_the_file(answer, disks):
    fields = answer("info", disks[0])
    assert fields["shape"] == [300, 300]
    assert fields["axes"] == "YX"
    assert fields["dtype"] == "uint16"
    assert fields["pixel_size_um"] == {"y": 0.1, "x": 0.1, "z": None}
    assert "ImageJ" in fields["pixel_size_source"]


def test_a_typed_pixel_size_overrides_the_file_and_says_so(answer, disks):
    fields = answer("info", disks[0], "--pixel-size", "0.25")
    assert fields["pixel_size_um"] == {"y": 0.25, "x": 0.25, "z": None}
    assert fields["pixel_size_source"] == "typed in"


def test_measure_finds_the_diameter_of_the_disks(answer, disks):
    fields = answer("measure", disks[1])
    assert (fields["n_images"], fields["n_objects"], fields["n_border"]) == (1, 8, 1)
    assert fields["diameter_px"] == pytest.approx(40, abs=0.5)
    assert fields["diameter_um"] == pytest.approx(4, abs=0.05)
    assert fields["coverage_percent"] == pytest.approx(2.5, abs=0.05)
    assert fields["mean_area_px"] == pytest.approx(math.pi * 400, rel=0.02)
    assert fields["estimator"] == "equivalent circle"
    assert fields["images"][0]["n_objects"] == 8


def test_measure_reads_the_width_when_told_that_objects_are_elongated(answer, disks):
    assert answer("measure", disks[1], "--shape", "elongated")["estimator"] == "skeleton"


def test_throughput_is_eq_3_worked_by_hand(answer):
    fields = answer(
        *("throughput", "--fov-px", "100x200", "--area-px", "50", "--tau-s", "4"),
        *("--density-per-um2", "0.01", "--pixel-size", "0.5"),
    )
    assert fields["objects_per_fov_ceiling"] == 400
    assert fields["objects_per_s_ceiling"] == 100
    assert fields["objects_per_fov"] == pytest.approx(50)
    assert fields["objects_per_s"] == pytest.approx(12.5)


def test_throughput_without_a_density_leaves_the_count_open(answer):
    fields = answer("throughput", "--fov-px", "9x9", "--area-px", "9", "--tau-s", "1")
    assert fields["objects_per_s"] is None
    assert fields["objects_per_fov"] is None


def test_recommend_puts_the_diameter_at_the_published_target(answer, disks):
    fields = answer("recommend", disks[0], "--labels", disks[1], "--no-sweep")
    low, high = PUBLISHED_WINDOW.low_percent, PUBLISHED_WINDOW.high_percent
    assert fields["window_percent"] == [low, high]
    assert fields["coverage_percent"] == pytest.approx(math.sqrt(low * high))
    assert fields["ratio"] == pytest.approx(40 * math.sqrt(low * high) / 100, rel=0.02)
    assert fields["pixel_size_um"] == pytest.approx(0.1 * fields["ratio"])
    assert fields["throughput_gain"] == pytest.approx(fields["ratio"] ** 2)
    assert fields["throughput_gain_by_binning"] == 1
    assert fields["storage_ratio"] == pytest.approx(1 / fields["ratio"] ** 2)
    assert fields["expected_iou"] is None
    assert fields["reasons"]
    assert any("30" in caution for caution in fields["cautions"])


def test_an_unknown_pixel_size_leaves_only_the_lengths_open(answer, tmp_path):
    labels = disk_labels((200, 200), (50, 50, 20), (50, 150, 20), (150, 100, 20))
    path = tmp_path / "labels.tif"
    tifffile.imwrite(path, labels.pixels.astype(np.uint16))
    image = tmp_path / "image.tif"
    tifffile.imwrite(image, (labels.pixels * 50 + 10).astype(np.uint8))
    fields = answer("recommend", image, "--labels", path)
    assert fields["pixel_size_um"] is None
    assert fields["diameter_um"] is None
    target = math.sqrt(PUBLISHED_WINDOW.low_percent * PUBLISHED_WINDOW.high_percent) / 100
    assert fields["ratio"] == pytest.approx(40 * target, rel=0.02)
    assert any("pixel size" in caution.lower() for caution in fields["cautions"])


def test_recommend_without_labels_says_where_the_sizes_come_from(answer, disks):
    fields = answer("recommend", disks[0])
    assert fields["diameter_px"] == pytest.approx(40, rel=0.05)
    assert any("not of a checked mask" in caution for caution in fields["cautions"])


def test_rescale_writes_a_dataset_that_keeps_the_pixel_size(answer, disks, tmp_path):
    out = tmp_path / "out"
    fields = answer(
        *("rescale", disks[0], "--labels", disks[1]),
        *("--coarser", "2", "1.41", "--finer", "2", "--out", out),
    )
    for sampling in ("OG", "downsampling_2", "downsampling_1.41", "upsampling_2"):
        assert (out / sampling / "Images" / "disks 1.tif").is_file()
        assert (out / sampling / "GT" / "disks 1.tif").is_file()
    assert len(fields["written"]) == 8
    by_ratio = {scale["ratio"]: scale for scale in fields["scales"]}
    assert by_ratio[2.0]["shape"] == [150, 150]
    assert by_ratio[2.0]["pixel_size_um"] == pytest.approx(0.2)
    assert by_ratio[0.5]["shape"] == [600, 600]
    again = answer("info", out / "downsampling_2" / "Images" / "disks 1.tif")
    assert again["pixel_size_um"]["x"] == pytest.approx(0.2)
    halved = answer("measure", out / "downsampling_2" / "GT" / "disks 1.tif")
    assert halved["diameter_um"] == pytest.approx(4, abs=0.1)


def test_rescale_overwrites_nothing_unless_told_to(answer, disks, tmp_path, capsys):
    arguments = ["rescale", str(disks[0]), "--coarser", "2", "--out", str(tmp_path / "o")]
    answer(*arguments)
    written = tmp_path / "o" / "downsampling_2" / "Images" / "disks 1.tif"
    before = written.read_bytes()
    assert main([*arguments, "--binning", "sum"]) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert written.read_bytes() == before
    answer(*arguments, "--binning", "sum", "--overwrite")
    assert written.read_bytes() != before


def test_a_crop_gives_every_scale_the_shape_asked_for(answer, disks, tmp_path):
    fields = answer(
        *("rescale", disks[0], "--coarser", "4", "--finer", "2"),
        *("--crop", "128x256", "--out", tmp_path / "o"),
    )
    assert {tuple(scale["shape"]) for scale in fields["scales"]} == {(128, 256)}


def test_the_demo_runs_through_every_command(answer, tmp_path):
    assert answer("info", "demo")["pixel_size_um"]["x"] > 0
    assert answer("measure", "demo")["n_objects"] >= 30
    assert answer("recommend", "demo", "--no-sweep")["ratio"] > 1
    assert answer("rescale", "demo", "--coarser", "2", "--out", tmp_path / "o")["written"]


def test_an_empty_mask_among_others_is_skipped_and_named(answer, disks, tmp_path):
    empty = tmp_path / "empty well.tif"
    tifffile.imwrite(empty, np.zeros((300, 300), np.uint16))
    fields = answer("measure", disks[1], empty, "--pixel-size", "0.1")
    assert fields["diameter_px"] == answer("measure", disks[1])["diameter_px"]
    assert fields["images"][1] == {
        "name": "empty well.tif",
        "n_objects": 0,
        "n_border": 0,
        "diameter_px": None,
    }
    assert any("empty well.tif" in caution for caution in fields["cautions"])
    other = shutil.copy(disks[0], tmp_path / "other well.tif")
    pairs = [disks[0], other, "--labels", disks[1], empty]
    both = answer("recommend", *pairs, "--no-sweep")
    assert both["ratio"] == answer("recommend", disks[0], "--labels", disks[1])["ratio"]


def test_a_mask_without_any_object_is_a_fault_of_the_input(tmp_path, capsys):
    empty = tmp_path / "empty.tif"
    tifffile.imwrite(empty, np.zeros((30, 30), np.uint16))
    assert main(["measure", str(empty)]) == 2
    assert "holds no object" in capsys.readouterr().err
    other = shutil.copy(empty, tmp_path / "other.tif")
    assert main(["measure", str(empty), str(other)]) == 2
    assert "No object was found" in capsys.readouterr().err
