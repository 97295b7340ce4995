"""Leaving out each real image in turn."""

from dataclasses import replace

import pytest

from rescale4dl_core.errors import TrainingError
from rescale4dl_core.training import leave_one_out as module
from rescale4dl_core.training.leave_one_out import Steps, leave_one_out
from rescale4dl_core.training.recipe import Folder, Simulated, Use, Validation

SIMULATED = (
    Simulated("cocci", n_images=1, seed=1),
    Simulated("cocci", n_images=1, seed=2, use=Use.VALIDATION),
)


@pytest.fixture
def recipe(unet_recipe):
    return replace(
        unet_recipe,
        data=(Folder("discs", use=Use.TRAINING, leave_out=("d3",)),),
        simulated=SIMULATED,
    )


def test_each_image_is_scored_by_a_network_that_never_saw_it(
    recipe, disc_folder, tmp_path, monkeypatch
):
    learnt = []

    def watched(recipe, data, folder, **options):
        learnt.append((folder.name, {one.name for one in data.training}))
        return train(recipe, data, folder, **options)

    train = module.train
    monkeypatch.setattr(module, "train", watched)
    scores = leave_one_out(recipe, [disc_folder], tmp_path, Steps(4, 6))
    assert [one.image for one in scores.images] == ["d0", "d1", "d2"]
    assert learnt == [
        ("simulated", {"cocci_0000"}),
        ("d0", {"d1", "d2", "cocci_0000"}),
        ("d1", {"d0", "d2", "cocci_0000"}),
        ("d2", {"d0", "d1", "cocci_0000"}),
    ]
    assert scores.data_set == "discs"
    assert "4 steps on simulated images, then 6 steps on the others" in scores.split

    monkeypatch.setattr(module, "train", None)  # a second run reads the scores instead
    assert leave_one_out(recipe, [disc_folder], tmp_path, Steps(4, 6)) == scores


def test_progress_names_the_image_and_rises(recipe, disc_folder, tmp_path):
    told = []
    leave_one_out(
        recipe, [disc_folder], tmp_path, Steps(0, 5), lambda *one: told.append(one)
    )
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert {message.split(":")[0] for _, message in told} == {"d0", "d1", "d2"}


def test_one_image_alone_cannot_be_left_out(recipe, disc_folder, tmp_path):
    alone = replace(
        recipe,
        data=(Folder("discs", use=Use.TRAINING, leave_out=("d1", "d2", "d3")),),
    )
    with pytest.raises(TrainingError, match=r"1 real images to train on.* at least 2"):
        leave_one_out(alone, [disc_folder], tmp_path, Steps(0, 5))


def test_thresholds_may_come_from_the_images_learnt_from_but_not_from_the_one_left_out(
    recipe, disc_folder, tmp_path, monkeypatch
):
    chosen_on = []

    def watched(network, images, recipe, *, learnt):
        chosen_on.append({one.name for one in (*images, *learnt)})
        return best_thresholds(network, images, recipe, learnt=learnt)

    best_thresholds = module.best_thresholds
    monkeypatch.setattr(module, "best_thresholds", watched)
    both = replace(recipe, validation=Validation(thresholds_on_learnt=True))
    leave_one_out(both, [disc_folder], tmp_path, Steps(0, 4))
    assert chosen_on == [
        {"cocci_0000", "d1", "d2"},
        {"cocci_0000", "d0", "d2"},
        {"cocci_0000", "d0", "d1"},
    ]
