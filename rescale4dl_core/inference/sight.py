"""The receptive fields of a network: one that ships, or one of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.inference.card import Normalisation
from rescale4dl_core.inference.feeding import intensity_range
from rescale4dl_core.inference.network_process import ProcessSession, open_elsewhere
from rescale4dl_core.inference.opening import onnx_in
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.receptive.inspect import Inspection, inspect_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.images import Image


MOST_PATCHES = 8


def inspect_file(
    name: str,
    content: bytes,
    *,
    images: Sequence[Image] = (),
    progress: Progress = silent,
) -> Inspection:
    """Inspect a network of the user's own, in a process with bounds.

    Parameters
    ----------
    name : str
        Of the file; its ending tells what it is.
    content : bytes
        An ONNX file or a bioimage.io package.
    images : sequence of Image
        On which the effective receptive field is measured; without any, noise.
    progress : Progress
        Called for each run of the network.

    Raises
    ------
    NetworkError
        If the network is not safe, cannot be opened, or makes no maps of images.
    """
    progress(0.0, f"Opening {name}")
    onnx_bytes, _ = onnx_in(name, content)
    runner = open_elsewhere(onnx_bytes, name=name, provider="cpu")
    return inspect_session(runner, images=images, progress=progress)


def inspect_session(
    runner: ProcessSession, *, images: Sequence[Image] = (), progress: Progress = silent
) -> Inspection:
    """Inspect a network that is open in a process of its own; see `inspect_file`."""
    progress(0.0, f"Reading the graph of {runner.name}")
    view = runner.view()

    def run(batch: NDArray[np.float32], /) -> tuple[NDArray[np.float32], ...]:
        return runner.run(batch, give_back=False)

    patches = [_patch(image, view.input_channels) for image in images[:MOST_PATCHES]]
    return inspect_view(view, run, patches=patches, progress=progress)


def _patch(image: Image, n_channels: int) -> NDArray[np.float32]:
    """Return an image scaled as networks expect it, with as many channels as asked for."""
    if image.is_rgb and n_channels == 3:
        pixels = image.pixels
    else:
        pixels = np.repeat(image.intensity[..., np.newaxis], n_channels, axis=2)
    scaled = intensity_range(pixels, Normalisation()).applied(pixels)
    return np.ascontiguousarray(np.moveaxis(scaled, -1, 0))
