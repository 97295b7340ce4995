"""What is needed of a network to measure it: a call that runs one batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


class RunBatch(Protocol):
    """Runs a network on one batch, shaped as the network has it."""

    def __call__(self, batch: NDArray[np.float32], /) -> Sequence[NDArray[np.float32]]:
        """Return all outputs, in the order of the file."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A network that can be asked for its maps of one image at a time."""

    run: RunBatch
    channels_last: bool
    kept: tuple[int, ...]
    """Which outputs are the maps."""

    input_channels: int
    stride_px: int
    multiple_px: int
    """Also the grid on which positions differ."""

    fixed_size_px: tuple[int | None, int | None]

    def maps(self, image: Floats) -> tuple[Floats, ...]:
        """Return the maps of one image, both of shape (channels, rows, columns)."""
        batch = image[None]
        if self.channels_last:
            batch = np.ascontiguousarray(np.moveaxis(batch, 1, -1))
        outputs = self.run(batch)
        chosen = [outputs[index][0] for index in self.kept]
        return tuple(np.moveaxis(o, -1, 0) if self.channels_last else o for o in chosen)

    def size_px(self, rows: int, columns: int) -> tuple[int, int]:
        """Return the size to use where (rows, columns) is wanted: larger, or fixed."""
        fixed = self.fixed_size_px
        step = self.multiple_px
        return (
            fixed[0] or -(-rows // step) * step,
            fixed[1] or -(-columns // step) * step,
        )
