"""Labels from class maps: seeds where "inside" is likeliest, grown to the object's edge.

The maps are first reduced to a landscape of one byte per pixel, which can be done tile by
tile. Its deep basins are the seeds, from which it is flooded: a watershed that is aware of
the edge class, as the way over an edge is uphill.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np
from scipy import ndimage

from rescale4dl_core.segmentation.splitting import label_pieces, split_at_necks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.inference.card import Thresholds

BACKGROUND, SEED, LOWEST, HIGHEST = 0, 1, 2, 255
"""Values of a landscape; between the last two it rises as "inside" gets less likely."""

N_WITH_EDGE = 3
"""So many maps are background, inside and edge."""

DISTANCE_PER_WIDTH, NECK_PERCENT = 0.3, 85.0
"""How pieces of foreground are cut; as the segmentation by brightness has them."""


def labels_from_classes(
    maps: NDArray[np.float32], thresholds: Thresholds
) -> NDArray[np.int32]:
    """Label the objects of class maps.

    Parameters
    ----------
    maps : float32 ndarray of shape (classes, rows, columns)
        Probabilities. With 3 classes: background, inside, edge. With 2: background,
        object. With 1: object. With more: background first, the others are objects.
    thresholds : Thresholds
        `probability`: smallest foreground; `seed`, `depth`, `seed_area_px`: what is an
        object, and what are two.

    Returns
    -------
    int32 ndarray of shape (rows, columns)
        0 is background, objects are 1, 2, ... in the order of their first pixel.
    """
    landscape = landscape_of(maps, thresholds)
    return labels_from_landscape(landscape, thresholds, has_edge=len(maps) == N_WITH_EDGE)


def landscape_of(maps: NDArray[np.float32], thresholds: Thresholds) -> NDArray[np.uint8]:
    """Reduce maps, as in `labels_from_classes`, to what labels need; pixel by pixel.

    Returns
    -------
    uint8 ndarray of shape (rows, columns)
        0 background, and from 2 on foreground, higher where "inside" is less likely. Of a
        network without an edge class: 1 for all foreground.
    """
    if len(maps) != N_WITH_EDGE:
        foreground = maps[0] if len(maps) == 1 else 1 - maps[0]
        return np.where(foreground >= thresholds.probability, np.uint8(SEED), BACKGROUND)
    _, inside, edge = maps
    landscape: NDArray[np.uint8] = (_height(np.clip(inside, 0, 1)) + 0.5).astype(np.uint8)
    landscape[inside + edge < thresholds.probability] = BACKGROUND
    return landscape


def labels_from_landscape(
    landscape: NDArray[np.uint8], thresholds: Thresholds, *, has_edge: bool
) -> NDArray[np.int32]:
    """Label the deep basins of a landscape and grow them over what is not background.

    Parameters
    ----------
    landscape : uint8 ndarray of shape (rows, columns)
        From `landscape_of`.
    thresholds : Thresholds
        `seed`, `depth` and `seed_area_px` say which basins are objects.
    has_edge : bool
        Whether the network told edges from insides. If not, pieces of foreground are cut
        where they have a neck.
    """
    if not has_edge:
        return _cut_at_necks(landscape != BACKGROUND)
    from rescale4dl_core.inference.basins import grow_seeds, seeds_of

    landscape = np.ascontiguousarray(landscape)
    labels = seeds_of(
        landscape,
        depth=max(1, round(_height(0.0) - _height(thresholds.depth))),
        area_px=thresholds.seed_area_px,
        highest=round(_height(thresholds.seed)),
    )
    grow_seeds(np.where(labels, np.uint8(SEED), landscape), labels)
    return labels


@overload
def _height(inside: float) -> float: ...
@overload
def _height(inside: NDArray[np.float32]) -> NDArray[np.float32]: ...
def _height(inside: NDArray[np.float32] | float) -> NDArray[np.float32] | float:
    return LOWEST + (HIGHEST - LOWEST) * (1 - inside)


def _cut_at_necks(mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Label the pieces of a mask, cut by what is a neck for a piece of usual width."""
    pieces = label_pieces(mask)
    n_pieces = int(pieces.max())
    if not n_pieces:
        return pieces
    depth = ndimage.distance_transform_edt(mask)
    width_px = 2 * np.median(ndimage.maximum(depth, pieces, np.arange(1, n_pieces + 1)))
    distance_px = max(1.0, DISTANCE_PER_WIDTH * float(width_px))
    return split_at_necks(mask, distance_px, NECK_PERCENT)
