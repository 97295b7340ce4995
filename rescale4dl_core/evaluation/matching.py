"""Which predicted object is which true one: exact, and the same in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import LabelImageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels


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


BLOCK_PIXELS = 1 << 18
"""Pixels compared at a time: small enough for the processor cache."""

LARGEST_LISTED = 1 << 22
"""Up to this label, values are looked up in a list; sorting them takes longer."""


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """The contingency table of two label images, without its zeros.

    Only pairs of labels that share a pixel are listed, so memory grows with the number of
    objects that meet and not with the product of both numbers. Background is no object.
    """

    true_label: NDArray[np.int32]
    """Label of each true object, ascending; shape (n_true,)."""

    true_area_px: NDArray[np.int64]
    predicted_label: NDArray[np.int32]
    """Label of each predicted object, ascending; shape (n_predicted,)."""

    predicted_area_px: NDArray[np.int64]
    true_index: NDArray[np.intp]
    """Row of `true_label` of each pair that meets; shape (n_pairs,)."""

    predicted_index: NDArray[np.intp]
    shared_px: NDArray[np.int64]
    """Pixels that both objects of a pair cover, 1 or more."""

    @property
    def union_px(self) -> NDArray[np.int64]:
        """Pixels that either object of a pair covers."""
        areas_px = self.true_area_px[self.true_index]
        union: NDArray[np.int64] = (
            areas_px + self.predicted_area_px[self.predicted_index] - self.shared_px
        )
        return union

    @property
    def iou(self) -> NDArray[np.float64]:
        """Intersection over union of each pair."""
        return self.shared_px / self.union_px


def overlap_of(truth: Labels, prediction: Labels) -> Overlap:
    """Count the pixels that the objects of two label images share.

    Both images are walked once, run by run; labels may have any value.

    Parameters
    ----------
    truth, prediction : Labels
        Label images of the same shape (rows, columns).

    Raises
    ------
    LabelImageError
        If the shapes differ.

    Examples
    --------
    >>> from rescale4dl_core.labels import Labels
    >>> overlap = overlap_of(
    ...     Labels.parse(np.array([[5, 5, 5, 0]]), source="truth"),
    ...     Labels.parse(np.array([[0, 9, 9, 9]]), source="prediction"),
    ... )
    >>> overlap.shared_px.tolist(), overlap.iou.tolist()
    ([2], [0.5])
    """
    if truth.shape != prediction.shape:
        raise LabelImageError(
            f"{prediction.source} is {prediction.shape[0]} x {prediction.shape[1]} px and "
            f"the ground truth {truth.source} is {truth.shape[0]} x {truth.shape[1]} px; "
            "both must have the same shape. Check that they belong to the same image and "
            "the same sampling."
        )
    from scipy.sparse import coo_array

    true_value, predicted_value, length_px = _joint_runs(
        truth.pixels.ravel(), prediction.pixels.ravel()
    )
    true_label, true_row = _distinct(true_value)
    predicted_label, predicted_row = _distinct(predicted_value)
    shape = len(true_label), len(predicted_label)
    # CSR adds up the runs of one pair.
    table = coo_array((length_px, (true_row, predicted_row)), shape).tocsr().tocoo()
    row, column = table.coords
    true_area_px = np.asarray(table.sum(axis=1), np.int64)
    predicted_area_px = np.asarray(table.sum(axis=0), np.int64)
    both = (row > 0) & (column > 0)
    return Overlap(
        true_label=true_label[1:],
        true_area_px=true_area_px[1:],
        predicted_label=predicted_label[1:],
        predicted_area_px=predicted_area_px[1:],
        true_index=row[both].astype(np.intp) - 1,
        predicted_index=column[both].astype(np.intp) - 1,
        shared_px=table.data[both],
    )


def _joint_runs(
    truth: NDArray[np.int32], prediction: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Return the values and the length of each stretch in which neither image changes.

    Stretches of background in both are left out.
    """
    begins = [np.zeros(1, np.intp)]
    for start in range(0, len(truth), BLOCK_PIXELS):
        # One pixel more than the block, to see a change at its seam.
        stop = min(start + BLOCK_PIXELS + 1, len(truth))
        changes = truth[start + 1 : stop] != truth[start : stop - 1]
        changes |= prediction[start + 1 : stop] != prediction[start : stop - 1]
        begins.append(np.flatnonzero(changes) + (start + 1))
    begin = np.concatenate(begins)
    length_px = np.diff(begin, append=len(truth))
    true_value, predicted_value = truth[begin], prediction[begin]
    # Labels are never negative, so this is 0 where both are.
    kept = (true_value | predicted_value) != 0
    return true_value[kept], predicted_value[kept], length_px[kept]


def _distinct(value: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Return 0 and the distinct values, ascending, and the place of each value there."""
    largest = int(value.max(initial=0))
    if largest > LARGEST_LISTED:
        distinct, place = np.unique(np.append(value, np.int32(0)), return_inverse=True)
        return distinct, place[:-1]
    occurs = np.zeros(largest + 1, np.bool_)
    occurs[value] = True
    occurs[0] = True
    return np.flatnonzero(occurs).astype(np.int32), (np.cumsum(occurs) - 1)[value]
