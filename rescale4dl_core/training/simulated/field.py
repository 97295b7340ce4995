"""What the label images of all simulated fields have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST_PX = 10
"""Pixels of an object: a smaller rest at the border is no object any more."""


def in_order(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give the objects the numbers 1, 2, ...; drop those smaller than `SMALLEST_PX`.

    >>> in_order(np.repeat(np.int32([[0, 7, 9]]), [4, 12, 3], axis=1)).max()
    np.int32(1)
    """
    areas_px = np.bincount(labels.ravel())
    kept = areas_px >= SMALLEST_PX
    kept[0] = False
    numbers = np.where(kept, np.cumsum(kept), 0).astype(np.int32)
    ordered: NDArray[np.int32] = numbers[labels]
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
