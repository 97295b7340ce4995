"""A tiny training: it learns, resumes bit for bit, and exports what it learnt."""

import ast
import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from rescale4dl_core.documents import Document, from_plain
from rescale4dl_core.errors import CancelledError, OutputError, TrainingError
from rescale4dl_core.inference.card import NetworkCard
from rescale4dl_core.training.checkpoint import CHECKPOINT
from rescale4dl_core.training.image_pairs import split
from rescale4dl_core.training.loop import rate_at, train
from rescale4dl_core.training.pair_folders import read_sources
from rescale4dl_core.training.produce import produce
from rescale4dl_core.training.recipe import Folder, LossKind, Schedule


@pytest.fixture
def discs(unet_recipe, disc_folder):
    """Return the discs of the train rows, some held out."""
    return split(read_sources(unet_recipe, [disc_folder]), unet_recipe)


def stop_at(fraction):
    """Return a progress that cancels once so much is done."""

    def progress(done, message, /):
        if done >= fraction:
            raise CancelledError("stopped")

    return progress


@pytest.mark.parametrize("loss", [one for one in LossKind if one is not LossKind.STARDIST])
def test_every_loss_of_a_unet_falls(loss, unet_recipe, discs, tmp_path):
    recipe = replace(unet_recipe, loss=loss)
    _, state = train(recipe, discs, tmp_path)
    assert np.mean(state.losses[-4:]) < 0.96 * np.mean(state.losses[:4])


def test_the_loss_of_stardist_falls(star_recipe, discs, tmp_path):
    _, state = train(star_recipe, discs, tmp_path)
    assert np.mean(state.losses[-4:]) < 0.96 * np.mean(state.losses[:4])


def test_a_resumed_training_equals_an_uninterrupted_one(unet_recipe, discs, tmp_path):
    whole, state = train(unet_recipe, discs, tmp_path / "whole")
    with pytest.raises(CancelledError):
        train(unet_recipe, discs, tmp_path / "parts", progress=stop_at(0.8))
    resumed, again = train(unet_recipe, discs, tmp_path / "parts", resume=True)
    assert again.losses == state.losses
    assert again.validations == state.validations
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


def test_nothing_to_resume_is_said(unet_recipe, discs, tmp_path):
    with pytest.raises(TrainingError, match="nothing to resume"):
        train(unet_recipe, discs, tmp_path, resume=True)


def test_another_recipe_does_not_go_on_with_a_checkpoint(unet_recipe, discs, tmp_path):
    train(unet_recipe, discs, tmp_path)
    with pytest.raises(TrainingError, match="made with another recipe"):
        train(replace(unet_recipe, seed=9), discs, tmp_path, resume=True)


def test_a_checkpoint_holds_the_recipe_as_version_0_1_did(unet_recipe, discs, tmp_path):
    """As the text of dicts and lists: tuples would make it another recipe."""
    train(unet_recipe, discs, tmp_path)
    content = torch.load(tmp_path / CHECKPOINT, weights_only=True)
    recipe = ast.literal_eval(content["recipe"])
    assert recipe["not_for"] == list(unet_recipe.not_for)
    assert (recipe["data"], recipe["loss"]) == ([], unet_recipe.loss.value)


def test_the_rate_rises_and_falls_to_nothing():
    schedule = Schedule(n_steps=100, learning_rate=1.0, warm_up_steps=10)
    rates = [rate_at(step, schedule) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[10] == 1.0
    assert rates[55] == pytest.approx(0.5)
    assert rates[-1] < 0.001


@pytest.mark.parametrize("kind", ["unet_recipe", "star_recipe"])
def test_a_training_leaves_a_folder_that_describes_itself(
    kind, request, disc_folder, tmp_path
):
    recipe = request.getfixturevalue(kind)
    test_rows = (Folder("discs", rows="test"),)
    short = replace(recipe.schedule, n_steps=6, validate_every=6)
    recipe = replace(recipe, schedule=short, test=test_rows)
    produced = produce(recipe, [disc_folder], tmp_path, command="rescale4dl train")
    folder = produced.model_folder
    document = Document("The card", "make it again", TrainingError)
    plain = json.loads((folder / "card.json").read_text())
    assert from_plain(NetworkCard, plain, where="card", document=document) == produced.card
    tested = produced.card.scores[-1]
    assert [one.image for one in tested.images] == ["d4", "d5"] or len(tested.images) == 2
    assert "Not for" in (folder / "README.md").read_text()
    assert "opset_version: 17" in (folder / "rdf.yaml").read_text()
    assert "<svg" in (tmp_path / "report.html").read_text()
    _same_answer(folder)
    with pytest.raises(OutputError, match="already holds a training"):
        produce(recipe, [disc_folder], tmp_path, command="")


def _same_answer(folder):
    """Check with onnxruntime alone that the folder's network gives the expected output."""
    import onnxruntime

    session = onnxruntime.InferenceSession(folder / "model.onnx")
    answers = session.run(None, {"image": np.load(folder / "test_input.npy")})
    expected = sorted(folder.glob("test_output*.npy"))
    assert len(answers) == len(expected)
    for answer, file in zip(answers, expected, strict=True):
        np.testing.assert_allclose(answer, np.load(file), atol=1e-4)
