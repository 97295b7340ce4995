"""An image, or a part of it, as a screen can show it, and the way back to its pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.images import Image


@dataclass(frozen=True, slots=True)
class Zoom:
    """How many times closer than the whole image, and where."""

    times: int = 1
    row_percent: float = 50.0
    column_percent: float = 50.0
    """Where the part lies: 0 at the top and the left edge, 100 at the opposite ones."""

    def window_px(self, shape_px: tuple[int, int]) -> tuple[slice, slice]:
        """Return the rows and columns of the part, at least one of each.

        Examples
        --------
        >>> Zoom(4, row_percent=0, column_percent=100).window_px((400, 800))
        (slice(0, 100, None), slice(600, 800, None))
        """
        rows, columns = (
            _window(length_px, self.times, percent)
            for length_px, percent in zip(
                shape_px, (self.row_percent, self.column_percent), strict=True
            )
        )
        return rows, columns


WHOLE = Zoom()


def zooms_offered(shape_px: tuple[int, int], least_px: int = 64) -> list[int]:
    """Return the powers of 2 by which an image can be zoomed and still show `least_px`.

    Examples
    --------
    >>> zooms_offered((512, 300)), zooms_offered((50, 50))
    ([1, 2, 4, 8], [1])
    """
    zooms = [1]
    while max(shape_px) // (2 * zooms[-1]) >= least_px:
        zooms.append(2 * zooms[-1])
    return zooms


def _window(length_px: int, times: int, percent: float) -> slice:
    shown_px = max(1, -(-length_px // times))
    start = round((length_px - shown_px) * percent / 100)
    return slice(start, start + shown_px)


DARKEST_PERCENTILE = 0.5
BRIGHTEST_PERCENTILE = 99.8


@dataclass(frozen=True, slots=True)
class Contrast:
    """The pixel values that the screen shows as black and as white."""

    black: float
    white: float

    def levels(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Return `values` as 0 to 255; one middle grey where all are alike."""
        if not self.white > self.black:
            return np.full(values.shape, 128, np.uint8)
        gain = np.float32(255 / (self.white - self.black))
        scaled = (values.astype(np.float32) - np.float32(self.black)) * gain
        return np.clip(np.round(scaled), 0, 255).astype(np.uint8)


def contrast_of(values: NDArray[Any]) -> Contrast:
    """Return the 0.5th and 99.8th percentile of `values`; 8-bit RGB stays as it is."""
    if values.ndim == 3 and float(values.max()) <= 255 and float(values.min()) >= 0:
        return Contrast(0.0, 255.0)
    black, white = np.percentile(values, [DARKEST_PERCENTILE, BRIGHTEST_PERCENTILE])
    if not white > black:
        return Contrast(float(values.min()), float(values.max()))
    return Contrast(float(black), float(white))


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A picture of an image: 8-bit RGB, at most as large as a screen needs."""

    pixels: NDArray[np.uint8]
    """Read-only array of shape (rows, columns, 3)."""

    image_px_per_view_px: float
    """Above 1 where the image was shrunk, below 1 where it was enlarged."""

    um_per_view_px: float | None
    """Width of one picture pixel on the sample, None where the size is unknown."""

    origin_px: tuple[int, int] = (0, 0)
    """Row and column of the image at the top left corner of the picture."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the picture."""
        return self.pixels.shape[0], self.pixels.shape[1]

    def with_pixels(self, pixels: NDArray[np.uint8]) -> View:
        """Return the picture with something drawn on it."""
        pixels.setflags(write=False)
        return replace(self, pixels=pixels)

    def image_point_px(
        self, row: float, column: float, *, shown_rows: float, shown_columns: float
    ) -> tuple[float, float]:
        """Return the image pixel (row, column) under a click.

        Parameters
        ----------
        row, column : float
            Where the click fell, in screen pixels from the top left corner.
        shown_rows, shown_columns : float
            Height and width at which the browser shows the picture.
        """
        rows, columns = self.shape
        step = self.image_px_per_view_px
        return (
            self.origin_px[0] + row / shown_rows * rows * step - 0.5,
            self.origin_px[1] + column / shown_columns * columns * step - 0.5,
        )

    def view_point_px(self, row_px: float, column_px: float) -> tuple[float, float]:
        """Return the picture pixel (row, column) that shows a pixel of the image."""
        step = self.image_px_per_view_px
        return (
            (row_px - self.origin_px[0] + 0.5) / step - 0.5,
            (column_px - self.origin_px[1] + 0.5) / step - 0.5,
        )


def view_of(image: Image, *, zoom: Zoom = WHOLE, max_side_px: int = 1200) -> View:
    """Return `image`, or a part of it, with stretched contrast and fit for a screen.

    What is large is shrunk by averaging whole blocks (a rest at the right and lower edge
    is cropped); what is small is enlarged by repeating pixels, because browsers blur what
    they enlarge. Grey images and RGB deeper than 8 bit are stretched from the 0.5th to
    the 99.8th percentile of the part; 8-bit RGB stays as it is.

    Parameters
    ----------
    image : Image
        Shape (rows, columns) or (rows, columns, 3).
    zoom : Zoom
        Which part.
    max_side_px : int
        Longest side of the picture.
    """
    rows, columns = zoom.window_px(image.shape)
    part = image.pixels[rows, columns]
    longest_px = max(part.shape[:2])
    shrink = -(-longest_px // max_side_px)
    enlarge = max(1, max_side_px // longest_px)
    values = block_means(part, shrink) if shrink > 1 else part
    levels = contrast_of(values).levels(values)
    rgb = levels if image.is_rgb else np.repeat(levels[..., None], 3, axis=2)
    rgb = rgb.repeat(enlarge, axis=0).repeat(enlarge, axis=1)
    rgb.setflags(write=False)
    step = shrink / enlarge
    size = image.pixel_size
    um_per_px = None if size is None else size.x_um * step
    return View(rgb, step, um_per_px, (rows.start, columns.start))


def block_means(pixels: NDArray[Any], side: int) -> NDArray[np.float32]:
    """Return the mean of each whole `side` x `side` block, per colour; crop the rest.

    Examples
    --------
    >>> import numpy as np
    >>> block_means(np.array([[1, 3, 9], [5, 7, 9]]), 2).tolist()
    [[4.0]]
    """
    rows = max(1, pixels.shape[0] // side)
    columns = max(1, pixels.shape[1] // side)
    cropped = pixels[: rows * side, : columns * side]
    down = cropped[::side].astype(np.float32)
    for row in range(1, min(side, cropped.shape[0])):
        down += cropped[row::side]
    across = np.add.reduceat(down, np.arange(columns) * side, axis=1)
    block_px = min(side, cropped.shape[0]) * min(side, cropped.shape[1])
    means: NDArray[np.float32] = np.divide(across, block_px, dtype=np.float32)
    return means
