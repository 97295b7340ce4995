"""Pixels as a network is fed with them: the right channels, scaled, padded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.normalise import intensity_range
from rescale4dl_core.inference.tiling import rounded_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.images import Image
    from rescale4dl_core.inference.normalise import IntensityRange
    from rescale4dl_core.inference.spec import NetworkSpec
    from rescale4dl_core.inference.tiling import Span, Tile


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """One image, to be cut into tiles."""

    pixels: NDArray[Any]
    """Shape (rows, columns, channels), as acquired."""

    range: IntensityRange
    """Of the whole image, so that all tiles are scaled alike."""

    padded_shape: tuple[int, int]
    """Rows and columns that the network can take."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the image."""
        return self.pixels.shape[0], self.pixels.shape[1]

    def tile(self, tile: Tile) -> NDArray[np.float32]:
        """Return a tile, scaled, mirrored beyond the image: (channels, rows, columns)."""
        rows = _within(tile.rows, self.shape[0])
        columns = _within(tile.columns, self.shape[1])
        scaled = self.range.applied(self.pixels[rows][:, columns])
        return np.ascontiguousarray(np.moveaxis(scaled, -1, 0))


def feed_of(pixels: NDArray[Any], spec: NetworkSpec) -> Feed:
    """Return the feed of an image whose channels suit the network.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        As acquired.
    spec : NetworkSpec
        The network.
    """
    channels = pixels if pixels.ndim == 3 else pixels[:, :, np.newaxis]
    rows, columns = (
        max(rounded_up(size, spec.multiple_px), spec.fixed_px) for size in pixels.shape[:2]
    )
    return Feed(channels, intensity_range(pixels, spec.normalisation), (rows, columns))


def pixels_for(image: Image, spec: NetworkSpec) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return the pixels of `image` that the network wants, and what had to be done.

    Raises
    ------
    NetworkError
        If the network wants colour and the image has none, or the image is smaller than
        the smallest piece that the network can see.
    """
    if min(image.shape) < spec.multiple_px:
        raise NetworkError(
            f"{image.name} is {image.shape[0]} x {image.shape[1]} px; this network needs "
            f"{spec.multiple_px} x {spec.multiple_px} px or more. Choose a larger image."
        )
    if spec.input_channels == 1:
        note = (
            f"{image.name} is in colour and this network takes one intensity: it was run "
            "on the brightness of each pixel.",
        )
        return image.intensity, note if image.is_rgb else ()
    if spec.input_channels != 3 or not image.is_rgb:
        has = "red, green and blue" if image.is_rgb else "one channel"
        raise NetworkError(
            f"{image.name} has {has} and this network takes {spec.input_channels} "
            f"channels{' (red, green and blue)' if spec.input_channels == 3 else ''}. "
            "Choose a network for this kind of image, or open the image in colour."
        )
    return image.pixels, ()


def _within(span: Span, size: int) -> slice | NDArray[np.intp]:
    """Return what to take of an axis: a slice, or places mirrored at its last pixel."""
    end = span.start + span.length
    if end <= size:
        return slice(span.start, end)
    period = max(1, 2 * (size - 1))
    place = np.arange(span.start, end) % period
    return np.minimum(place, period - place) if size > 1 else np.zeros_like(place)
