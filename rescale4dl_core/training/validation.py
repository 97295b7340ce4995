"""Scores of a network on the images held out, and which thresholds suit it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from rescale4dl_core.evaluation.matching import overlap_of
from rescale4dl_core.evaluation.scores import AreaScore, object_scores
from rescale4dl_core.inference.card import ImageScore, TestScores, Thresholds
from rescale4dl_core.labels import Labels
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.training.networks import Deployed
from rescale4dl_core.training.recipe import Architecture, BestBy, Precision, Side

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.training.image_pairs import Prepared
    from rescale4dl_core.training.networks import StarDist, UNet
    from rescale4dl_core.training.recipe import Recipe

    Maps = tuple[NDArray[np.float32], ...]


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
    is_empty = not scores.n_true + scores.n_predicted
    foreground = AreaScore(
        true_px=int(np.count_nonzero(truth)),
        predicted_px=int(np.count_nonzero(prediction)),
        shared_px=int(np.count_nonzero((truth > 0) & (prediction > 0))),
    )
    matched_iou = scores.matched_iou / max(scores.n_true_positives, 1)
    return ImageScore(
        image=name,
        ap50=NOTHING_TO_FIND if is_empty else scores.average_precision,
        mean_iou=NOTHING_TO_FIND if is_empty else matched_iou,
        foreground_iou=foreground.iou
        if foreground.true_px + foreground.predicted_px
        else NOTHING_TO_FIND,
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


HELD_OUT = "images held out"
PROBABILITIES = tuple(round(0.3 + 0.05 * i, 2) for i in range(13))
OVERLAPS = (0.3, 0.4, 0.5)
SEEDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
DEPTHS = (0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
SEED_AREAS_PX = (3, 5, 10, 20, 40)


def predict_maps(
    network: UNet | StarDist, image: Prepared, recipe: Recipe, precision: Precision
) -> Maps:
    """Run a network on a whole image, mirrored up to the multiple that it takes.

    Returns
    -------
    tuple of ndarray of shape (channels, rows, columns)
        As the exported network gives them, cropped to the image.
    """
    device = next(network.parameters()).device
    rows, columns = image.labels.shape
    padding = [(0, 0)] + [(0, -n % recipe.multiple_px) for n in (rows, columns)]
    padded = torch.from_numpy(np.pad(image.pixels, padding, mode="reflect"))[None]
    was_training = network.training
    network.eval()
    with (
        torch.inference_mode(),
        torch.autocast(device.type, torch.bfloat16, precision is Precision.BF16),
    ):
        maps = Deployed(network)(
            padded.to(device).contiguous(memory_format=torch.channels_last)
        )
    network.train(was_training)
    grid = recipe.layers.grid
    return tuple(
        one[0, :, : -(-rows // grid), : -(-columns // grid)].float().cpu().numpy()
        for one in maps
    )


def labels_of(
    maps: Maps, shape: tuple[int, ...], recipe: Recipe, thresholds: Thresholds
) -> NDArray[np.int32]:
    """Turn the maps of an image of `shape` into labels, as the engine does."""
    if recipe.architecture is Architecture.UNET:
        from rescale4dl_core.inference.unet import labels_from_classes

        return labels_from_classes(maps[0], thresholds)
    from rescale4dl_core.inference.stars import labels_from_stars

    probability, distances = maps
    rows, columns = shape
    return labels_from_stars(
        probability[0],
        distances,
        stride=recipe.layers.grid,
        shape=(rows, columns),
        thresholds=thresholds,
    )


def validate(
    network: UNet | StarDist, images: Sequence[Prepared], recipe: Recipe
) -> TestScores:
    """Score a network in training at the default thresholds."""
    maps = [predict_maps(network, one, recipe, recipe.schedule.precision) for one in images]
    return scores_at(Thresholds(), maps, images, recipe)


def scores_at(
    thresholds: Thresholds,
    maps: Sequence[Maps],
    images: Sequence[Prepared],
    recipe: Recipe,
    *,
    data_set: str = HELD_OUT,
    split: str = "a share of the training images, by which the thresholds were chosen",
) -> TestScores:
    """Score the maps of several images at some thresholds."""
    scores = [
        image_score(
            image.name,
            image.labels,
            labels_of(one, image.labels.shape, recipe, thresholds),
            image.cut_sides,
        )
        for one, image in zip(maps, images, strict=True)
    ]
    return scores_over(data_set, split, scores)


def score_by(scores: TestScores, best_by: BestBy) -> float:
    """Return the one number by which checkpoints and thresholds are compared."""
    three = {
        BestBy.AP50: scores.ap50,
        BestBy.MEAN_IOU: scores.mean_iou,
        BestBy.FOREGROUND_IOU: scores.foreground_iou,
    }
    return three.get(best_by, sum(three.values()) / len(three))


def best_thresholds(
    network: UNet | StarDist,
    images: Sequence[Prepared],
    recipe: Recipe,
    progress: Progress = silent,
    *,
    learnt: Sequence[Prepared] = (),
) -> tuple[Thresholds, TestScores]:
    """Try thresholds on the validation images and return the best, with their scores.

    With `learnt` on those images as well; the scores are of the validation images alone.

    One threshold is varied at a time, each twice. Where two do equally well the one nearer
    to the default is kept.
    """
    seen = (*images, *learnt)
    maps = [predict_maps(network, one, recipe, Precision.FP32) for one in seen]
    is_unet = recipe.architecture is Architecture.UNET
    of_unet = (("seed", SEEDS), ("depth", DEPTHS), ("seed_area_px", SEED_AREAS_PX))
    others = of_unet if is_unet else (("overlap", OVERLAPS),)
    turns = (("probability", PROBABILITIES), *others) * 2
    tried: dict[Thresholds, TestScores] = {}
    best = Thresholds()
    for i, (name, candidates) in enumerate(turns):
        for j, one in enumerate(candidates):
            thresholds = replace(best, **{name: one})
            done = (i + j / len(candidates)) / len(turns)
            progress(done, "choosing the thresholds on the validation images")
            if thresholds not in tried:
                tried[thresholds] = scores_at(thresholds, maps, seen, recipe)
        best = max(
            tried,
            key=lambda one: (
                score_by(tried[one], recipe.validation.best_by),
                -_far_from_default(one),
            ),
        )
    return best, scores_at(best, maps[: len(images)], images, recipe)


def _far_from_default(thresholds: Thresholds) -> float:
    default = Thresholds()
    of_each: list[float] = [
        abs(getattr(thresholds, one.name) / getattr(default, one.name) - 1)
        for one in fields(Thresholds)
    ]
    return sum(of_each)
