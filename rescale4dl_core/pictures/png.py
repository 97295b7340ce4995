"""The picture of an image, with all that is drawn on it, as the bytes of a PNG file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rescale4dl_core.pictures.overlay import with_contours, with_lines, with_point
from rescale4dl_core.pictures.scale_bar import with_scale_bar
from rescale4dl_core.pictures.view import View, view_of
from rescale4dl_core.pictures.zoom import WHOLE, Zoom

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.images import Image
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measure.drawn import DrawnDiameter


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
