"""The same piece of a sample at several pixel sizes, to be looked at side by side.

Only the piece is rescaled, so that a large image answers as fast as a small one. The piece
starts at a multiple of the whole factors: its pixels are those of the rescaled image.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.images import Image
from rescale4dl_core.labels import Labels
from rescale4dl_core.pictures.overlay import border_labels, with_contours
from rescale4dl_core.pictures.scale_bar import with_scale_bar
from rescale4dl_core.pictures.view import Contrast, View, contrast_of
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.rescaling.grid import Grid
from rescale4dl_core.rescaling.series import rescale_image, rescale_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.quantities import PixelSize, RescaleFactor

SIDE_VIEW_PX = 480
"""Longest side of a view, where no finer pixels need more."""

LARGEST_SIDE_VIEW_PX = 1200

OUTLINE_VIEW_PX = 3
"""Outlines have to be seen when several views share a screen."""

LEAST_PX = 4
"""The piece grows until the coarsest view has this many pixels along a side."""

LARGEST_STEP_PX = 96
"""Pieces start at a multiple of the whole factors up to this step."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Which part of the sample is looked at."""

    side_px: int = 128
    """Side of the square, in px of the sample."""

    row_percent: float = 50.0
    column_percent: float = 50.0
    """Where its middle lies on the sample, from the top left corner."""


@dataclass(frozen=True, slots=True, eq=False)
class ScaleView:
    """A piece of the sample at one pixel size."""

    factor: RescaleFactor
    pixel_size: PixelSize | None
    shape_px: tuple[int, int]
    """Rows and columns of the whole sample at this pixel size."""

    view: View
    """Pixels enlarged by repeating them, with a scale bar and, where wanted, outlines.

    The bar is in px of the sample where its pixel size is unknown.
    """

    @property
    def pixel_um(self) -> float | None:
        """Side of the pixel on the sample; None where it is not known."""
        return None if self.pixel_size is None else self.pixel_size.mean_um


def views_at(
    image: Image,
    factors: Sequence[RescaleFactor],
    *,
    labels: Labels | None = None,
    piece: Piece | None = None,
    progress: Progress = silent,
) -> tuple[ScaleView, ...]:
    """Return the same piece of `image` at each of `factors`, with the same contrast.

    Parameters
    ----------
    image : Image
        Shape (rows, columns) or (rows, columns, 3).
    factors : sequence of RescaleFactor
        New / old pixel sizes.
    labels : Labels, optional
        Same shape as the image; each object is outlined.
    piece : Piece, optional
        Which part; the middle, 128 px wide, where none is given.
    progress : Progress
        Called before each view.

    Raises
    ------
    QuantityError
        If the image is too small for a single pixel of a factor.
    """
    whole = [Grid(image.shape, factor).shape for factor in factors]
    rows, columns = piece_of(image.shape, factors, piece or Piece())
    part = Image.parse(image.pixels[rows, columns], name=image.name, known=image.known)
    part_labels = cut = None
    if labels is not None:
        cut = border_labels(labels)
        part_labels = Labels.parse(labels.pixels[rows, columns], source=labels.source)
    contrast = contrast_of(part.pixels)
    finest = max(max(part.shape) / float(factor.ratio) for factor in factors)
    side_view_px = min(max(SIDE_VIEW_PX, round(finest)), LARGEST_SIDE_VIEW_PX)
    shown = []
    for index, (factor, shape_px) in enumerate(zip(factors, whole, strict=True)):
        progress(index / len(factors), f"View {index + 1} of {len(factors)}")
        rescaled = rescale_image(part, factor, for_screen=True)
        view = enlarged(rescaled, contrast, side_view_px)
        if part_labels is not None:
            view = with_contours(
                view,
                rescale_labels(part_labels, factor),
                cut=cut,
                width_view_px=OUTLINE_VIEW_PX,
            )
        view = replace(view, image_px_per_view_px=max(part.shape) / max(view.shape))
        shown.append(ScaleView(factor, rescaled.pixel_size, shape_px, with_scale_bar(view)))
    return tuple(shown)


def piece_of(
    shape_px: tuple[int, int], factors: Sequence[RescaleFactor], piece: Piece
) -> tuple[slice, slice]:
    """Return rows and columns of `piece` on an image, moved and cut so that it fits.

    Examples
    --------
    >>> from rescale4dl_core.quantities import RescaleFactor
    >>> piece_of((512, 512), [RescaleFactor.coarser(3)], Piece(100, 50.0, 100.0))
    (slice(204, 306, None), slice(408, 510, None))
    """
    step = 1
    for factor in factors:
        if factor.ratio.denominator == 1:
            common = math.lcm(step, factor.ratio.numerator)
            step = common if common <= LARGEST_STEP_PX else step
    coarsest = max(float(factor.ratio) for factor in factors)
    least_px = max(piece.side_px, math.ceil(LEAST_PX * coarsest))
    side_px = math.ceil(least_px / step) * step
    rows, columns = (
        _span(length_px, side_px, step, percent)
        for length_px, percent in zip(
            shape_px, (piece.row_percent, piece.column_percent), strict=True
        )
    )
    return rows, columns


def enlarged(image: Image, contrast: Contrast, side_view_px: int) -> View:
    """Return `image` with its pixels repeated until the longest side is `side_view_px`."""
    longest_px = max(image.shape)
    step = longest_px / side_view_px
    rows, columns = (
        np.minimum(
            ((np.arange(max(1, round(n / step))) + 0.5) * step).astype(np.intp), n - 1
        )
        for n in image.shape
    )
    levels = contrast.levels(image.pixels)[np.ix_(rows, columns)]
    pixels = levels if image.is_rgb else np.repeat(levels[..., None], 3, axis=2)
    pixels.setflags(write=False)
    size = image.pixel_size
    return View(pixels, step, None if size is None else size.x_um * step)


def _span(length_px: int, side_px: int, step: int, percent: float) -> slice:
    if side_px >= length_px:
        return slice(0, length_px)
    middle = length_px * percent / 100
    start = min(max(0, middle - side_px / 2), length_px - side_px)
    start_px = int(start // step) * step
    return slice(start_px, start_px + side_px)
