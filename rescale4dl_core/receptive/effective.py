"""The effective receptive field: the square that holds 95 % of the response energy.

The energy with which a pixel acts on a position of a map is the square of the derivative
(Luo et al. 2016). onnxruntime gives no derivatives, so single pixels are moved a little
and the maps compared: that shows the energy at all distances at once, without cross-talk
between pixels, hence without bias. The pixels lie at random places of random cut-outs, so
that the mean runs over images, over what they show and over the pooling grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.receptive.probe import Probe

SHARE = 0.95
MOVED_BY = 0.1
"""In standard deviations of the cut-outs: small against what images show, large against
the rounding of 32-bit numbers."""

ROUNDING = 8 * float(np.finfo(np.float32).eps)
"""Changes below this share of the largest value in a map are rounding."""

PIXELS_PER_CUT_OUT = 4
BUDGET_PX = 3_000_000
"""Image pixels that are run in all."""

FEWEST_CUT_OUTS, MOST_CUT_OUTS = 4, 24
LARGEST_CUT_OUT_PX = 384


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
        Called for each run.

    Raises
    ------
    NetworkError
        If the network cannot be run.
    """
    wanted = sees_px + 2 * probe.multiple_px
    side = min(wanted, LARGEST_CUT_OUT_PX)
    size = probe.size_px(side, side)
    random = np.random.default_rng(seed)
    cost_px = size[0] * size[1] * (1 + PIXELS_PER_CUT_OUT)
    n_cut_outs = min(max(BUDGET_PX // cost_px, FEWEST_CUT_OUTS), MOST_CUT_OUTS)
    energy: dict[int, NDArray[np.float64]] = {}
    for number in range(n_cut_outs):
        image = _cut_out(patches, probe.input_channels, size, random)
        move = np.float32(MOVED_BY * max(float(image.std()), 1e-3))
        progress(number / n_cut_outs, "Moving single pixels")
        places = [
            _place(size, probe.multiple_px, random) for _ in range(PIXELS_PER_CUT_OUT)
        ]
        moved = [_moved(image, place, move, random) for place in places]
        for place, pair in zip(places, probe.changes(image, moved), strict=True):
            for index, (a, b) in enumerate(zip(*pair, strict=True)):
                change = np.where(np.abs(b - a) > ROUNDING * np.abs(a).max(), b - a, 0)
                found = _energy_by_distance(change, place, probe.stride_px)
                energy[index] = _added(energy.get(index), found)
    return EffectiveField(
        _side(list(energy.values())), n_cut_outs * PIXELS_PER_CUT_OUT, min(size) < wanted
    )


def _place(
    size: tuple[int, int], grid_px: int, random: np.random.Generator
) -> tuple[int, int]:
    row, column = ((length - grid_px) // 2 + random.integers(grid_px) for length in size)
    return int(row), int(column)


def _moved(
    image: NDArray[np.float32],
    place: tuple[int, int],
    move: np.float32,
    random: np.random.Generator,
) -> NDArray[np.float32]:
    """Return the image with one pixel moved, each channel up or down."""
    moved = image.copy()
    signs = random.choice((-1, 1), len(image)).astype(np.float32)
    moved[:, place[0], place[1]] += move * signs
    return moved


def _cut_out(
    patches: Sequence[NDArray[np.float32]],
    n_channels: int,
    size: tuple[int, int],
    random: np.random.Generator,
) -> NDArray[np.float32]:
    """Return a random part of a random patch, mirrored at its border where too small."""
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


def _energy_by_distance(
    change: NDArray[np.float32], place: tuple[int, int], stride_px: int
) -> NDArray[np.float64]:
    """Return the energy per Chebyshev distance, in steps of half a pixel of the image."""
    squared = np.square(change.astype(np.float64)).sum(axis=0)
    rows, columns = (
        np.abs((np.arange(n) + 0.5) * stride_px - 0.5 - at)
        for n, at in zip(squared.shape, place, strict=True)
    )
    distance = np.maximum(rows[:, None], columns[None])
    halves = np.rint(2 * distance).astype(np.int64)
    return np.bincount(halves.ravel(), weights=squared.ravel()).astype(np.float64)


def _added(
    known: NDArray[np.float64] | None, found: NDArray[np.float64]
) -> NDArray[np.float64]:
    if known is None:
        return found
    both = np.zeros(max(known.size, found.size))
    both[: known.size] += known
    both[: found.size] += found
    return both


def _side(energies: Sequence[NDArray[np.float64]]) -> float:
    """Return the side of the square that holds 95 %; every map counts the same."""
    shares = [one / one.sum() for one in energies if one.sum() > 0]
    if not shares:
        return 0.0
    longest = max(one.size for one in shares)
    mean = sum(np.pad(one, (0, longest - one.size)) for one in shares) / len(shares)
    held = np.concatenate([[0.0], np.cumsum(mean)])
    sides_px = np.concatenate([[0.0], np.arange(longest) + 1.0])
    return float(np.interp(SHARE, held, sides_px))
