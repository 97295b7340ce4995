"""Recipes: those that ship can be read, others are refused in words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rescale4dl_core.errors import TrainingError
from rescale4dl_core.training.image_pairs import split
from rescale4dl_core.training.pair_folders import read_sources
from rescale4dl_core.training.recipe import Folder, LossKind, Use, read_recipe

RECIPES = sorted((Path(__file__).parents[3] / "training" / "recipes").glob("*.toml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_that_ships_trains_on_train_rows_alone(path):
    recipe = read_recipe(path)
    assert recipe.name == path.stem
    assert all(one.rows != "test" for one in recipe.data)
    assert all("NON-COMMERCIAL" not in one.licence for one in recipe.data)


def test_a_misspelt_field_is_named(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text(RECIPES[0].read_text().replace("base_channels", "base_chanels"))
    with pytest.raises(TrainingError, match="'base_chanels' in the recipe"):
        read_recipe(path)


def test_what_is_no_toml_is_refused(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text("name = ")
    with pytest.raises(TrainingError, match=r"cannot be read as a recipe.*from training"):
        read_recipe(path)


def test_a_loss_of_the_other_architecture_is_refused(unet_recipe):
    with pytest.raises(TrainingError, match="does not belong"):
        replace(unet_recipe, loss=LossKind.STARDIST)


def test_a_patch_that_cannot_be_pooled_is_refused(unet_recipe):
    with pytest.raises(TrainingError, match="multiples of 4 px"):
        replace(unet_recipe, patches=replace(unet_recipe.patches, side_px=30))


def test_only_the_rows_asked_for_are_read(unet_recipe, disc_folder):
    (source,) = read_sources(unet_recipe, [disc_folder])
    assert [pair.name for pair in source.pairs] == ["d0", "d1", "d2", "d3"]


def test_left_out_stems_and_regions_are_obeyed(unet_recipe, disc_folder):
    entry = Folder("discs", rows="all", leave_out=("d1",), region=(0.0, 0.5, 0.5, 1.0))
    recipe = replace(unet_recipe, data=(entry,))
    (source,) = read_sources(recipe, [disc_folder.parent])
    assert len(source.pairs) == 5
    assert source.pairs[0].labels.shape == (36, 32)


def test_a_folder_that_is_not_there_is_named(unet_recipe, disc_folder):
    recipe = replace(unet_recipe, data=(Folder("nuclei"),))
    with pytest.raises(TrainingError, match=r"'nuclei'.*--data"):
        read_sources(recipe, [disc_folder])


def test_no_image_is_both_learnt_from_and_held_out(unet_recipe, disc_folder):
    recipe = replace(unet_recipe, validation=replace(unet_recipe.validation, share=0.4))
    data = split(read_sources(recipe, [disc_folder]), recipe)
    learnt, held_out = (
        {one.name for one in part} for part in (data.training, data.validation)
    )
    assert learnt | held_out == {"d0", "d1", "d2", "d3"}
    assert not learnt & held_out
    assert held_out


def test_a_source_for_validation_is_never_learnt_from(unet_recipe, disc_folder):
    recipe = replace(
        unet_recipe,
        data=(Folder("discs"), Folder("discs", rows="test", use=Use.VALIDATION)),
    )
    data = split(read_sources(recipe, [disc_folder]), recipe)
    assert {"d4", "d5"} <= {one.name for one in data.validation}
    assert not {"d4", "d5"} & {one.name for one in data.training}


def test_an_image_is_normalised_as_the_network_is_told(unet_recipe, disc_folder):
    data = split(read_sources(unet_recipe, [disc_folder]), unet_recipe)
    low, high = np.percentile(data.training[0].pixels, (1, 99.8))
    assert (low, high) == (pytest.approx(0, abs=1e-4), pytest.approx(1, abs=1e-4))
