"""Pixels as a network is fed with them: the right channels, scaled, padded, in tiles.

All tiles of an image have the same shape and start at multiples of the network's pooling
grid. Each keeps only what lies a halo away from its cuts, so that every output pixel has
seen all that it depends on: tiled equals whole up to rounding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import NetworkError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.images import Image
    from rescale4dl_core.inference.card import NetworkSpec, Normalisation


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


@dataclass(frozen=True, slots=True)
class Span:
    """One tile along one axis, in px of the padded image."""

    start: int
    length: int
    kept_from: int
    """First pixel whose output is kept from this tile."""

    kept_to: int


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile; the kept parts of all tiles cover the image once."""

    rows: Span
    columns: Span


def tiles_of(
    shape: tuple[int, int],
    *,
    longest_px: int,
    halo_px: int,
    multiple_px: int,
    fixed_px: int = 0,
) -> tuple[Tile, ...]:
    """Cut a padded image into tiles, from top to bottom and left to right.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns, multiples of `multiple_px` and `fixed_px` or more.
    longest_px : int
        A tile is at most this long, unless the halo demands more.
    halo_px : int
        At least half the receptive field.
    multiple_px : int
        Tiles start and end at multiples of this.
    fixed_px : int
        Rows and columns of every tile where the network fixes them, else 0.

    Raises
    ------
    NetworkError
        If a tile of fixed size has no room for its halos.
    """
    rows, columns = (
        spans_of_length(size, fixed_px, halo_px=halo_px, multiple_px=multiple_px)
        if fixed_px
        else spans_of(size, longest_px=longest_px, halo_px=halo_px, multiple_px=multiple_px)
        for size in shape
    )
    return tuple(Tile(row, column) for row, column in product(rows, columns))


def spans_of(
    size: int, *, longest_px: int, halo_px: int, multiple_px: int
) -> tuple[Span, ...]:
    """Cut one axis into tiles of about the same work; see `tiles_of`.

    Examples
    --------
    >>> [(s.start, s.length) for s in spans_of(96, longest_px=48, halo_px=8, multiple_px=8)]
    [(0, 48), (32, 48), (48, 48)]
    """
    halo = rounded_up(halo_px, multiple_px)
    if size <= max(longest_px, 2 * halo + multiple_px):
        return (Span(0, size, 0, size),)
    inner_most = max(longest_px - 2 * halo, multiple_px, halo)
    to_share = size - 2 * halo
    inner = rounded_up(math.ceil(to_share / math.ceil(to_share / inner_most)), multiple_px)
    return spans_of_length(size, inner + 2 * halo, halo_px=halo, multiple_px=multiple_px)


def spans_of_length(
    size: int, length: int, *, halo_px: int, multiple_px: int
) -> tuple[Span, ...]:
    """Cut one axis into tiles of one length, the last moved back to end with the axis.

    Raises
    ------
    NetworkError
        If such a tile has no room for its halos.
    """
    halo = rounded_up(halo_px, multiple_px)
    if size <= length:
        return (Span(0, size, 0, size),)
    inner = (length - 2 * halo) // multiple_px * multiple_px
    if inner < 1:
        raise NetworkError(
            f"This network takes images of {length} x {length} px and looks {halo} px "
            f"around each pixel, so larger images cannot be cut into pieces for it. "
            f"Choose an image of up to {length} x {length} px, or another network."
        )
    starts = [min(start, size - length) for start in range(0, size - 2 * halo, inner)]
    edges = [0, *(start + halo for start in starts[1:]), size]
    return tuple(
        Span(start, length, edges[index], edges[index + 1])
        for index, start in enumerate(starts)
    )


def rounded_up(size: int, multiple: int) -> int:
    """Return the smallest multiple that is `size` or more."""
    return -(-size // multiple) * multiple


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
