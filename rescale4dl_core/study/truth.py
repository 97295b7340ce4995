"""What the predictions of a sweep are scored against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.evaluate.pair import pieces_of
from rescale4dl_core.reading.label_look import is_in_pieces, values_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels

MOST_CLASSES = 8
"""A mask of more values than this holds objects."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The mask of one image: its objects, and its classes where it holds classes."""

    objects: Labels
    """One number per object; of a map of classes the connected pieces of foreground."""

    object_labels: NDArray[np.int32]
    """Label of each true object, ascending."""

    classes: Labels | None
    """The mask as it is, where its values are classes and not objects."""


def truth_of(mask: Labels) -> Truth:
    """Tell whether the values of a mask are objects or classes.

    They are classes where a few values lie in far more separate pieces than there are
    values: the mask of an object is one piece.

    Examples
    --------
    >>> from rescale4dl_core.labels import Labels
    >>> stripes = np.tile(np.array([[1, 0, 2, 0]], np.int32), (1, 8))
    >>> truth = truth_of(Labels.parse(stripes, source="stripes"))
    >>> truth.classes is None, len(truth.object_labels)
    (False, 16)
    """
    values = values_in(mask)
    if not 1 < values.size <= MOST_CLASSES or not is_in_pieces(mask, values.size):
        return Truth(mask, values.astype(np.int32), None)
    objects = pieces_of(mask)
    return Truth(objects, values_in(objects).astype(np.int32), mask)
