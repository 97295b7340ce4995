"""A trained network as ONNX, with the proof that it still answers the same."""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import torch

from rescale4dl_core.errors import TrainingError
from rescale4dl_core.training.networks import Deployed
from rescale4dl_core.training.recipe import Architecture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.training.networks import StarDist, UNet
    from rescale4dl_core.training.recipe import Recipe

OPSET = 17
INPUT = "image"
OUTPUTS = {
    Architecture.UNET: ("classes",),
    Architecture.STARDIST: ("probability", "distances"),
}

PARITY = 1e-4
"""Largest difference, absolute and relative, between torch and onnxruntime."""


TEST_SIDE_PX = 128
N_DISCS = 14


def onnx_bytes(network: UNet | StarDist, recipe: Recipe) -> bytes:
    """Export a network with free batch size, rows and columns.

    BatchNorm is folded into the convolutions. The weights are inside the file.
    """
    deployed = Deployed(network).cpu().float().eval()
    side_px = recipe.patches.side_px
    example = torch.zeros(1, recipe.layers.input_channels, side_px, side_px)
    names = (INPUT, *OUTPUTS[recipe.architecture])
    free = {0: "batch", 2: "rows", 3: "columns"}
    coarse = {0: "batch", 2: "output_rows", 3: "output_columns"}
    with warnings.catch_warnings(), TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            deployed,
            (example,),
            path,
            input_names=[INPUT],
            output_names=list(names[1:]),
            dynamic_axes={
                name: coarse if i and recipe.layers.grid > 1 else free
                for i, name in enumerate(names)
            },
            opset_version=OPSET,
            dynamo=False,
        )
        return path.read_bytes()


def require_parity(
    network: UNet | StarDist, recipe: Recipe, model: bytes, image: NDArray[np.float32]
) -> tuple[NDArray[np.float32], ...]:
    """Return what onnxruntime answers, having compared it with torch.

    Parameters
    ----------
    image : float32 ndarray of shape (N, channels, rows, columns)
        Normalised input, rows and columns a multiple of what the network takes.

    Raises
    ------
    TrainingError
        If they differ by more than 1e-4.
    """
    from rescale4dl_core.inference.onnx_session import open_session

    answers = open_session(model, name=recipe.name, provider="cpu").run(image)
    with torch.inference_mode():
        expected = Deployed(network).cpu().float().eval()(torch.from_numpy(image))
    for answer, wanted in zip(answers, expected, strict=True):
        off = float(np.max(np.abs(answer - wanted.numpy()) / (1 + np.abs(wanted.numpy()))))
        if off > PARITY:
            raise TrainingError(
                f"The exported network differs from the trained one by {off:.2g}; "
                f"{PARITY:g} is allowed. Try another version of torch or onnxruntime."
            )
    return answers


def drawn_image(recipe: Recipe) -> NDArray[np.float32]:
    """Return a drawn input of round objects, normalised, shape (1, channels, 128, 128).

    It is drawn and not a piece of the training data, so that it can ship with the model.
    """
    from rescale4dl_core.inference.feeding import intensity_range

    rng = np.random.default_rng(recipe.seed)
    rows, columns = np.indices((TEST_SIDE_PX, TEST_SIDE_PX))
    drawn = rng.normal(0.1, 0.02, rows.shape)
    for row, column in rng.uniform(0, TEST_SIDE_PX, (N_DISCS, 2)):
        radius_px = rng.uniform(4, 9)
        distance_px = np.hypot(rows - row, columns - column)
        drawn += rng.uniform(0.5, 1) / (1 + np.exp(2 * (distance_px - radius_px)))
    channels = np.repeat(drawn[..., None], recipe.layers.input_channels, axis=2)
    scaled = intensity_range(channels, recipe.normalisation).applied(channels)
    return np.ascontiguousarray(np.moveaxis(scaled, -1, 0)[None])
