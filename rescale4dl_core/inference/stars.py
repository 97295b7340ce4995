"""Labels from StarDist maps, by the stardist package's own suppression and drawing.

The maps are first reduced to candidates, which can be done tile by tile: suppression then
sees all of them at once, so there is no seam where tiles meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import MissingDependencyError, NetworkError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import Self

    from numpy.typing import NDArray

    from rescale4dl_core.inference.card import Thresholds

MOST_CANDIDATES = 4_000_000
"""More than any real image of 8192 x 8192 px has; suppression would take minutes."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Star-convex polygons that may be objects, before suppression."""

    points_px: NDArray[np.int32]
    """Their centres, shape (n, 2): row and column on the pixel grid of the image."""

    probabilities: NDArray[np.float32]
    """Shape (n,)."""

    distances_px: NDArray[np.float32]
    """From the centre to the edge along each ray, shape (n, rays)."""

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.points_px)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Put the candidates of several tiles together."""
        return cls(
            np.concatenate([part.points_px for part in parts]),
            np.concatenate([part.probabilities for part in parts]),
            np.concatenate([part.distances_px for part in parts]),
        )


def candidates_of(
    probability: NDArray[np.float32],
    distances: NDArray[np.float32],
    *,
    stride: int,
    thresholds: Thresholds,
    origin_px: tuple[int, int] = (0, 0),
) -> Candidates:
    """Return the output pixels above the probability threshold, those at the border too.

    Parameters
    ----------
    probability : float32 ndarray of shape (h, w)
        Object probability on the output grid.
    distances : float32 ndarray of shape (rays, h, w)
        In px of the image.
    stride : int
        Image px per output px.
    thresholds : Thresholds
        `probability` is used.
    origin_px : tuple of int
        Row and column in the image of output pixel (0, 0).
    """
    rows, columns = np.nonzero(probability > thresholds.probability)
    points = np.stack([rows * stride + origin_px[0], columns * stride + origin_px[1]], 1)
    return Candidates(
        points.astype(np.int32),
        probability[rows, columns].astype(np.float32),
        np.maximum(distances[:, rows, columns].T, 1e-3).astype(np.float32),
    )


def labels_from_stars(
    probability: NDArray[np.float32],
    distances: NDArray[np.float32],
    *,
    stride: int,
    shape: tuple[int, int],
    thresholds: Thresholds,
) -> NDArray[np.int32]:
    """Label the objects of StarDist maps, in this process.

    Parameters
    ----------
    probability : float32 ndarray of shape (h, w)
        Object probability on the output grid.
    distances : float32 ndarray of shape (rays, h, w)
        In px of the image, in the order of stardist's rays.
    stride : int
        Image px per output px.
    shape : tuple of int
        Rows and columns of the image.
    thresholds : Thresholds
        `probability` and `overlap` are used.

    Returns
    -------
    int32 ndarray of shape `shape`
        0 is background; objects are 1, 2, ... from the most probable to the least.
    """
    candidates = candidates_of(probability, distances, stride=stride, thresholds=thresholds)
    return labels_from_candidates(candidates, shape=shape, overlap=thresholds.overlap)


def labels_from_candidates(
    candidates: Candidates, *, shape: tuple[int, int], overlap: float
) -> NDArray[np.int32]:
    """Suppress candidates that overlap a more probable one, and draw the others.

    Equally probable candidates are taken from top to bottom and left to right, whatever
    their order is, so that labels do not depend on tiles.

    Raises
    ------
    NetworkError
        If there are more candidates than `MOST_CANDIDATES`.
    """
    refuse_too_many(len(candidates))
    rows, columns = candidates.points_px.T
    order = np.lexsort((columns, rows, -candidates.probabilities))
    order = order[(rows[order] < shape[0]) & (columns[order] < shape[1])]
    if not len(order):
        return np.zeros(shape, np.int32)
    points, distances = candidates.points_px[order], candidates.distances_px[order]
    scores = candidates.probabilities[order]
    nms, geometry = _stardist()
    kept = nms.non_maximum_suppression_inds(
        distances, points, scores=scores, thresh=overlap, verbose=0
    )
    drawn: NDArray[np.int32] = geometry.polygons_to_label(
        distances[kept], points[kept], shape, prob=scores[kept]
    )
    return _consecutive(drawn)


def refuse_too_many(n_candidates: int) -> None:
    """Raise `NetworkError` where suppression would take too long."""
    if n_candidates > MOST_CANDIDATES:
        raise NetworkError(
            f"The network sees {n_candidates:,} places that could be the middle of an "
            f"object; up to {MOST_CANDIDATES:,} can be sorted out. It does not suit this "
            "image: choose another network, or a smaller piece of the image."
        )


def _consecutive(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return labels 1, 2, ...; one that others cover has gone."""
    present = np.zeros(int(labels.max()) + 1, np.bool_)
    for row in labels:
        present[row] = True
    present[0] = False
    number = np.where(present, np.cumsum(present), 0).astype(np.int32)
    for row in labels:
        row[:] = number[row]
    return labels


def _stardist() -> tuple[ModuleType, ModuleType]:
    """Import what is used of stardist, and undo what its import changes elsewhere."""
    import warnings

    formatwarning = warnings.formatwarning
    try:
        from stardist import geometry, nms
    except ImportError as error:
        raise MissingDependencyError(
            "stardist", needed_for="Finding objects with StarDist", install="stardist"
        ) from error
    finally:
        warnings.formatwarning = formatwarning
    return nms, geometry
