"""What is kept of the maps of each tile: no more than labels need, to spare memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from rescale4dl_core.inference.spec import OutputKind
from rescale4dl_core.inference.star_process import FEW_CANDIDATES, labels_elsewhere
from rescale4dl_core.inference.stars import Candidates, candidates_of
from rescale4dl_core.inference.unet import N_WITH_EDGE, labels_from_landscape, landscape_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

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
