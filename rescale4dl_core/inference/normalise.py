"""Intensities as a network wants them: percentiles of the whole image become 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.inference.spec import Normalisation


@dataclass(frozen=True, slots=True, eq=False)
class IntensityRange:
    """The pixel values that become 0 and 1, one pair for all channels or one for each."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def applied(self, pixels: NDArray[Any]) -> NDArray[np.float32]:
        """Return `pixels` scaled, not clipped; all 0 where the range is empty."""
        span = np.where(self.high > self.low, self.high - self.low, np.inf)
        scaled = (pixels - self.low.astype(np.float32)) / span.astype(np.float32)
        return scaled.astype(np.float32, copy=False)


def intensity_range(pixels: NDArray[Any], normalisation: Normalisation) -> IntensityRange:
    """Find the values that become 0 and 1.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, channels)
        The whole image: every tile is then scaled alike.
    normalisation : Normalisation
        Which percentiles, and whether each channel has its own.

    Returns
    -------
    IntensityRange
        By the smallest and the largest value where the percentiles are equal: an image
        that is dark but for a few pixels.
    """
    channels = (
        np.moveaxis(pixels, -1, 0)
        if normalisation.per_channel and pixels.ndim == 3
        else pixels[np.newaxis]
    )
    wanted = (normalisation.low_percentile, normalisation.high_percentile)
    pairs = []
    for channel in channels:
        low, high = _percentiles(channel, wanted)
        if not high > low:
            low, high = float(channel.min()), float(channel.max())
        pairs.append((low, high))
    low_high = np.array(pairs, np.float64)
    return IntensityRange(low_high[:, 0], low_high[:, 1])


def _percentiles(values: NDArray[Any], wanted: tuple[float, float]) -> tuple[float, float]:
    """Return two percentiles, of 8- and 16-bit integers by counting them."""
    if values.dtype.kind != "u" or values.dtype.itemsize > 2:
        low, high = np.percentile(values, wanted)
        return float(low), float(high)
    sorted_up_to = np.cumsum(np.bincount(values.ravel()))
    places = np.array(wanted) / 100 * (values.size - 1)
    below = np.searchsorted(sorted_up_to, np.floor(places), side="right")
    above = np.searchsorted(sorted_up_to, np.ceil(places), side="right")
    low, high = below + (above - below) * (places - np.floor(places))
    return float(low), float(high)
