"""Random patches: the same geometry for image and labels, then intensity changes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from rescale4dl_core.training.pairs import Prepared
    from rescale4dl_core.training.recipe import Augmentation, Patches

SMALLEST_BLUR_PX = 0.3


def random_patch(
    image: Prepared, patches: Patches, ranges: Augmentation, rng: Generator
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Cut one patch.

    Returns
    -------
    (ndarray, ndarray)
        Pixels of shape (channels, side, side) and labels of shape (side, side). Past the
        border of the image both are mirrored.
    """
    matrix = _geometry(ranges, rng)
    centre = _centre(image, patches, matrix, rng)
    pixels, labels = _cut(image, patches.side_px, matrix, centre)
    return _with_other_intensity(pixels, ranges, rng), labels


def _geometry(ranges: Augmentation, rng: Generator) -> NDArray[np.float64]:
    """Return the matrix from patch to image coordinates: turn, flip, size."""
    if rng.random() < ranges.free_rotation:
        angle = rng.uniform(0, 2 * math.pi)
    else:
        angle = math.pi / 2 * rng.integers(4)
    largest = math.log1p(ranges.size_percent / 100)
    size = math.exp(rng.uniform(-largest, largest))
    turn = np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    flip = np.diag([1.0, rng.choice((-1.0, 1.0))])
    matrix: NDArray[np.float64] = turn @ flip / size
    return matrix


def _centre(
    image: Prepared, patches: Patches, matrix: NDArray[np.float64], rng: Generator
) -> NDArray[np.float64]:
    """Return where in the image the patch is centred, inside it as far as it fits."""
    shape = np.array(image.labels.shape, np.float64)
    half = np.abs(matrix).sum(axis=1) * (patches.side_px / 2)
    if len(image.object_centres) and rng.random() < patches.foreground_share:
        chosen = image.object_centres[rng.integers(len(image.object_centres))]
        centre = chosen + rng.uniform(-0.7, 0.7, 2) * half
    else:
        centre = rng.uniform(0, 1, 2) * (shape - 1)
    low, high = np.minimum(half, shape / 2), np.maximum(shape - half, shape / 2)
    return np.asarray(np.clip(centre, low, high), np.float64)


def _cut(
    image: Prepared, side_px: int, matrix: NDArray[np.float64], centre: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    from scipy.ndimage import affine_transform

    offset = centre - matrix @ np.full(2, (side_px - 1) / 2)
    shape = (side_px, side_px)
    options = {"offset": offset, "output_shape": shape, "mode": "mirror"}
    pixels = np.stack(
        [affine_transform(c, matrix, order=1, **options) for c in image.pixels]
    )
    labels = affine_transform(image.labels, matrix, order=0, **options)
    return pixels, np.asarray(labels, np.int32)


def _with_other_intensity(
    pixels: NDArray[np.float32], ranges: Augmentation, rng: Generator
) -> NDArray[np.float32]:
    from scipy.ndimage import gaussian_filter

    blur_px = rng.uniform(-ranges.blur_px, ranges.blur_px)
    if blur_px > SMALLEST_BLUR_PX:
        pixels = gaussian_filter(pixels, (0, blur_px, blur_px))
    exponent = _factor(ranges.gamma_percent, rng)
    if exponent != 1:
        pixels = np.sign(pixels) * np.abs(pixels) ** np.float32(exponent)
    gain = _factor(ranges.gain_percent, rng)
    gains = [gain * _factor(ranges.channel_gain_percent, rng) for _channel in pixels]
    offset = rng.uniform(-ranges.offset, ranges.offset)
    changed = pixels * np.array(gains, np.float32)[:, None, None] + np.float32(offset)
    deviation = rng.uniform(-ranges.noise, ranges.noise)
    if deviation > 0:
        changed += np.float32(deviation) * rng.standard_normal(changed.shape, np.float32)
    return np.ascontiguousarray(changed, np.float32)


def _factor(percent: float, rng: Generator) -> float:
    """Return a random factor around 1, as often above as below."""
    largest = math.log1p(percent / 100)
    return math.exp(rng.uniform(-largest, largest))
