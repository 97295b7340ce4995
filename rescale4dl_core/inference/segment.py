"""From an image to the objects that a network finds in it.

Of the maps of each tile no more is kept than labels need, to spare memory.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from rescale4dl_core.inference.card import OutputKind
from rescale4dl_core.inference.feeding import pixels_for
from rescale4dl_core.inference.running import pieces_of
from rescale4dl_core.inference.star_process import FEW_CANDIDATES, labels_elsewhere
from rescale4dl_core.inference.stars import Candidates, candidates_of
from rescale4dl_core.inference.unet import N_WITH_EDGE, labels_from_landscape, landscape_of
from rescale4dl_core.labels import Labels
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rescale4dl_core.images import Image
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.inference.running import Piece


class Collector(Protocol):
    """Takes the pieces of one image and makes labels of them."""

    def add(self, piece: Piece, /) -> None:
        """Keep what is needed of a piece."""
        ...

    def labels(self, meanwhile: Callable[[], object], /) -> NDArray[np.int32]:
        """Return labels 1, 2, ..., calling `meanwhile` now and then where it takes long."""
        ...


def collector_for(network: Network, shape: tuple[int, int]) -> Collector:
    """Return the collector for an image of (rows, columns)."""
    if network.spec.output is OutputKind.STARS:
        return _Stars(network, shape)
    return _Landscape(network, shape)


class _Landscape:
    """One byte per pixel."""

    def __init__(self, network: Network, shape: tuple[int, int]) -> None:
        self._thresholds = network.spec.thresholds
        self._has_edge = False
        self._whole = np.zeros(shape, np.uint8)

    def add(self, piece: Piece, /) -> None:
        part = landscape_of(piece.maps[0], self._thresholds)
        self._has_edge = len(piece.maps[0]) == N_WITH_EDGE
        rows, columns = part.shape
        self._whole[piece.row : piece.row + rows, piece.column : piece.column + columns] = (
            part
        )

    def labels(self, meanwhile: Callable[[], object], /) -> NDArray[np.int32]:
        meanwhile()
        return labels_from_landscape(self._whole, self._thresholds, has_edge=self._has_edge)


class _Stars:
    """The candidates."""

    def __init__(self, network: Network, shape: tuple[int, int]) -> None:
        self._network, self._shape = network, shape
        self._parts: list[Candidates] = []
        self._n_candidates = 0

    def add(self, piece: Piece, /) -> None:
        spec = self._network.spec
        probability, distances = piece.maps
        part = candidates_of(
            probability[0],
            distances,
            stride=spec.output_stride,
            thresholds=spec.thresholds,
            origin_px=(piece.row * spec.output_stride, piece.column * spec.output_stride),
        )
        self._parts.append(part)
        had_few = self._n_candidates <= FEW_CANDIDATES
        self._n_candidates += len(part)
        if had_few and self._n_candidates > FEW_CANDIDATES:
            self._network.star_sorters.prepare()

    def labels(self, meanwhile: Callable[[], object], /) -> NDArray[np.int32]:
        candidates = Candidates.joined(self._parts)
        self._parts.clear()
        return labels_elsewhere(
            candidates,
            shape=self._shape,
            overlap=self._network.spec.thresholds.overlap,
            children=self._network.star_sorters,
            meanwhile=meanwhile,
        )


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
