"""Tells labels from pictures that were taken for labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import LabelImageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels

EXPORT_ADVICE = (
    "Export the label image itself: 0 for background and one number per object, as "
    "16-bit TIFF or PNG (Cellpose: *_cp_masks; ImageJ: ROIs to a label map)."
)
_WHITE = 255
_COUNTED_UP_TO = 1 << 24
_MOST_PIECES_PER_LABEL = 3
"""Over 755 real label images with more than 8 labels the largest was 1.6, over 236 real
images of samples the smallest 4.5."""


def values_in(labels: Labels) -> NDArray[Any]:
    """Return the labels that occur, in order, without the background."""
    largest = int(labels.pixels.max())
    if largest < _COUNTED_UP_TO:
        values = np.flatnonzero(np.bincount(labels.pixels.ravel()))
    else:
        values = np.unique(labels.pixels)
    return values[values > 0]


def refuse_soft_edges(labels: Labels, values: NDArray[Any]) -> None:
    """Raise `LabelImageError` where most of the foreground is 255, the rest grey levels.

    `values` are those of `values_in`.
    """
    n_foreground = int(np.count_nonzero(labels.pixels))
    n_white = int(np.count_nonzero(labels.pixels == _WHITE))
    if values[-1] == _WHITE and values.size > 2 and 2 * n_white > n_foreground:
        raise LabelImageError(
            f"{labels.source}: {100 * n_white / n_foreground:.0f} % of the foreground is "
            "255 and the rest are softer values, so this is a binary mask with blurred "
            "edges. Threshold it at 128 and save it as TIFF or PNG."
        )


def is_in_pieces(labels: Labels, n_labels: int) -> bool:
    """Whether equal values lie in far more separate pieces than there are labels."""
    return n_pieces(labels.pixels) > _MOST_PIECES_PER_LABEL * n_labels


def n_pieces(pixels: NDArray[Any]) -> int:
    """Return the number of pieces of equal value besides 0, less their holes.

    That is the Euler characteristic with 4 neighbours, pixels - pairs + squares
    (Gray 1971), summed over all values at once.

    >>> n_pieces(np.array([[1, 1, 0, 2], [1, 1, 0, 1]]))
    3
    """
    foreground = pixels > 0
    beside = foreground[:, :-1] & (pixels[:, :-1] == pixels[:, 1:])
    below = foreground[:-1] & (pixels[:-1] == pixels[1:])
    squares = beside[:-1] & beside[1:] & below[:, :-1]
    counts = [int(np.count_nonzero(part)) for part in (foreground, beside, below, squares)]
    return counts[0] - counts[1] - counts[2] + counts[3]
