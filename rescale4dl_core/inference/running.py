"""A network over a whole image, tile by tile."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.feeding import feed_of, tiles_of
from rescale4dl_core.inference.onnx_session import CPU

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rescale4dl_core.inference.feeding import Feed, Tile
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.progress import Progress

LONGEST_TILE_PX = 1152
"""A U-Net with 32 channels takes 1 GB for a tile of this side."""

MOST_WHOLE_PX = 2048 * 2048
"""Largest image for a network that has to see it whole."""

TILES_AT_ONCE = 4
"""On a graphics card; a processor is no faster with several."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """The maps of the part of the image that one tile answers for."""

    row: int
    column: int
    """On the output grid."""

    maps: tuple[NDArray[np.float32], ...]
    """Each of shape (maps, rows, columns), nothing of it beyond the image."""

    seconds: float
    """What the network took for it."""


def pieces_of(
    pixels: NDArray[Any], network: Network, progress: Progress
) -> Iterator[Piece]:
    """Run the network over an image and yield its maps piece by piece.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        As acquired, with the channels that the network takes.
    network : Network
        Called once per tile, or per few tiles on a graphics card.
    progress : Progress
        Called after each.

    Raises
    ------
    NetworkError
        If the network cannot be run, or has to see the whole of an image that is too
        large for that.
    """
    feed = feed_of(pixels, network.spec)
    tiles = tiles_in(feed, network)
    at_once = 1 if network.provider == CPU else TILES_AT_ONCE
    for start in range(0, len(tiles), at_once):
        some = tiles[start : start + at_once]
        batch = np.stack([feed.tile(tile) for tile in some])
        began = time.perf_counter()
        outputs = network.run(batch, give_back=start + at_once >= len(tiles))
        seconds = (time.perf_counter() - began) / len(some)
        for index, tile in enumerate(some):
            maps = tuple(output[index] for output in outputs)
            yield _piece(tile, maps, feed.shape, network.spec.output_stride, seconds)
        n_done = start + len(some)
        progress(n_done / len(tiles), f"{network.name}: tile {n_done} of {len(tiles)}")


def predict_maps(
    pixels: NDArray[Any], network: Network, progress: Progress
) -> tuple[NDArray[np.float32], ...]:
    """Return the maps of a whole image, stitched; see `pieces_of`.

    Returns
    -------
    tuple of float32 ndarray of shape (maps, rows, columns)
        As `Network.run` without the batch axis; on the output grid, every pixel of which
        begins inside the image.
    """
    stride = network.spec.output_stride
    rows, columns = (-(-size // stride) for size in pixels.shape[:2])
    whole: tuple[NDArray[np.float32], ...] = ()
    for piece in pieces_of(pixels, network, progress):
        whole = whole or tuple(
            np.empty((len(part), rows, columns), np.float32) for part in piece.maps
        )
        for maps, part in zip(whole, piece.maps, strict=True):
            _, n_rows, n_columns = part.shape
            maps[
                :, piece.row : piece.row + n_rows, piece.column : piece.column + n_columns
            ] = part
    return whole


def tiles_in(feed: Feed, network: Network) -> tuple[Tile, ...]:
    """Return the tiles that a network is run on, one after the other.

    Raises
    ------
    NetworkError
        If the network has to see the whole of an image that is too large for that, or
        takes tiles too small for its halo.
    """
    spec = network.spec
    rows, columns = feed.padded_shape
    if spec.whole_image and rows * columns > MOST_WHOLE_PX:
        raise NetworkError(
            f"{network.name} has to see the whole image at once, and {feed.shape[0]} x "
            f"{feed.shape[1]} px is more than the {MOST_WHOLE_PX / 1e6:.1f} megapixels "
            "that are tried. Choose a smaller piece of the image, or another network."
        )
    return tiles_of(
        feed.padded_shape,
        longest_px=max(rows, columns) if spec.whole_image else LONGEST_TILE_PX,
        halo_px=spec.halo_px,
        multiple_px=spec.multiple_px,
        fixed_px=spec.fixed_px,
    )


def _piece(
    tile: Tile,
    maps: tuple[NDArray[np.float32], ...],
    shape: tuple[int, int],
    stride: int,
    seconds: float,
) -> Piece:
    kept = []
    for span, size, n_answered in zip(
        (tile.rows, tile.columns), shape, maps[0].shape[1:], strict=True
    ):
        if n_answered * stride != span.length:
            raise NetworkError(
                f"The network answers with {n_answered} rows or columns to {span.length} "
                f"px; with an output stride of {stride} it should be "
                f"{span.length // stride}. Correct the output stride, or export the "
                "network with padding, so that its maps are as large as the image."
            )
        last = min(span.kept_to, size)
        kept.append(
            slice(
                (span.kept_from - span.start) // stride, -(-(last - span.start) // stride)
            )
        )
    rows, columns = kept
    return Piece(
        tile.rows.kept_from // stride,
        tile.columns.kept_from // stride,
        tuple(part[:, rows, columns] for part in maps),
        seconds,
    )
