"""Cutting an image into tiles that a network sees as it would see the whole.

All tiles of an image have the same shape and start at multiples of the network's pooling
grid. Each keeps only what lies a halo away from its cuts, so that every output pixel has
seen all that it depends on: tiled equals whole up to rounding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

from rescale4dl_core.errors import NetworkError


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
