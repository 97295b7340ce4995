"""Patches: image and labels stay together, and the same seed gives the same patch."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.training.batches import batch_of, batches, random_patch
from rescale4dl_core.training.image_pairs import Pair, prepared
from rescale4dl_core.training.recipe import Augmentation, Patches

GEOMETRY_ONLY = Augmentation(
    gain_percent=0, offset=0, gamma_percent=0, noise=0, blur_px=0, free_rotation=1
)


@pytest.fixture
def blocks(unet_recipe):
    """Return an image that is bright exactly where its labels are."""
    labels = np.zeros((90, 110), np.int32)
    labels[20:50, 30:60], labels[55:80, 70:100] = 1, 2
    return prepared(Pair("blocks", np.where(labels > 0, 900, 100), labels), unet_recipe)


def test_image_and_labels_are_changed_alike(blocks):
    rng = np.random.default_rng(2)
    for _ in range(50):
        pixels, labels = random_patch(blocks, Patches(48, 1), GEOMETRY_ONLY, rng)
        disagree = (pixels[0] > 0.5) != (labels > 0)
        assert disagree.mean() < 0.01, "interpolation may shift an edge, nothing more"


def test_objects_become_smaller_and_larger_by_up_to_the_given_share(blocks):
    rng = np.random.default_rng(3)
    areas = []
    whole = Patches(96, 1, foreground_share=1)
    for _ in range(120):
        _, labels = random_patch(blocks, whole, GEOMETRY_ONLY, rng)
        areas += [n for n in np.bincount(labels.ravel())[1:2] if n]
    sizes = np.sqrt(np.array(areas) / 900)
    assert sizes.max() > 1.2
    assert sizes[sizes > 0.6].min() < 0.85


def test_most_patches_hold_an_object_where_asked(unet_recipe):
    labels = np.zeros((400, 400), np.int32)
    labels[200:206, 200:206] = 1
    image = prepared(Pair("one", labels * 10, labels), unet_recipe)
    rng = np.random.default_rng(4)
    found = [
        random_patch(image, Patches(32, 1, 1.0), GEOMETRY_ONLY, rng)[1].any()
        for _ in range(40)
    ]
    assert np.mean(found) > 0.9


def test_a_batch_depends_on_seed_and_step_alone(blocks, unet_recipe):
    first, again = (batch_of(7, [blocks], unet_recipe) for _ in range(2))
    other = batch_of(8, [blocks], unet_recipe)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1][0], again[1][0])
    assert (first[0] != other[0]).any()


def test_the_thread_yields_the_same_batches_from_any_step(blocks, unet_recipe):
    recipe = replace(unet_recipe, schedule=replace(unet_recipe.schedule, n_steps=5))
    made = list(batches(0, [blocks], recipe))
    resumed = list(batches(3, [blocks], recipe))
    assert len(made) == 5
    np.testing.assert_array_equal(made[3][0], resumed[0][0])


def test_what_goes_wrong_in_the_thread_is_raised_here(blocks, unet_recipe):
    broken = replace(blocks, pixels=blocks.pixels[0])
    with pytest.raises(ValueError, match=r"rank|axes|sequence|dimension|shape"):
        list(batches(0, [broken], unet_recipe))
