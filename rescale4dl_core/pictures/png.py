"""The picture of an image, with all that is drawn on it, as the bytes of a PNG file."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

from rescale4dl_core.pictures.overlay import (
    OutlineColours,
    with_contours,
    with_lines,
    with_point,
)
from rescale4dl_core.pictures.scale_bar import with_scale_bar
from rescale4dl_core.pictures.view import WHOLE, View, Zoom, view_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.images import Image
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.drawn import DrawnDiameter


def picture_png(
    image: Image,
    *,
    zoom: Zoom = WHOLE,
    labels: Labels | None = None,
    lines: Sequence[DrawnDiameter] = (),
    first_click_px: tuple[float, float] | None = None,
) -> bytes:
    """Return `image` as a PNG file with a scale bar, outlines and drawn diameters.

    Parameters
    ----------
    image : Image
        Shape (rows, columns) or (rows, columns, 3).
    zoom : Zoom
        Which part of the image.
    labels : Labels, optional
        Same shape as the image; each object is outlined.
    lines : sequence of DrawnDiameter
        Drawn as lines that end in dots.
    first_click_px : (float, float), optional
        Row and column of the first end of a line that has no second one yet.
    """
    view = view_of(image, zoom=zoom)
    if labels is not None:
        view = with_contours(view, labels)
    if lines:
        view = with_lines(view, lines)
    if first_click_px is not None:
        view = with_point(view, *first_click_px)
    return png_bytes(with_scale_bar(view))


def png_bytes(view: View) -> bytes:
    """Return `view` as a PNG file."""
    from PIL import Image as PilImage

    stream = io.BytesIO()
    PilImage.fromarray(view.pixels).save(stream, format="PNG", compress_level=1)
    return stream.getvalue()


FOUND_RGB = (86, 180, 233)
TRUE_RGB = (230, 159, 0)
"""Sky blue and orange of Okabe and Ito."""

SIDE_VIEW_PX = 1000


def found_and_true(
    image: Image,
    found: Labels | None,
    truth: Labels | None,
    *,
    zoom: Zoom = WHOLE,
) -> View:
    """Return `image` with the outlines of the truth, and those of what was found on top.

    Parameters
    ----------
    image : Image
        The sample at one scale; its pixels are enlarged by repeating them.
    found : Labels, optional
        On the grid of `image`.
    truth : Labels, optional
        On a grid of any pixel size that covers the same field: its outlines keep their
        own resolution.
    zoom : Zoom
        Which part.
    """
    view = view_of(image, zoom=zoom, max_side_px=SIDE_VIEW_PX)
    if truth is not None:
        step = truth.shape[0] / image.shape[0]
        rows, columns = view.origin_px
        on_truth = replace(
            view,
            image_px_per_view_px=view.image_px_per_view_px * step,
            origin_px=(round(rows * step), round(columns * step)),
        )
        drawn = with_contours(on_truth, truth, width_view_px=2, colours=_only(TRUE_RGB))
        view = view.with_pixels(drawn.pixels)
    if found is not None:
        view = with_contours(view, found, width_view_px=2, colours=_only(FOUND_RGB))
    return with_scale_bar(view)


def _only(rgb: tuple[int, int, int]) -> OutlineColours:
    return OutlineColours(whole=rgb, cut=rgb)
