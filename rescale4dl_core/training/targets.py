"""What a network should answer on a patch, from the labels of the patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.training.recipe import Architecture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.training.recipe import Recipe

BACKGROUND, INSIDE, EDGE = 0, 1, 2


def targets_of(
    labels: NDArray[np.int32], recipe: Recipe
) -> tuple[NDArray[np.float32], ...]:
    """Return the targets of one patch, each of shape (channels, rows, columns)."""
    if recipe.architecture is Architecture.UNET:
        return (class_target(labels, recipe.patches.edge_px),)
    return star_targets(labels, recipe.layers.n_rays, recipe.layers.grid)


def class_target(labels: NDArray[np.int32], edge_px: int) -> NDArray[np.float32]:
    """Return background, inside and edge as 0, 1 and 2, shape (1, rows, columns).

    The edge is the outermost `edge_px` pixels of an object, also where it touches another
    one, but not where the patch cuts it. An object that a wider edge than 1 px would tear
    or use up (a thin one, or one with a stalk) keeps the widest that leaves it whole.

    Examples
    --------
    >>> class_target(np.array([[0, 3, 3, 3, 5, 5]], np.int32), 1)[0].astype(int).tolist()
    [[0, 2, 1, 2, 2, 1]]
    """
    inside = np.where(_at_a_boundary(labels), BACKGROUND, labels)
    for _step in range(edge_px - 1):
        smaller = np.where(_at_a_boundary(inside), BACKGROUND, inside)
        inside = np.where(_whole(inside, smaller), smaller, inside)
    target = np.where(labels > 0, np.where(inside > 0, INSIDE, EDGE), BACKGROUND)
    return target[None].astype(np.float32)


def _at_a_boundary(labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which pixels have one of 4 neighbours with another label."""
    differs = np.zeros(labels.shape, np.bool_)
    for axis in (0, 1):
        step = np.diff(labels, axis=axis) != 0
        before = [(0, 1) if a == axis else (0, 0) for a in (0, 1)]
        after = [(1, 0) if a == axis else (0, 0) for a in (0, 1)]
        differs |= np.pad(step, before) | np.pad(step, after)
    return differs


def _whole(before: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which pixels belong to pieces of `before` that are one piece in `after` too."""
    from scipy.ndimage import label

    pieces, n_pieces = label(before > 0)
    names, first = np.unique(label(after > 0)[0], return_index=True)
    n_left = np.bincount(pieces.ravel()[first[names > 0]], minlength=n_pieces + 1)
    whole: NDArray[np.bool_] = (n_left == 1)[pieces]
    return whole


def star_targets(
    labels: NDArray[np.int32], n_rays: int, grid: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return object probability and distances on every `grid`-th pixel.

    The probability is the distance to the object's edge, 1 at its centre; the distances
    go to the edge along `n_rays` rays, in px. Both by the stardist package. Objects that
    the patch cuts end there, as the package has it.
    """
    from stardist.geometry import star_dist
    from stardist.utils import edt_prob

    probability = np.asarray(edt_prob(labels)[::grid, ::grid], np.float32)
    distances = star_dist(labels.astype(np.uint16), n_rays, grid=(grid, grid))
    return probability[None], np.ascontiguousarray(np.moveaxis(distances, -1, 0))
