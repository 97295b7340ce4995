"""Batches, made by a thread of their own while the network learns."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.training.augment import random_patch
from rescale4dl_core.training.targets import targets_of

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.training.pairs import Prepared
    from rescale4dl_core.training.recipe import Recipe

    Batch = tuple[NDArray[np.float32], tuple[NDArray[np.float32], ...]]

AHEAD = 4
"""Batches that wait at most."""


def batch_of(step: int, images: Sequence[Prepared], recipe: Recipe) -> Batch:
    """Return the batch of one step; it depends on the seed and the step alone.

    Returns
    -------
    (ndarray, tuple of ndarray)
        Input of shape (N, channels, side, side), and the targets.
    """
    rng = np.random.default_rng((recipe.seed, step))
    weights = np.array([image.weight for image in images])
    chosen = rng.choice(len(images), recipe.patches.batch, p=weights / weights.sum())
    patches = [
        random_patch(images[i], recipe.patches, recipe.augmentation, rng) for i in chosen
    ]
    targets = zip(*(targets_of(labels, recipe) for _, labels in patches), strict=True)
    return np.stack([pixels for pixels, _ in patches]), tuple(np.stack(t) for t in targets)


def batches(
    first_step: int, images: Sequence[Prepared], recipe: Recipe
) -> Generator[Batch]:
    """Yield the batches from `first_step` to the last step, made ahead by a thread.

    Closing the iterator ends the thread.
    """
    ready: queue.Queue[Batch | Exception] = queue.Queue(AHEAD)
    stopped = threading.Event()

    def put(item: Batch | Exception) -> None:
        while not stopped.is_set():
            try:
                ready.put(item, timeout=0.2)
            except queue.Full:
                continue
            return

    def make() -> None:
        try:
            for step in range(first_step, recipe.schedule.n_steps):
                if stopped.is_set():
                    return
                put(batch_of(step, images, recipe))
        except Exception as error:  # noqa: BLE001 raised again where the batch is taken
            put(error)

    maker = threading.Thread(target=make, name="batches", daemon=True)
    maker.start()
    try:
        for _step in range(first_step, recipe.schedule.n_steps):
            item = ready.get()
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        stopped.set()
        maker.join()
