"""What is needed of a network to measure it: a call that runs one batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


class RunBatch(Protocol):
    """Runs a network on one batch, shaped as the network has it."""

    def __call__(self, batch: NDArray[np.float32], /) -> Sequence[NDArray[np.float32]]:
        """Return all outputs, in the order of the file."""
        ...


MOST_PX_AT_ONCE = 250_000
"""Of one batch: a U-Net with 32 channels takes 250 MB for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A network that can be asked for its maps."""

    run: RunBatch
    channels_last: bool
    kept: tuple[int, ...]
    """Which outputs are the maps."""

    input_channels: int
    stride_px: int
    multiple_px: int
    """Also the grid on which positions differ."""

    fixed_size_px: tuple[int | None, int | None]
    takes_several: bool
    """Whether a batch may hold more than one image."""

    def maps(self, images: Floats) -> tuple[Floats, ...]:
        """Return the maps of a batch, both of shape (images, channels, rows, columns)."""
        if self.channels_last:
            images = np.ascontiguousarray(np.moveaxis(images, 1, -1))
        outputs = self.run(images)
        chosen = [outputs[index] for index in self.kept]
        return tuple(np.moveaxis(o, -1, 1) if self.channels_last else o for o in chosen)

    def changes(
        self, image: Floats, changed: Sequence[Floats]
    ) -> Iterator[tuple[tuple[Floats, ...], tuple[Floats, ...]]]:
        """Yield the maps before and after each change of an image.

        Both come from the same batch, where the network takes several images: they then
        differ in nothing but the change, to the last bit.

        Parameters
        ----------
        image : float32 ndarray of shape (channels, rows, columns)
            Before.
        changed : sequence of float32 ndarray of that shape
            After.
        """
        if not self.takes_several:
            before = tuple(one[0] for one in self.maps(image[None]))
            for after in changed:
                yield before, tuple(one[0] for one in self.maps(after[None]))
            return
        at_once = max(1, MOST_PX_AT_ONCE // image[0].size)
        for start in range(0, len(changed), at_once):
            some = changed[start : start + at_once]
            maps = self.maps(np.stack([image, *some]))
            before = tuple(one[0] for one in maps)
            for index in range(len(some)):
                yield before, tuple(one[index + 1] for one in maps)

    def size_px(self, rows: int, columns: int) -> tuple[int, int]:
        """Return the size to use where (rows, columns) is wanted: larger, or fixed."""
        fixed = self.fixed_size_px
        step = self.multiple_px
        return (
            fixed[0] or -(-rows // step) * step,
            fixed[1] or -(-columns // step) * step,
        )
