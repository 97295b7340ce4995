"""Squares over a picture, told apart by colour and by dashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL.ImageDraw import ImageDraw as Draw

    from rescale4dl_core.pictures.view import View

DASHES = 12
"""On each side of a square."""


@dataclass(frozen=True, slots=True)
class Square:
    """A square around a pixel of the image."""

    side_px: float
    colour: tuple[int, int, int]
    dashed: bool = False


def with_squares(
    view: View, centre_px: tuple[float, float], squares: Sequence[Square]
) -> View:
    """Return `view` with squares around one pixel of the image, and a dot on it.

    Parameters
    ----------
    view : View
        Picture of the image; what lies beyond it is not drawn.
    centre_px : (float, float)
        Row and column in the image.
    squares : sequence of Square
        Drawn in this order.
    """
    from PIL import Image as PilImage
    from PIL import ImageDraw

    canvas = PilImage.fromarray(np.array(view.pixels))
    draw = ImageDraw.Draw(canvas)
    width = max(3, round(max(view.shape) / 250))
    row, column = view.view_point_px(*centre_px)
    for square in squares:
        half = square.side_px / view.image_px_per_view_px / 2
        _draw(draw, row, column, half, square, width)
    draw.circle((column, row), 1.5 * width, fill=squares[0].colour if squares else None)
    return view.with_pixels(np.array(canvas))


def _draw(
    draw: Draw, row: float, column: float, half: float, square: Square, width: int
) -> None:
    corners = [
        (column - half, row - half),
        (column + half, row - half),
        (column + half, row + half),
        (column - half, row + half),
    ]
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        for a, b in _dashes(start, end) if square.dashed else [(start, end)]:
            draw.line([a, b], fill=square.colour, width=width)


def _dashes(
    start: tuple[float, float], end: tuple[float, float]
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    at = [
        (start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t)
        for t in np.linspace(0, 1, 2 * DASHES)
    ]
    yield from zip(at[::2], at[1::2], strict=True)
