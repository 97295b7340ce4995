"""Labels from class maps: seeds where "inside" is likely, grown to the edge of the object.

The maps are first reduced to a landscape of one byte per pixel, which can be done tile by
tile, and the landscape is flooded from its seeds: a watershed that is aware of the edge
class, as the way over an edge is uphill.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from rescale4dl_core.segmentation.splitting import label_pieces, split_at_necks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.inference.spec import Thresholds

BACKGROUND, SEED, LOWEST, HIGHEST = 0, 1, 2, 255
"""Values of a landscape; between the last two it rises with the edge of an object."""

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
        `probability`: smallest foreground; `seed`: smallest "inside" of a seed.

    Returns
    -------
    int32 ndarray of shape (rows, columns)
        0 is background, objects are 1, 2, ... in the order of their first pixel.
    """
    landscape = landscape_of(maps, thresholds)
    return labels_from_landscape(landscape, has_edge=len(maps) == N_WITH_EDGE)


def landscape_of(maps: NDArray[np.float32], thresholds: Thresholds) -> NDArray[np.uint8]:
    """Reduce maps, as in `labels_from_classes`, to what labels need; pixel by pixel.

    Returns
    -------
    uint8 ndarray of shape (rows, columns)
        0 background, 1 seed, and from 2 on foreground, higher where "inside" is less
        likely.
    """
    if len(maps) != N_WITH_EDGE:
        foreground = maps[0] if len(maps) == 1 else 1 - maps[0]
        mask: NDArray[np.bool_] = foreground >= thresholds.probability
        return mask.astype(np.uint8)
    _, inside, edge = maps
    height = LOWEST + (HIGHEST - LOWEST) * (1 - np.clip(inside, 0, 1))
    landscape: NDArray[np.uint8] = (height + 0.5).astype(np.uint8)
    foreground = inside + edge >= thresholds.probability
    landscape[foreground & (inside >= thresholds.seed)] = SEED
    landscape[~foreground] = BACKGROUND
    return landscape


def labels_from_landscape(
    landscape: NDArray[np.uint8], *, has_edge: bool
) -> NDArray[np.int32]:
    """Label the seeds of a landscape and grow them over what is not background.

    Parameters
    ----------
    landscape : uint8 ndarray of shape (rows, columns)
        From `landscape_of`.
    has_edge : bool
        Whether the network told edges from insides. If not, pieces of foreground are cut
        where they have a neck.
    """
    if not has_edge:
        return _cut_at_necks(landscape == SEED)
    labels = np.empty(landscape.shape, np.int32)
    ndimage.label(landscape == SEED, structure=np.ones((3, 3)), output=labels)
    if labels.any():
        from rescale4dl_core.inference.flooding import grow_seeds

        grow_seeds(np.require(landscape, np.uint8, ["C", "W"]), labels)
    return labels


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
