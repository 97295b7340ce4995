"""The impulse-measured receptive field: where a changed pixel changes the output.

One whole line of pixels is changed at a time, so that a few inactive units (ReLU) hide
nothing: somewhere along the line the change gets through. Lines at every position on the
pooling grid show, for every position of the map, the first and the last line that it
sees. Changes a thousand times as large as the contrast are made, because one that reaches
a map through twenty layers drowns in the rounding of 32-bit numbers; some of ordinary size
on another background are made as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.receptive.probe import Probe

LARGE, ORDINARY = 1e3, 1.0
"""Changes, in units of the contrast."""

ORDINARY_EVERY = 4
"""Lines that are changed by an ordinary amount, too."""

ACROSS_PX = 48
"""Width of the strips that are run, at least."""

FIRST_LENGTH_PX, LONGEST_PX = 192, 1536
MOST_LINES = 32


@dataclass(frozen=True, slots=True)
class ImpulseField:
    """What was seen to change the maps."""

    rows_px: int
    """Largest over positions, from the first to the last line that matters."""

    columns_px: int
    reaches_edge: bool
    """Whether a change was seen at the edge of the longest strip: it may reach further."""

    @property
    def largest_px(self) -> int:
        """Side of the square."""
        return max(self.rows_px, self.columns_px)


def impulse_field(
    probe: Probe, *, expected_px: int | None, seed: int = 0, progress: Progress = silent
) -> ImpulseField:
    """Measure in which square a changed pixel changes the maps.

    Parameters
    ----------
    probe : Probe
        The network.
    expected_px : int, optional
        The theoretical one, where it is known: the strips then have the right length at
        once. It changes nothing of the result.
    seed : int
        Of the random backgrounds and changes.
    progress : Progress
        Called for each line.

    Raises
    ------
    NetworkError
        If the network cannot be run.
    """
    sides, reaches = [], []
    for along in (0, 1):
        side, touched = _along(probe, along, expected_px, seed, progress)
        sides.append(side)
        reaches.append(touched)
    return ImpulseField(sides[0], sides[1], any(reaches))


def _along(
    probe: Probe, along: int, expected_px: int | None, seed: int, progress: Progress
) -> tuple[int, bool]:
    margin = 2 * probe.multiple_px + 2 * probe.stride_px
    length = FIRST_LENGTH_PX if expected_px is None else expected_px + margin
    while True:
        wanted = (length, ACROSS_PX) if along == 0 else (ACROSS_PX, length)
        size = probe.size_px(*wanted)
        side, touched = _strip(probe, along, size, seed, progress)
        is_fixed = probe.fixed_size_px[along] is not None
        if not touched or is_fixed or length >= LONGEST_PX:
            return side, touched
        length = min(2 * length, LONGEST_PX)


def _strip(
    probe: Probe, along: int, size: tuple[int, int], seed: int, progress: Progress
) -> tuple[int, bool]:
    """Change lines in the middle of a strip; return the largest reach of a position."""
    random = np.random.default_rng(seed)
    step = max(1, probe.multiple_px // MOST_LINES)
    middle = (size[along] - probe.multiple_px) // 2 // probe.stride_px * probe.stride_px
    lines = range(middle, middle + probe.multiple_px, step)
    trials = [(LARGE, lines), (ORDINARY, lines[::ORDINARY_EVERY])]
    n_places = probe.multiple_px // probe.stride_px
    lowest = np.full(n_places, np.iinfo(np.int64).max)
    highest = np.full(n_places, np.iinfo(np.int64).min)
    touched = False
    for amplitude, tried in trials:
        background = random.random((probe.input_channels, *size), np.float32)
        images = [_with_line(background, along, n, amplitude, random) for n in tried]
        pairs = probe.changes(background, images)
        for line, (before, after) in zip(tried, pairs, strict=True):
            progress((along + (line - middle) / len(lines) / step) / 2, "Changing lines")
            changed = _changed_places(before, after, along)
            touched |= bool(changed[0] or changed[-1])
            places = np.flatnonzero(changed)
            offsets = line - places * probe.stride_px
            np.minimum.at(lowest, places % n_places, offsets)
            np.maximum.at(highest, places % n_places, offsets)
    seen = highest >= lowest
    return (int((highest - lowest)[seen].max()) + 1 if seen.any() else 0), touched


def _with_line(
    background: NDArray[np.float32],
    along: int,
    line: int,
    amplitude: float,
    random: np.random.Generator,
) -> NDArray[np.float32]:
    image = background.copy()
    view = np.moveaxis(image, 1 + along, 0)
    signs = random.choice((-1, 1), view.shape[1:]).astype(np.float32)
    view[line] += np.float32(amplitude) * signs
    return image


def _changed_places(
    before: tuple[NDArray[np.float32], ...],
    after: tuple[NDArray[np.float32], ...],
    along: int,
) -> NDArray[np.bool_]:
    across = (0, 2 - along)
    changed = [(a != b).any(axis=across) for a, b in zip(before, after, strict=True)]
    found: NDArray[np.bool_] = np.logical_or.reduce(changed)
    return found
