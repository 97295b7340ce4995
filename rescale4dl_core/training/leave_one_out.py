"""The score of a recipe where images are few: each by a network trained on the others."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rescale4dl_core.documents import Document, from_plain, to_plain
from rescale4dl_core.errors import TrainingError
from rescale4dl_core.inference.card import ImageScore
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.training.checkpoint import CHECKPOINT, load
from rescale4dl_core.training.image_pairs import prepared, split
from rescale4dl_core.training.loop import train
from rescale4dl_core.training.pair_folders import read_folder, read_sources
from rescale4dl_core.training.recipe import Precision, Use
from rescale4dl_core.training.validation import (
    best_thresholds,
    predict_maps,
    scores_at,
    scores_over,
)
from rescale4dl_core.writing.fresh_file import write_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

    from rescale4dl_core.inference.card import TestScores
    from rescale4dl_core.training.image_pairs import Prepared, Source, Split
    from rescale4dl_core.training.recipe import Folder, Recipe

SCORE = "score.json"
SIMULATED = "simulated"
"""Folder of the network that all folds start from."""

DAMAGED = Document("The score of a fold", "remove the file and run again", TrainingError)


@dataclass(frozen=True, slots=True)
class Steps:
    """How long the folds learn; the network that ships may take longer."""

    simulated: int
    """On simulated images alone, once for all folds; 0: each starts from random weights."""

    fold: int
    """On the real images but one, and the simulated ones."""


def leave_one_out(
    recipe: Recipe,
    folders: Sequence[Path],
    out: Path,
    steps: Steps,
    progress: Progress = silent,
) -> TestScores:
    """Train as many networks as there are real images and score each on the one left out.

    Thresholds come from the validation images of the recipe (with `thresholds_on_learnt`
    also from the images learnt from), never from the image left out.
    A fold whose score lies in `out` already is not trained again.

    Parameters
    ----------
    recipe : Recipe
        Of the network; its real images are left out in turn.
    folders : sequence of Path
        Where its data are.
    out : Path
        One folder per image left out is made in it.
    steps : Steps
        How long.
    progress : Progress
        Told how far the folds are.

    Raises
    ------
    TrainingError
        If the recipe has fewer than two real images to train on.
    """
    learnt = [entry for entry in recipe.data if entry.use is not Use.VALIDATION]
    folds = [
        (entry, prepared(pair, recipe))
        for entry in learnt
        for pair in read_folder(entry, folders).pairs
    ]
    if len(folds) < 2:
        raise TrainingError(
            f"{recipe.name} has {len(folds)} real images to train on; leaving one out "
            "takes at least 2. Add images, or score it on a part of the field."
        )
    simulated = read_sources(replace(recipe, data=()), ()) if recipe.simulated else ()
    start = _simulated_only(recipe, simulated, out, steps.simulated, progress)
    scores = []
    for number, (entry, image) in enumerate(folds):

        def fold_progress(done: float, message: str, number: int = number) -> None:
            progress((number + done) / len(folds), f"{folds[number][1].name}: {message}")

        fold = _lasting(_without(recipe, entry, image.name), steps.fold)
        others = read_sources(replace(fold, simulated=()), folders)
        data = split((*others, *simulated), fold)
        scores.append(_fold(fold, data, out, image, start, fold_progress))
    first = f"{steps.simulated} steps on simulated images, then " if steps.simulated else ""
    return scores_over(
        " and ".join(sorted({entry.folder for entry in learnt})),
        f"each image by a network trained on the others: {first}{steps.fold} steps on the "
        "others and simulated images",
        scores,
    )


def _lasting(recipe: Recipe, n_steps: int) -> Recipe:
    warm_up_steps = min(recipe.schedule.warm_up_steps, n_steps // 4)
    return replace(
        recipe,
        schedule=replace(
            recipe.schedule,
            n_steps=n_steps,
            validate_every=n_steps,
            warm_up_steps=warm_up_steps,
        ),
    )


def _simulated_only(
    recipe: Recipe,
    simulated: Sequence[Source],
    out: Path,
    n_steps: int,
    progress: Progress,
) -> Mapping[str, Tensor] | None:
    """Return the weights of a network that has seen no real image."""
    if not n_steps:
        return None
    alone = _lasting(replace(recipe, data=()), n_steps)
    if (out / SIMULATED / CHECKPOINT).exists():
        return load(alone, out / SIMULATED).best_network
    network, _state = train(
        alone,
        split(simulated, alone),
        out / SIMULATED,
        progress=lambda _done, message: progress(0.0, f"{SIMULATED}: {message}"),
    )
    return network.state_dict()


def _without(recipe: Recipe, left: Folder, stem: str) -> Recipe:
    data = tuple(
        replace(entry, leave_out=(*entry.leave_out, stem))
        if entry.folder == left.folder
        else entry
        for entry in recipe.data
    )
    return replace(recipe, data=data)


def _fold(
    recipe: Recipe,
    data: Split,
    out: Path,
    image: Prepared,
    start: Mapping[str, Tensor] | None,
    progress: Progress,
) -> ImageScore:
    path = out / image.name / SCORE
    if path.exists():
        plain = json.loads(path.read_text(encoding="utf-8"))
        known: ImageScore = from_plain(ImageScore, plain, where=str(path), document=DAMAGED)
        return known
    network, _state = train(recipe, data, out / image.name, start=start, progress=progress)
    network = network.cpu()
    thresholds, _held_out = best_thresholds(
        network,
        data.validation,
        recipe,
        learnt=data.learnt_but_real() if recipe.validation.thresholds_on_learnt else (),
    )
    maps = predict_maps(network, image, recipe, Precision.FP32)
    (score,) = scores_at(thresholds, [maps], [image], recipe).images
    write_text(path, json.dumps(to_plain(score), indent=1) + "\n", overwrite=True)
    return score
