"""From an image to the objects that a network finds in it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.inference.collecting import collector_for
from rescale4dl_core.inference.feeding import pixels_for
from rescale4dl_core.inference.prediction import Prediction
from rescale4dl_core.inference.running import pieces_of
from rescale4dl_core.labels import Labels
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.images import Image
    from rescale4dl_core.inference.network import Network

SHARE_OF_THE_NETWORK = 0.85
"""How much of the progress the network is; the rest is turning maps into labels."""


def segment(image: Image, network: Network, *, progress: Progress = silent) -> Prediction:
    """Find the objects of one image.

    Parameters
    ----------
    image : Image
        Colour is reduced to brightness for a network that takes one intensity.
    network : Network
        From `open_network`.
    progress : Progress
        Called at every tile, and while objects are told apart; may cancel.

    Returns
    -------
    Prediction
        With no object and a note where all pixels are equal or the network finds nothing.

    Raises
    ------
    NetworkError
        If the image has no colour where the network needs it, is too small, or the
        network cannot be run on it.
    """
    began = time.perf_counter()
    pixels, notes = pixels_for(image, network.spec)
    if pixels.min() == pixels.max():
        labels, seconds_network = np.zeros(image.shape, np.int32), 0.0
        nothing = (
            f"All pixels of {image.name} have the same value, so there is nothing to find."
        )
    else:
        labels, seconds_network = _found(pixels, network, progress)
        nothing = (
            f"{network.name} found no object in {image.name}. It may be made for another "
            "kind of image, or for objects of another size in pixels."
        )
    n_objects = int(labels.max())
    notes = (*network.notes, *notes, *(() if n_objects else (nothing,)))
    progress(1.0, "done")
    return Prediction(
        labels=Labels.parse(labels, source=network.name, notes=notes),
        n_objects=n_objects,
        provider=network.provider,
        seconds=time.perf_counter() - began,
        seconds_network=seconds_network,
        notes=notes,
    )


def _found(
    pixels: NDArray[Any], network: Network, progress: Progress
) -> tuple[NDArray[np.int32], float]:
    """Return labels 1, 2, ..., and the seconds that the network took."""

    def of_network(fraction: float, message: str, /) -> None:
        progress(SHARE_OF_THE_NETWORK * fraction, message)

    def telling_apart() -> None:
        progress(SHARE_OF_THE_NETWORK, "telling the objects apart")

    rows, columns = pixels.shape[:2]
    collector = collector_for(network, (rows, columns))
    seconds = 0.0
    for piece in pieces_of(pixels, network, of_network):
        collector.add(piece)
        seconds += piece.seconds
    return collector.labels(telling_apart), seconds
