"""One scale of a sweep as a picture: what the network saw and found, and the truth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rescale4dl_core.pictures.overlay import OutlineColours, with_contours
from rescale4dl_core.pictures.scale_bar import with_scale_bar
from rescale4dl_core.pictures.view import View, view_of
from rescale4dl_core.pictures.zoom import WHOLE, Zoom

if TYPE_CHECKING:
    from rescale4dl_core.images import Image
    from rescale4dl_core.labels import Labels

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
