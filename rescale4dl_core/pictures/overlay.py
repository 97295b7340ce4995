"""Outlines of objects and drawn diameters over a picture, in colours all eyes tell apart.

Objects cut by the border differ by a dashed outline as well as by colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.drawn import DrawnDiameter
    from rescale4dl_core.pictures.view import View

DASH_VIEW_PX = 6
"""Length of a dash, and of a gap, of the outline of an object cut by the border."""


@dataclass(frozen=True, slots=True)
class OutlineColours:
    """One colour for whole objects, one for those cut by the border (Okabe and Ito)."""

    whole: tuple[int, int, int]
    cut: tuple[int, int, int]


ON_DARK = OutlineColours(whole=(86, 180, 233), cut=(230, 159, 0))
ON_BRIGHT = OutlineColours(whole=(0, 114, 178), cut=(213, 94, 0))


def outline_colours(view: View) -> OutlineColours:
    """Return sky blue and orange on dark pictures, blue and vermilion on bright ones."""
    return ON_BRIGHT if float(view.pixels.mean()) > 128 else ON_DARK


def with_contours(
    view: View,
    labels: Labels,
    *,
    cut: NDArray[np.int32] | None = None,
    width_view_px: int | None = None,
    colours: OutlineColours | None = None,
) -> View:
    """Return `view` with each object outlined just inside its edge.

    Parameters
    ----------
    view : View
        Picture of the image that `labels` belong to.
    labels : Labels
        Shape (rows, columns) of the image, not of the picture.
    cut : ndarray of int, optional
        Label values of the objects cut by the border of the image; without, those at the
        border of `labels`.
    width_view_px : int, optional
        Width of the outlines; fit for the size of the picture where none is given.
    colours : OutlineColours, optional
        Those of `outline_colours` where none are given.
    """
    shown = labels_on_view(labels, view)
    edge = _inner_edge(shown, width_view_px or (2 if max(view.shape) > 900 else 1))
    is_cut = np.isin(shown, border_labels(labels) if cut is None else cut)
    rows, columns = np.indices(view.shape, sparse=True)
    dashed = ((rows + columns) // DASH_VIEW_PX) % 2 == 0
    colours = colours or outline_colours(view)
    pixels = np.array(view.pixels)
    pixels[edge & ~is_cut] = colours.whole
    pixels[edge & is_cut & dashed] = colours.cut
    return view.with_pixels(pixels)


def with_lines(view: View, lines: Sequence[DrawnDiameter]) -> View:
    """Return `view` with each drawn diameter as a line that ends in two dots."""
    from PIL import Image as PilImage
    from PIL import ImageDraw

    canvas = PilImage.fromarray(np.array(view.pixels))
    draw = ImageDraw.Draw(canvas)
    colour = outline_colours(view).cut
    width = max(2, round(max(view.shape) / 400))
    for line in lines:
        ends = [
            view.view_point_px(line.start_row_px, line.start_column_px)[::-1],
            view.view_point_px(line.end_row_px, line.end_column_px)[::-1],
        ]
        draw.line(ends, fill=colour, width=width)
        for x, y in ends:
            draw.circle((x, y), 1.5 * width, fill=colour)
    return view.with_pixels(np.array(canvas))


def with_point(view: View, row_px: float, column_px: float) -> View:
    """Return `view` with a ring at one pixel of the image: the first click of a line."""
    from PIL import Image as PilImage
    from PIL import ImageDraw

    canvas = PilImage.fromarray(np.array(view.pixels))
    width = max(2, round(max(view.shape) / 400))
    row, column = view.view_point_px(row_px, column_px)
    ImageDraw.Draw(canvas).circle(
        (column, row), 3 * width, outline=outline_colours(view).cut, width=width
    )
    return view.with_pixels(np.array(canvas))


def border_labels(labels: Labels) -> NDArray[np.int32]:
    """Return the label values that occur in the outermost rows and columns."""
    pixels = labels.pixels
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    values = np.unique(rim)
    return values[values > 0]


def labels_on_view(labels: Labels, view: View) -> NDArray[np.int32]:
    """Return the label under the centre of each pixel of the picture."""
    rows, columns = (
        np.clip(
            first + np.floor((np.arange(n) + 0.5) * view.image_px_per_view_px), 0, m - 1
        )
        for n, m, first in zip(view.shape, labels.shape, view.origin_px, strict=True)
    )
    shown: NDArray[np.int32] = labels.pixels[
        np.ix_(rows.astype(np.intp), columns.astype(np.intp))
    ]
    return shown


def _inner_edge(shown: NDArray[Any], width_view_px: int) -> NDArray[np.bool_]:
    padded = np.pad(shown, width_view_px, mode="edge")
    rows, columns = shown.shape
    edge = np.zeros(shown.shape, np.bool_)
    for step in range(1, width_view_px + 1):
        for down, right in ((step, 0), (-step, 0), (0, step), (0, -step)):
            top, left = width_view_px + down, width_view_px + right
            edge |= padded[top : top + rows, left : left + columns] != shown
    return edge & (shown > 0)
