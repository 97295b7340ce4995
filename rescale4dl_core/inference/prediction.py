"""What a network found in one image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rescale4dl_core.labels import Labels


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """The objects that a network found in one image."""

    labels: Labels
    """On the pixel grid of the image; `source` names the network."""

    n_objects: int
    provider: str
    """What truly ran: "CPUExecutionProvider", "CUDAExecutionProvider"."""

    seconds: float
    """From pixels to labels."""

    seconds_network: float
    """The network alone, over all tiles."""

    notes: tuple[str, ...] = ()
    """What had to be reported: a provider that was not there, no object found."""
