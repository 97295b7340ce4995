"""What a StarDist's distances are short of is found and added."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from rescale4dl_core.training.batches import star_targets
from rescale4dl_core.training.networks import DISTANCE_UNIT_PX, StarDist, build
from rescale4dl_core.training.produce import calibrate

N_RAYS = 32


class Short(StarDist):
    """Answers the true stars of `labels`, each ray too short by the same length."""

    def __init__(self, layers, labels, short_px):
        super().__init__(layers)
        probability, distances = star_targets(labels, N_RAYS, layers.grid)
        self.logits = torch.logit(torch.from_numpy(probability), eps=1e-4)[None]
        self.short = torch.from_numpy(distances - np.float32(short_px))[None]
        torch.nn.init.zeros_(self.distances.bias)

    def forward(self, _image):
        """Return the same for every image."""
        added = DISTANCE_UNIT_PX * self.distances.bias[None, :, None, None]
        return self.logits, self.short + added


@pytest.fixture
def image():
    """Return discs wide enough that half a pixel of radius shows."""
    rows, columns = np.indices((96, 96))
    labels = np.zeros(rows.shape, np.int32)
    for number, (row, column) in enumerate(((24, 24), (24, 70), (70, 24), (68, 68)), 1):
        labels[np.hypot(rows - row, columns - column) <= 9.5] = number
    return SimpleNamespace(
        name="discs",
        pixels=np.zeros((1, 96, 96), np.float32),
        labels=labels,
        cut_sides=(),
    )


@pytest.mark.parametrize("short_px", [0.0, 0.5, 1.0])
def test_what_all_rays_are_short_of_is_added_to_the_network(star_recipe, image, short_px):
    recipe = replace(star_recipe, layers=replace(star_recipe.layers, n_rays=N_RAYS))
    network = Short(recipe.layers, image.labels, short_px)
    assert calibrate(network, [image], recipe) == pytest.approx(short_px, abs=0.25)
    _, distances = network(None)
    _, true = star_targets(image.labels, N_RAYS, recipe.layers.grid)
    assert np.abs(distances.detach().numpy()[0] - true).max() <= 0.25 + 1e-5


def test_a_unet_has_no_distances_to_correct(unet_recipe):
    network = build(unet_recipe.architecture, unet_recipe.layers)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert calibrate(network, [], unet_recipe) == 0
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])
