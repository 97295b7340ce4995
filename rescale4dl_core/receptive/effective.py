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

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.receptive.probe import Probe


def cut_out(
    patches: Sequence[NDArray[np.float32]],
    n_channels: int,
    size: tuple[int, int],
    random: np.random.Generator,
) -> NDArray[np.float32]:
    """Return a random part of a random patch, mirrored at its border where too small.

    Parameters
    ----------
    patches : sequence of float32 ndarray of shape (channels, rows, columns)
        Without any, blobs of all sizes under fine noise.
    n_channels : int
        Of the noise.
    size : (int, int)
        Rows and columns of the part.
    random : Generator
        Decides which part, and whether it is flipped.
    """
    if not patches:
        return _noise((n_channels, *size), random)
    patch = patches[int(random.integers(len(patches)))]
    missing = [
        max(0, wanted - have) for wanted, have in zip(size, patch.shape[1:], strict=True)
    ]
    padded = np.pad(patch, [(0, 0), *((0, n) for n in missing)], mode="symmetric")
    row, column = (
        int(random.integers(have - wanted + 1))
        for wanted, have in zip(size, padded.shape[1:], strict=True)
    )
    part = padded[:, row : row + size[0], column : column + size[1]]
    turned = np.ascontiguousarray(
        part[:, :: random.choice((-1, 1)), :: random.choice((-1, 1))]
    )
    return turned.astype(np.float32)


def _noise(shape: tuple[int, ...], random: np.random.Generator) -> NDArray[np.float32]:
    """Return blobs of all sizes under fine noise, from 0 to 1."""
    from scipy.ndimage import gaussian_filter

    found = random.standard_normal(shape, np.float32) * np.float32(0.3)
    for sigma_px in (2.0, 5.0, 12.0):
        layer = gaussian_filter(random.standard_normal(shape), (0, sigma_px, sigma_px))
        found += (layer / layer.std()).astype(np.float32)
    low, high = float(found.min()), float(found.max())
    return (found - np.float32(low)) / np.float32(high - low)


ROUNDING = 8 * float(np.finfo(np.float32).eps)
"""Changes below this share of the largest value in a map are rounding."""


@dataclass(slots=True)
class Response:
    """Energy (squared change) by distance, for each map of a network."""

    energies: dict[int, NDArray[np.float64]] = field(default_factory=dict)
    """By Chebyshev distance, in steps of half a pixel of the image."""

    def add(
        self,
        before: Sequence[NDArray[np.float32]],
        after: Sequence[NDArray[np.float32]],
        places: Sequence[tuple[int, int]],
        spacing: int,
        stride_px: int,
    ) -> None:
        """Take note of the maps before and after pixels were moved.

        Parameters
        ----------
        before, after : sequence of ndarray of shape (channels, rows, columns)
            The maps.
        places : sequence of (int, int)
            Rows and columns of the pixels in the image.
        spacing : int
            Their distance: an answer within half of it is that pixel's own.
        stride_px : int
            Image pixels per pixel of the maps.
        """
        for index, (a, b) in enumerate(zip(before, after, strict=True)):
            change = (b - a).astype(np.float64)
            change[np.abs(change) <= ROUNDING * np.abs(a).max()] = 0
            squared = np.square(change).sum(axis=0)
            for place in places:
                found = _by_distance(squared, place, spacing, stride_px)
                self.energies[index] = _added(self.energies.get(index), found)

    def shares(self) -> NDArray[np.float64]:
        """Return the share of the energy at each distance; every map counts the same."""
        found = [one / one.sum() for one in self.energies.values() if one.sum() > 0]
        if not found:
            return np.zeros(0)
        longest = max(one.size for one in found)
        mean = np.zeros(longest)
        for one in found:
            mean[: one.size] += one / len(found)
        return mean


def held_within(side_px: float, shares: NDArray[np.float64]) -> float:
    """Return the share of the energy in a square of a given side."""
    return float(np.interp(side_px, *_held(shares)))


def side_holding(share: float, shares: NDArray[np.float64]) -> float:
    """Return the side of the square that holds a share of the energy, 0 without any."""
    sides_px, held = _held(shares)
    return float(np.interp(share, held, sides_px)) if held[-1] > 0 else 0.0


def _held(shares: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return sides of squares, and the share that each holds: the last pixel included."""
    sides_px = np.arange(len(shares) + 1, dtype=np.float64)
    return sides_px, np.concatenate([[0.0], np.cumsum(shares)])


def _by_distance(
    squared: NDArray[np.float64], place: tuple[int, int], spacing: int, stride_px: int
) -> NDArray[np.float64]:
    slices, away = [], []
    for length, at in zip(squared.shape, place, strict=True):
        centres = (np.arange(length) + 0.5) * stride_px - 0.5
        mine = np.flatnonzero(np.abs(centres - at) <= spacing / 2)
        slices.append(slice(int(mine[0]), int(mine[-1]) + 1))
        away.append(np.abs(centres[mine] - at))
    distance = np.maximum(away[0][:, None], away[1][None])
    halves = np.rint(2 * distance).astype(np.int64)
    energy = squared[slices[0], slices[1]]
    return np.bincount(halves.ravel(), weights=energy.ravel()).astype(np.float64)


def _added(
    known: NDArray[np.float64] | None, found: NDArray[np.float64]
) -> NDArray[np.float64]:
    if known is None:
        return found
    both = np.zeros(max(known.size, found.size))
    both[: known.size] += known
    both[: found.size] += found
    return both


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
        return EffectiveField(first_px, min(size) < wanted)
    cost_px = size[0] * size[1] * (1 + TOGETHER_TIMES)
    n_cut_outs = min(max(BUDGET_PX // cost_px, 2), MOST_CUT_OUTS)
    for number in range(n_cut_outs):
        progress(0.3 + 0.7 * number / n_cut_outs, "Moving many pixels")
        _observe(probe, patches, size, spacing, TOGETHER_TIMES, together, random)
    near = held_within(spacing, alone.shares())
    side_px = side_holding(min(SHARE / near, 1.0), together.shares()) if near else 0.0
    return EffectiveField(side_px, side < wanted)


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
