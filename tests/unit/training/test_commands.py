"""`rescale4dl train` and `train-scales`: what they print, and what they refuse."""

import json
import sys
from pathlib import Path

import pytest

from rescale4dl_core.cli import main

RECIPE = """
name = "unet-tiny"
architecture = "unet"
task = "Outlines discs"
intended_use = "Tests"
not_for = []
loss = "dice_ce"
seed = 1
[layers]
base_channels = 4
poolings = 2
[patches]
side_px = 32
batch = 2
[schedule]
n_steps = 3
learning_rate = 1e-3
warm_up_steps = 1
precision = "fp32"
[[data]]
folder = "discs"
[[test]]
folder = "discs"
rows = "test"
"""


@pytest.fixture
def recipe(tmp_path) -> Path:
    """Return the file of a recipe that trains in a second."""
    path = tmp_path / "unet-tiny.toml"
    path.write_text(RECIPE)
    return path


def test_train_prints_one_json_object(recipe, disc_folder, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["train", recipe, "--data", disc_folder, "--out", out, "--json"]
    assert main([str(one) for one in arguments]) == 0
    fields = json.loads(capsys.readouterr().out)
    assert fields["name"] == "unet-tiny"
    assert (out / "unet-tiny" / "model.onnx").stat().st_size == fields["size_bytes"]
    assert [score["n_images"] for score in fields["scores"]] == [1, 2]
    assert main([str(one) for one in arguments]) == 2
    assert "--resume" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["train", "train-scales"])
def test_a_recipe_that_is_not_there_is_named(command, tmp_path, capsys):
    missing = tmp_path / "no.toml"
    assert main([command, str(missing), "--out", str(tmp_path / "out")]) == 2
    assert "no.toml cannot be read as a recipe" in capsys.readouterr().err


def test_without_torch_the_extra_to_install_is_named(recipe, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main(["train", str(recipe), "--out", str(tmp_path / "out")]) == 2
    assert "rescale4dl-advisor[train]" in capsys.readouterr().err
