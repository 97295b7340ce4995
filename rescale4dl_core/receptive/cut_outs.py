"""Parts of images, or of noise, on which a network is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


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
