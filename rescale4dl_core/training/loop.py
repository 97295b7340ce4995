"""The training itself: learn, validate, keep the best, resume where it stopped."""

from __future__ import annotations

import math
import time
from contextlib import closing
from typing import TYPE_CHECKING

import torch

from rescale4dl_core.errors import TrainingError
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.training.batches import batches
from rescale4dl_core.training.checkpoint import State, load, save
from rescale4dl_core.training.networks import StarDist, UNet, build, loss_of
from rescale4dl_core.training.recipe import Precision
from rescale4dl_core.training.validation import score_by, validate
from rescale4dl_core.writing.csv_text import csv_text
from rescale4dl_core.writing.fresh_file import write_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from rescale4dl_core.training.image_pairs import Split
    from rescale4dl_core.training.recipe import Recipe, Schedule

LARGEST_GRADIENT = 5.0
"""Gradients with a larger norm are scaled down to it."""

HISTORY = "history.csv"


class _Trainer:
    """A network, its optimizer and how far they are."""

    def __init__(self, recipe: Recipe, data: Split, folder: Path) -> None:
        self.recipe, self.data, self.folder = recipe, data, folder
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        with torch.random.fork_rng():
            torch.manual_seed(recipe.seed)
            network = build(recipe.architecture, recipe.layers)
        self.network: UNet | StarDist = network.to(  # type: ignore[call-overload]
            self.device, memory_format=torch.channels_last
        )
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(),
            lr=recipe.schedule.learning_rate,
            weight_decay=recipe.schedule.weight_decay,
        )
        self.loss = loss_of(recipe.loss)
        self.step = 0
        self.losses: list[float] = []
        self.validations: list[tuple[int, float, float, float]] = []
        self.best_step, self.best_score = 0, -math.inf
        self.best_network = _copied(self.network)

    def state(self) -> State:
        """Return all that a checkpoint keeps."""
        return State(
            self.step,
            self.network.state_dict(),
            self.optimizer.state_dict(),
            self.losses,
            self.validations,
            self.best_step,
            self.best_score,
            self.best_network,
        )

    def restore(self, state: State) -> None:
        """Go on where a checkpoint was written."""
        self.network.load_state_dict(state.network)
        self.optimizer.load_state_dict(state.optimizer)
        self.step, self.losses = state.step, state.losses
        self.validations = [(*row,) for row in state.validations]
        self.best_step, self.best_score = state.best_step, state.best_score
        self.best_network = state.best_network

    def learn(
        self, pixels: NDArray[np.float32], targets: tuple[NDArray[np.float32], ...]
    ) -> None:
        """Take one step."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(self.step, self.recipe.schedule)
        image = torch.from_numpy(pixels).to(self.device)
        wanted = tuple(torch.from_numpy(one).to(self.device) for one in targets)
        reduced = self.recipe.schedule.precision is Precision.BF16
        with torch.autocast(self.device.type, torch.bfloat16, enabled=reduced):
            outputs = self.network(image.contiguous(memory_format=torch.channels_last))
        loss = self.loss(outputs, wanted)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), LARGEST_GRADIENT)
        self.optimizer.step()
        self.losses.append(loss.item())
        self.step += 1

    def check(self) -> None:
        """Score the network on the images held out and write the checkpoint."""
        if self.data.validation:
            scores = validate(self.network, self.data.validation, self.recipe)
            self.validations.append(
                (self.step, scores.ap50, scores.mean_iou, scores.foreground_iou)
            )
            score = score_by(scores, self.recipe.validation.best_by)
        else:
            score = -sum(self.losses[-100:]) / len(self.losses[-100:])
        if score > self.best_score:
            self.best_step, self.best_score = self.step, score
            self.best_network = _copied(self.network)
        save(self.state(), self.recipe, self.folder)
        columns = ("step", "ap50", "mean_iou", "foreground_iou")
        table = {
            name: [row[i] for row in self.validations] for i, name in enumerate(columns)
        }
        write_text(self.folder / HISTORY, csv_text(table), overwrite=True)


def rate_at(step: int, schedule: Schedule) -> float:
    """Return the learning rate of a step: a linear rise, then half a cosine down to 0."""
    if step < schedule.warm_up_steps:
        return schedule.learning_rate * (step + 1) / schedule.warm_up_steps
    done = (step - schedule.warm_up_steps) / (schedule.n_steps - schedule.warm_up_steps)
    return schedule.learning_rate * 0.5 * (1 + math.cos(math.pi * done))


def train(
    recipe: Recipe,
    data: Split,
    folder: Path,
    *,
    start: Mapping[str, torch.Tensor] | None = None,
    resume: bool = False,
    progress: Progress = silent,
) -> tuple[UNet | StarDist, State]:
    """Train a network, from random weights or from `start`.

    The checkpoint in `folder` is replaced at every validation. A training that was stopped
    and resumed ends with the same weights, bit for bit, as one that was not (on the CPU).

    Returns
    -------
    (network, State)
        The network of the best checkpoint, and what happened on the way.

    Raises
    ------
    TrainingError
        If there is nothing to train on, or nothing to resume.
    """
    if not any(len(image.object_centres) for image in data.training):
        raise TrainingError(
            f"{recipe.name}: the {len(data.training)} training images have no object. Give "
            "images whose label images hold objects."
        )
    trainer = _Trainer(recipe, data, folder)
    if start is not None:
        trainer.network.load_state_dict(start)
    if resume:
        trainer.restore(load(recipe, folder))
    started, first = time.perf_counter(), trainer.step
    with closing(batches(trainer.step, data.training, recipe)) as made:
        for pixels, targets in made:
            trainer.learn(pixels, targets)
            spent_s = (time.perf_counter() - started) / (trainer.step - first)
            progress(trainer.step / recipe.schedule.n_steps, _said(trainer, spent_s))
            last = trainer.step == recipe.schedule.n_steps
            if last or trainer.step % recipe.schedule.validate_every == 0:
                trainer.check()
    trainer.network.load_state_dict(trainer.best_network)
    return trainer.network.eval(), trainer.state()


def _said(trainer: _Trainer, seconds_per_step: float) -> str:
    recent = trainer.losses[-50:]
    text = f"step {trainer.step}, loss {sum(recent) / len(recent):.4f}"
    if trainer.validations:
        _step, ap50, _mean_iou, foreground_iou = trainer.validations[-1]
        text += f", held out: AP50 {ap50:.3f}, foreground IoU {foreground_iou:.3f}"
    return f"{text}, {seconds_per_step:.2f} s per step"


def _copied(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {
        name: value.detach().cpu().clone() for name, value in network.state_dict().items()
    }
