"""`rescale4dl models` and `rescale4dl segment`."""

import json

import numpy as np
import pytest
import tifffile

from rescale4dl_core.cli import main
from tests.small_networks import mean_filter


@pytest.fixture
def network(tmp_path):
    """Return the path of a network whose only map is the image itself."""
    path = tmp_path / "identity.onnx"
    path.write_bytes(mean_filter(1))
    return str(path)


@pytest.fixture
def squares(tmp_path):
    """Return the paths of two images with two and three bright squares."""
    paths = []
    for n in (2, 3):
        pixels = np.zeros((50, 60), np.uint16)
        for i in range(n):
            pixels[10:16, 5 + 15 * i : 11 + 15 * i] = 500
        paths.append(tmp_path / f"cells{n}.tif")
        tifffile.imwrite(paths[-1], pixels, photometric="minisblack")
    return [str(path) for path in paths]


def run(capsys, *argv):
    code = main(argv)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_one_image_becomes_one_label_image(capsys, network, squares, tmp_path):
    out = tmp_path / "labels.tif"
    code, text, _ = run(
        capsys, "segment", squares[0], "--model", network, "--out", str(out), "--json"
    )
    fields = json.loads(text)
    assert code == 0
    assert fields["n_objects"] == 2
    assert fields["shape"] == [50, 60]
    assert fields["provider"] == "CPUExecutionProvider"
    assert 0 < fields["seconds_network"] <= fields["seconds"]
    labels = tifffile.imread(out)
    assert labels.shape == (50, 60)
    assert np.bincount(labels.ravel()).tolist() == [2928, 36, 36]


def test_several_images_go_into_a_folder(capsys, network, squares, tmp_path):
    out = tmp_path / "found"
    code, text, _ = run(
        capsys, "segment", *squares, "--model", network, "--out", str(out), "--json"
    )
    fields = json.loads(text)
    assert code == 0
    assert [image["n_objects"] for image in fields["images"]] == [2, 3]
    assert [image["name"] for image in fields["images"]] == ["cells2.tif", "cells3.tif"]
    assert sorted(path.name for path in out.iterdir()) == ["cells2.tif", "cells3.tif"]


def test_nothing_is_overwritten_unasked(capsys, network, squares, tmp_path):
    out = tmp_path / "labels.tif"
    out.write_bytes(b"mine")
    argv = ("segment", squares[0], "--model", network, "--out", str(out))
    code, _, said = run(capsys, *argv)
    assert code == 2
    assert "exists already and was left as it is" in said
    assert out.read_bytes() == b"mine"
    assert run(capsys, *argv, "--overwrite")[0] == 0
    assert tifffile.imread(out).max() == 2


def test_cuda_that_is_not_there_is_noted_and_the_work_is_done(
    capsys, network, squares, tmp_path
):
    out = tmp_path / "labels.tif"
    argv = ("segment", squares[0], "--model", network, "--out", str(out))
    code, text, _ = run(capsys, *argv, "--provider", "cuda", "--json")
    fields = json.loads(text)
    assert code == 0
    if fields["provider"] == "CPUExecutionProvider":
        assert "CUDA was asked for and cannot be used here" in fields["notes"][0]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--model", "unet-of-dreams"), "no network 'unet-of-dreams'"),
        (("--model", "NETWORK", "--out", "IMAGE"), "is a file; with 2 images"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(
    capsys, network, squares, tmp_path, argv, words
):
    places = {"NETWORK": network, "IMAGE": squares[0]}
    given = [places.get(word, word) for word in argv]
    out = () if "--out" in argv else ("--out", str(tmp_path / "found"))
    code, _, said = run(capsys, "segment", *squares, *given, *out)
    assert code == 2
    assert words in said
    assert "Traceback" not in said


def test_two_images_of_one_name_are_refused_before_any_work(
    capsys, network, squares, tmp_path
):
    again = tmp_path / "other" / "cells2.tif"
    again.parent.mkdir()
    again.write_bytes((tmp_path / "cells2.tif").read_bytes())
    out = tmp_path / "found"
    code, _, said = run(
        capsys, "segment", squares[0], str(again), "--model", network, "--out", str(out)
    )
    assert code == 2
    assert "would both be written as cells2.tif" in said
    assert not out.exists()


def test_the_shipped_networks_are_listed_with_what_one_needs_to_choose(capsys):
    code, text, _ = run(capsys, "models", "--json")
    assert code == 0
    for model in json.loads(text)["models"]:
        low, high = model["window_percent"]
        smallest, largest = model["trained_diameter_px"]
        assert 0 < low < high
        assert 0 < smallest < largest
        assert model["receptive_field_px"] > 2 * 100 / high
        assert model["licence"]
        assert model["task"]
        assert 0 < model["size_bytes"] < 10e6
    code, text, _ = run(capsys, "models")
    assert code == 0
    assert text.strip()
