"""The effective receptive field: the square that holds 95 % of the response energy.

The energy with which a pixel acts on a position of a map is the square of the derivative
(Luo et al. 2016). onnxruntime gives no derivatives, so single pixels are moved a little
and the maps compared: that shows the energy at all distances at once.

First a few pixels are moved alone, in cut-outs as wide as all that the network sees:
without bias, but of a few pixels only. Then many at once, so far apart (three times the
first answer) that next to nothing reaches from one to the next; the little beyond half
that distance is taken from the first pass. Places are random: the mean runs over images,
over what they show and over the pooling grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.receptive.cut_outs import cut_out
from rescale4dl_core.receptive.response import Response, held_within, side_holding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.receptive.probe import Probe

SHARE = 0.95
MOVED_BY = 0.1
"""In standard deviations of the cut-outs: small against what images show, large against
the rounding of 32-bit numbers."""

LARGEST_CUT_OUT_PX = 384
ALONE_CUT_OUTS, ALONE_TIMES = 4, 4
SPACING = 3.0
"""Between pixels that are moved together, in sides of the first answer."""

SMALLEST_SPACING_PX = 24
TOGETHER_PX = (256, 512)
"""Side of the cut-outs in which many are moved: four times what is seen, within this."""

TOGETHER_TIMES = 3
BUDGET_PX = 3_000_000
MOST_CUT_OUTS = 6


@dataclass(frozen=True, slots=True)
class EffectiveField:
    """Where the response to a pixel is."""

    side_px: float
    """Side of the square around the pixel that holds 95 % of the energy, 0 without any."""

    n_pixels: int
    """How many pixels were moved."""

    is_cut: bool
    """Whether the cut-outs were smaller than what the network sees."""


def effective_field(
    probe: Probe,
    *,
    sees_px: int,
    patches: Sequence[NDArray[np.float32]] = (),
    seed: int = 0,
    progress: Progress = silent,
) -> EffectiveField:
    """Measure the square that holds 95 % of the response energy.

    Parameters
    ----------
    probe : Probe
        The network.
    sees_px : int
        Side of the square in which a changed pixel changes the output.
    patches : sequence of float32 ndarray of shape (channels, rows, columns)
        Images, normalised as the network expects them; without any, blurred noise from 0
        to 1.
    seed : int
        Of the places.
    progress : Progress
        Called for each cut-out.

    Raises
    ------
    NetworkError
        If the network cannot be run.
    """
    random = np.random.default_rng(seed)
    wanted = sees_px + 2 * probe.multiple_px
    side = min(wanted, LARGEST_CUT_OUT_PX)
    alone = Response()
    size = probe.size_px(side, side)
    for number in range(ALONE_CUT_OUTS):
        progress(0.3 * number / ALONE_CUT_OUTS, "Moving single pixels")
        _observe(probe, patches, size, min(size), ALONE_TIMES, alone, random)
    first_px = side_holding(SHARE, alone.shares())
    spacing = max(int(SPACING * first_px), SMALLEST_SPACING_PX)
    together = Response()
    side = min(max(4 * side, TOGETHER_PX[0]), TOGETHER_PX[1])
    size = probe.size_px(side, side)
    if spacing + probe.multiple_px >= min(size):
        return EffectiveField(first_px, alone.n_pixels, min(size) < wanted)
    cost_px = size[0] * size[1] * (1 + TOGETHER_TIMES)
    n_cut_outs = min(max(BUDGET_PX // cost_px, 2), MOST_CUT_OUTS)
    for number in range(n_cut_outs):
        progress(0.3 + 0.7 * number / n_cut_outs, "Moving many pixels")
        _observe(probe, patches, size, spacing, TOGETHER_TIMES, together, random)
    near = held_within(spacing, alone.shares())
    side_px = side_holding(min(SHARE / near, 1.0), together.shares()) if near else 0.0
    return EffectiveField(side_px, alone.n_pixels + together.n_pixels, side < wanted)


def _observe(
    probe: Probe,
    patches: Sequence[NDArray[np.float32]],
    size: tuple[int, int],
    spacing: int,
    times: int,
    response: Response,
    random: np.random.Generator,
) -> None:
    """Move pixels of one cut-out, a few times, and take note of the answer."""
    image = cut_out(patches, probe.input_channels, size, random)
    move = np.float32(MOVED_BY * max(float(image.std()), 1e-3))
    grids = [_places(size, spacing, probe.multiple_px, random) for _ in range(times)]
    moved = [_moved(image, grid, move, random) for grid in grids]
    for grid, (before, after) in zip(grids, probe.changes(image, moved), strict=True):
        response.add(before, after, grid, spacing, probe.stride_px)


def _places(
    size: tuple[int, int], spacing: int, grid_px: int, random: np.random.Generator
) -> list[tuple[int, int]]:
    """Return places on a square grid, each with all of its own square inside the image."""
    axes = []
    for length in size:
        n = max(1, (length - grid_px) // spacing)
        free_px = max(grid_px, length - n * spacing)
        start = (length - n * spacing - free_px) // 2 + int(random.integers(free_px))
        axes.append([start + spacing // 2 + index * spacing for index in range(n)])
    return [(row, column) for row in axes[0] for column in axes[1]]


def _moved(
    image: NDArray[np.float32],
    places: Sequence[tuple[int, int]],
    move: np.float32,
    random: np.random.Generator,
) -> NDArray[np.float32]:
    """Return the image with some pixels moved, each channel up or down."""
    moved = image.copy()
    rows, columns = np.array(places).T
    signs = random.choice((-1, 1), (len(image), len(places))).astype(np.float32)
    moved[:, rows, columns] += move * signs
    return moved
