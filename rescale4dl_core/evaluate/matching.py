"""Which predicted object is which true one: exact, and the same in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.evaluate.overlap import Overlap

MATCH_ABOVE = 0.5
"""A pair matches if its IoU is above this. An object shares more than half of itself with
one other at most, so each object has one match at most and no choice has to be made."""


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """The match of each true object; arrays of shape (n_true,)."""

    predicted_index: NDArray[np.intp]
    """Row of `Overlap.predicted_label`, -1 for a true object that was missed."""

    iou: NDArray[np.float64]
    """Intersection over union with the match, 0 for a true object that was missed."""

    n_predicted: int

    @property
    def is_found(self) -> NDArray[np.bool_]:
        """Whether each true object has a match."""
        found: NDArray[np.bool_] = self.predicted_index >= 0
        return found

    @property
    def f1(self) -> NDArray[np.float64]:
        """Dice coefficient with the match, 2 IoU / (1 + IoU); 0 for a missed object."""
        dice: NDArray[np.float64] = 2 * self.iou / (1 + self.iou)
        return dice

    @property
    def unmatched_predictions(self) -> NDArray[np.intp]:
        """Rows of the predicted objects that are no true object: the false positives."""
        free = np.ones(self.n_predicted, np.bool_)
        free[self.predicted_index[self.is_found]] = False
        return np.flatnonzero(free)


def match_objects(overlap: Overlap) -> Matching:
    """Match true and predicted objects whose IoU is above 0.5.

    Background is never a candidate, and the match of one object does not depend on the
    order in which objects are looked at (the published code does both otherwise).
    """
    iou = overlap.iou
    matched = iou > MATCH_ABOVE
    predicted_index = np.full(len(overlap.true_label), -1, np.intp)
    predicted_index[overlap.true_index[matched]] = overlap.predicted_index[matched]
    best_iou = np.zeros(len(overlap.true_label))
    best_iou[overlap.true_index[matched]] = iou[matched]
    return Matching(predicted_index, best_iou, len(overlap.predicted_label))
