"""What the label images of all simulated fields have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST_PX = 10
"""Pixels of an object: a smaller rest at the border is no object any more."""


def in_order(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give the objects the numbers 1, 2, ..., each one piece.

    An object that another one, or the border of the field, cut into pieces becomes several;
    what is smaller than `SMALLEST_PX` goes.

    >>> in_order(np.repeat(np.int32([[0, 7, 9, 7]]), [4, 12, 3, 11], axis=1))[0, ::5]
    array([0, 1, 1, 1, 2, 2], dtype=int32)
    """
    from skimage.measure import label

    pieces = label(labels, background=0, connectivity=1)  # type: ignore[no-untyped-call]
    kept = np.bincount(pieces.ravel()) >= SMALLEST_PX
    kept[0] = False
    ordered: NDArray[np.int32] = np.where(kept, kept.cumsum(), 0).astype(np.int32)[pieces]
    return ordered


def outlines(labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return the pixels with a neighbour above, below, left or right of another label.

    >>> outlines(np.int32([[0, 0, 1, 1, 1, 2, 2]])).astype(int)
    array([[0, 1, 1, 0, 1, 1, 0]])
    """
    outline = np.zeros(labels.shape, bool)
    for here, there in ((outline, labels), (outline.T, labels.T)):
        differs = there[:-1] != there[1:]
        here[:-1] |= differs
        here[1:] |= differs
    return outline
