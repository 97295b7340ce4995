"""Walk back from the pixels of a map to the pixels of the image it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.receptive.reach import HERE, Everywhere

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.receptive.layout import Axis
    from rescale4dl_core.receptive.trace import Trace

    Stretch = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What each position of a map sees along one direction of the image."""

    first_px: NDArray[np.int64]
    last_px: NDArray[np.int64]
    global_by: str | None
    """The operation that looks at the whole image, if one does."""

    @property
    def sizes_px(self) -> NDArray[np.int64]:
        """Image pixels seen, from the first to the last."""
        return self.last_px - self.first_px + 1


def seen_by(trace: Trace, output: str, axis: Axis, image: str) -> Seen:
    """Return what every position of a map sees, as if the image had no border.

    Exact where each layer is: a stretch stands for all pixels between its ends, which
    layers with gaps between their taps do not all look at.

    Parameters
    ----------
    trace : Trace
        Of the graph, for one size of image.
    output : str
        Name of the map.
    axis : Axis
        Direction in the image.
    image : str
        Name of the input.
    """
    layout = trace.layouts[output]
    dim = layout.dim_of(axis)
    positions = np.arange(1 if dim is None else layout.shape[dim])
    stretches: dict[str, Stretch] = {output: (positions, positions)}
    global_by = None
    for link in reversed(trace.links):
        if link.seen_by not in stretches:
            continue
        reach = link.reaches.get(axis, HERE)
        if isinstance(reach, Everywhere):
            global_by = reach.operation
        found = reach.inputs_of(*stretches[link.seen_by])
        stretches[link.seen] = _hull(stretches.get(link.seen), found)
    first, last = stretches[image]
    return Seen(first, last, global_by)


def _hull(known: Stretch | None, found: Stretch) -> Stretch:
    if known is None:
        return found
    return np.minimum(known[0], found[0]), np.maximum(known[1], found[1])
