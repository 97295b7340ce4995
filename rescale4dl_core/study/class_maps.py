"""Which class a network gives each pixel, for truths that are maps of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.inference.spec import OutputKind
from rescale4dl_core.labels import Labels

if TYPE_CHECKING:
    from rescale4dl_core.images import Image
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.progress import Progress


def class_map(
    image: Image, truth: Labels, network: Network, progress: Progress
) -> Labels | None:
    """Return the likeliest class of each pixel, on the grid of `image`.

    Parameters
    ----------
    image : Image
        At the scale that is looked at.
    truth : Labels
        The true classes on any grid; the value of a class is the number of its map.
    network : Network
        What finds them.
    progress : Progress
        Called at every tile; may cancel.

    Returns
    -------
    Labels or None
        None where the network has no map for each of the true classes.
    """
    if network.spec.output is not OutputKind.CLASSES:
        return None
    from rescale4dl_core.inference.feeding import pixels_for
    from rescale4dl_core.inference.running import predict_maps

    pixels, _ = pixels_for(image, network.spec)
    (maps,) = predict_maps(pixels, network, progress)
    if len(maps) <= int(truth.pixels.max()):
        return None
    return Labels.parse(np.argmax(maps, axis=0), source=network.name)
