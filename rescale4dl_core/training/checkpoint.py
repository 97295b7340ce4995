"""The state of a training on disk, whole or not at all."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from rescale4dl_core.documents import to_plain
from rescale4dl_core.errors import TrainingError
from rescale4dl_core.writing.fresh_file import fresh_file

if TYPE_CHECKING:
    from pathlib import Path

    from rescale4dl_core.training.recipe import Recipe

CHECKPOINT = "checkpoint.pt"

_DAMAGED = (OSError, RuntimeError, EOFError, pickle.UnpicklingError, KeyError, TypeError)


@dataclass(slots=True)
class State:
    """All that changes while a network is trained.

    Batches depend on the seed and the step alone and the networks draw no random numbers,
    so `step` is the state of all random numbers.
    """

    step: int
    network: dict[str, Any]
    optimizer: dict[str, Any]
    losses: list[float]
    """One per step."""

    validations: list[tuple[int, float, float, float]]
    """Step, AP50, mean IoU, foreground IoU."""

    best_step: int
    best_score: float
    best_network: dict[str, Any]


def save(state: State, recipe: Recipe, folder: Path) -> None:
    """Replace the checkpoint in `folder`."""
    content = {name: getattr(state, name) for name in State.__dataclass_fields__}
    with fresh_file(folder / CHECKPOINT, overwrite=True) as path:
        torch.save({"recipe": _decisive(recipe), "state": content}, path)


def load(recipe: Recipe, folder: Path) -> State:
    """Read the checkpoint in `folder`.

    Raises
    ------
    TrainingError
        If there is none, it is damaged, or another recipe made it.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        raise TrainingError(
            f"{folder} has no {CHECKPOINT}, so there is nothing to resume. Start without "
            "--resume."
        )
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        same, state = content["recipe"] == _decisive(recipe), State(**content["state"])
    except _DAMAGED as error:
        raise TrainingError(
            f"{path} cannot be read ({error}). Remove it and start without --resume."
        ) from error
    if not same:
        raise TrainingError(
            f"{path} was made with another recipe than {recipe.name} as it is now. Resume "
            "with the recipe it was started with, or train into another folder."
        )
    return state


def _decisive(recipe: Recipe) -> str:
    """Return all of a recipe that the weights depend on."""
    # As JSON lists: checkpoints of earlier versions hold the recipe in this form.
    return repr(json.loads(json.dumps(to_plain(replace(recipe, test=())))))
