"""What a network sees around one object: squares drawn to scale on the user's own image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.pictures.overlay import with_contours
from rescale4dl_core.pictures.png import png_bytes
from rescale4dl_core.pictures.scale_bar import with_scale_bar
from rescale4dl_core.pictures.view import Zoom, view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL.ImageDraw import ImageDraw as Draw

    from rescale4dl_core.images import Image
    from rescale4dl_core.labels import Labels
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


SHOWN_PER_SQUARE = 1.5
SHOWN_PER_OBJECT = 5.0
"""The part that is shown is so many times as wide as the largest square or the object."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The object that the squares are drawn around."""

    row_px: float
    column_px: float
    diameter_px: float


def typical_object(labels: Labels) -> Focus | None:
    """Return the object of typical size that lies nearest to the centre of the image.

    Typical: within a fifth of the median diameter (equivalent circle).
    """
    pixels = labels.pixels
    places = np.flatnonzero(pixels)
    if not places.size:
        return None
    found, index, counts = np.unique(
        pixels.ravel()[places], return_inverse=True, return_counts=True
    )
    rows, columns = np.divmod(places, pixels.shape[1])
    row = np.bincount(index, rows, len(found)) / counts
    column = np.bincount(index, columns, len(found)) / counts
    diameter = 2 * np.sqrt(counts / np.pi)
    away = np.hypot(row - pixels.shape[0] / 2, column - pixels.shape[1] / 2)
    typical = np.abs(diameter / np.median(diameter) - 1) <= 0.2
    nearest = int(np.argmin(np.where(typical, away, away + sum(pixels.shape))))
    return Focus(float(row[nearest]), float(column[nearest]), float(diameter[nearest]))


def receptive_field_png(
    image: Image, labels: Labels | None, squares: Sequence[Square]
) -> bytes:
    """Return a part of the image with squares around a typical object, to scale.

    Parameters
    ----------
    image : Image
        At the pixel size in which the network would see it.
    labels : Labels, optional
        Its objects; without any, the squares lie around the centre of the image.
    squares : sequence of Square
        The receptive fields.
    """
    focus = None if labels is None else typical_object(labels)
    if focus is None:
        focus = Focus(image.shape[0] / 2, image.shape[1] / 2, 0.0)
    largest_px = max(square.side_px for square in squares)
    shown_px = max(SHOWN_PER_SQUARE * largest_px, SHOWN_PER_OBJECT * focus.diameter_px, 16)
    times = max(1, int(max(image.shape) / shown_px))
    centre_px = (focus.row_px, focus.column_px)
    percents = [
        _percent(at, length, -(-length // times))
        for at, length in zip(centre_px, image.shape, strict=True)
    ]
    view = view_of(image, zoom=Zoom(times, *percents))
    if labels is not None:
        view = with_contours(view, labels)
    return png_bytes(with_scale_bar(with_squares(view, centre_px, squares)))


def _percent(at_px: float, length_px: int, shown_px: int) -> float:
    """Return where a part has to lie to have `at_px` in its middle, as far as it can."""
    free_px = length_px - shown_px
    if free_px <= 0:
        return 50.0
    return float(np.clip(100 * (at_px - shown_px / 2) / free_px, 0, 100))
