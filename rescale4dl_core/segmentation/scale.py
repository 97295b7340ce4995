"""How wide the objects of an image are, before any of them is segmented."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH_PER_SIGMA = 2 * math.sqrt(2)
"""A disc answers most to a Laplacian of Gaussian of sigma = radius / sqrt(2)."""

LARGEST_CROP_PX = 1024
"""Fine structure is looked for in the middle of a large image only."""


def blob_width_px(values: NDArray[np.float32]) -> float:
    """Return the width of the bright objects in `values`: the first peak over scales.

    The strongest answers (99th percentile) to a scale-normalised Laplacian of Gaussian
    (Lindeberg 1998) are compared over sigma in steps of 2^(1/4), on an image pyramid. The
    first peak of at least half the height of the highest is taken, because clusters and
    uneven light answer at larger scales.
    """
    sigmas_px, answers = _answers_over_scales(values)
    for i in range(1, len(answers) - 1):
        is_peak = answers[i - 1] <= answers[i] > answers[i + 1]
        if is_peak and answers[i] >= max(answers) / 2:
            return WIDTH_PER_SIGMA * sigmas_px[i]
    return WIDTH_PER_SIGMA * sigmas_px[int(np.argmax(answers))]


def _answers_over_scales(values: NDArray[np.float32]) -> tuple[list[float], list[float]]:
    """Return sigmas up to an eleventh of the image and the answer at each."""
    sigmas_px, answers = [1.0], [_answer(values, 1.0)]
    level, binning = values, 1
    while (sigma_px := sigmas_px[-1] * 2**0.25) <= min(values.shape) / 11:
        if sigma_px / binning >= 4:
            level, binning = _bin_by_2(level), 2 * binning
        sigmas_px.append(sigma_px)
        answers.append(_answer(level, sigma_px / binning))
    return sigmas_px, answers


def _answer(level: NDArray[np.float32], sigma_px: float) -> float:
    middle = tuple(
        slice(max(0, (side - LARGEST_CROP_PX) // 2), (side + LARGEST_CROP_PX + 1) // 2)
        for side in level.shape
    )
    laplacian = ndimage.gaussian_laplace(level[middle], sigma_px)
    return float(np.percentile(-(sigma_px**2) * laplacian, 99))


def _bin_by_2(level: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, columns = (side // 2 * 2 for side in level.shape)
    blocks = level[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2)
    binned: NDArray[np.float32] = blocks.mean(axis=(1, 3), dtype=np.float32)
    return binned
