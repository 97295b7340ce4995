"""A tiny recipe and a folder of drawn discs to train it on."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile

from rescale4dl_core.training.recipe import (
    Architecture,
    Augmentation,
    Layers,
    LossKind,
    Patches,
    Precision,
    Recipe,
    Schedule,
)

UNET = Recipe(
    name="unet-discs",
    architecture=Architecture.UNET,
    task="Outlines drawn discs",
    intended_use="Tests",
    not_for=("anything else",),
    layers=Layers(base_channels=4, poolings=2),
    patches=Patches(side_px=32, batch=4),
    schedule=Schedule(
        n_steps=24,
        learning_rate=5e-3,
        warm_up_steps=4,
        validate_every=8,
        precision=Precision.FP32,
    ),
    loss=LossKind.DICE_CE,
    seed=1,
    augmentation=Augmentation(free_rotation=0.5),
)


@pytest.fixture
def unet_recipe() -> Recipe:
    """Return a U-Net that trains in a second."""
    return UNET


@pytest.fixture
def star_recipe() -> Recipe:
    """Return a StarDist that trains in a second."""
    return replace(
        UNET,
        name="stardist-discs",
        architecture=Architecture.STARDIST,
        layers=Layers(base_channels=4, poolings=1, n_rays=8, grid=2),
        loss=LossKind.STARDIST,
    )


@pytest.fixture(scope="session")
def disc_folder(tmp_path_factory) -> Path:
    """Six noisy images of bright discs with their labels, two of them test rows."""
    folder = tmp_path_factory.mktemp("data") / "discs"
    rng = np.random.default_rng(0)
    rows, columns = np.indices((72, 64))
    lines = ["stem,split"]
    for i in range(6):
        labels = np.zeros(rows.shape, np.uint16)
        for label in range(1, 7):
            row, column = rng.uniform(4, 60, 2)
            labels[np.hypot(rows - row, columns - column) < rng.uniform(4, 8)] = label
        pixels = 200 + 800 * (labels > 0) + rng.normal(0, 60, rows.shape)
        for kind, array in (("images", pixels.astype(np.uint16)), ("labels", labels)):
            (folder / kind).mkdir(parents=True, exist_ok=True)
            tifffile.imwrite(folder / kind / f"d{i}.tif", array)
        lines.append(f"d{i},{'test' if i > 3 else 'train'}")
    (folder / "split.csv").write_text("\n".join(lines))
    return folder


@pytest.fixture(autouse=True)
def one_thread():
    """Let torch use one thread: on a busy machine several wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
