"""Scores of predicted labels against true ones, as the cards report them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.evaluate.overlap import overlap_of
from rescale4dl_core.evaluate.scores import object_scores
from rescale4dl_core.inference.card import ImageScore, TestScores
from rescale4dl_core.labels import Labels
from rescale4dl_core.training.recipe import Side

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

NOTHING_TO_FIND = 1.0
"""Score where there is no object and none was predicted."""


def image_score(
    name: str,
    truth: NDArray[np.int32],
    prediction: NDArray[np.int32],
    cut_sides: Collection[Side] = (),
) -> ImageScore:
    """Score the labels of one image, both of shape (rows, columns).

    An object without a match lowers `ap50`, not `mean_iou`, which is over matches alone (0
    without any). Where the image is a part of a field, the objects that touch a side at
    which it was cut count neither as true nor as predicted ones; their pixels do.
    """
    true_ones, predicted_ones = _without_cut(truth, prediction, cut_sides)
    overlap = overlap_of(
        Labels.parse(true_ones, source="ground truth"),
        Labels.parse(predicted_ones, source="prediction"),
    )
    scores = object_scores(overlap)
    found = scores.n_true_positives
    either = scores.n_true + scores.n_predicted - found
    union_px = np.count_nonzero((truth > 0) | (prediction > 0))
    both_px = np.count_nonzero((truth > 0) & (prediction > 0))
    return ImageScore(
        image=name,
        ap50=found / either if either else NOTHING_TO_FIND,
        mean_iou=scores.matched_iou / max(found, 1) if either else NOTHING_TO_FIND,
        foreground_iou=float(both_px / union_px) if union_px else NOTHING_TO_FIND,
        n_objects=scores.n_true,
    )


def _without_cut(
    truth: NDArray[np.int32], prediction: NDArray[np.int32], sides: Collection[Side]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return both without the objects that touch some sides.

    A prediction that lies for the most part on a true object left out goes with it.
    """
    cut = _touching(truth, sides)
    covered = np.bincount(prediction.ravel(), cut.ravel())
    of_cut = covered[prediction] * 2 > np.bincount(prediction.ravel())[prediction]
    return (
        np.where(cut, 0, truth).astype(np.int32),
        np.where(of_cut | _touching(prediction, sides), 0, prediction).astype(np.int32),
    )


def _touching(labels: NDArray[np.int32], sides: Collection[Side]) -> NDArray[np.bool_]:
    lines = {
        Side.TOP: labels[0],
        Side.LEFT: labels[:, 0],
        Side.BOTTOM: labels[-1],
        Side.RIGHT: labels[:, -1],
    }
    names = np.concatenate([lines[side] for side in sides] or [np.zeros(1, np.int32)])
    return (labels > 0) & np.isin(labels, names)


def scores_over(data_set: str, split: str, images: Sequence[ImageScore]) -> TestScores:
    """Return the means over images, with every image's own scores."""
    return TestScores(
        data_set=data_set,
        split=split,
        ap50=float(np.mean([one.ap50 for one in images])),
        mean_iou=float(np.mean([one.mean_iou for one in images])),
        foreground_iou=float(np.mean([one.foreground_iou for one in images])),
        images=tuple(images),
    )
