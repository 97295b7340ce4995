"""Images of objects that are known exactly, to train on where real ones are few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import TrainingError
from rescale4dl_core.training.image_pairs import Pair
from rescale4dl_core.training.simulated import bacteria_phase, cocci_fluorescence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from numpy.typing import NDArray

    Simulate = Callable[[int, tuple[int, int]], tuple[NDArray[Any], NDArray[np.int32]]]

SIDE_PX = 320
"""Rows and columns of a simulated training image."""

KINDS: Mapping[str, Simulate] = {
    "bacteria_phase": bacteria_phase.simulate,
    "cocci": cocci_fluorescence.simulate,
}


def simulated_pairs(name: str, n_images: int, seed: int) -> tuple[Pair, ...]:
    """Simulate images of one kind, each of `SIDE_PX` x `SIDE_PX`.

    Parameters
    ----------
    name
        "bacteria_phase" (phase contrast) or "cocci" (fluorescence).
    n_images
        How many.
    seed
        The same images for the same seed; other seeds share none.

    Raises
    ------
    TrainingError
        If nothing of that name can be simulated.
    """
    if name not in KINDS:
        raise TrainingError(
            f"Nothing called {name!r} can be simulated. Choose one of: {', '.join(KINDS)}."
        )
    seeds = np.random.SeedSequence(seed).generate_state(n_images, np.uint64)
    return tuple(
        Pair(f"{name}_{number:04}", *KINDS[name](int(one), (SIDE_PX, SIDE_PX)))
        for number, one in enumerate(seeds)
    )
