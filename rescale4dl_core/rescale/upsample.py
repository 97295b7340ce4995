"""Finer pixels: Catmull-Rom interpolation, centre-aligned, correct up to the border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.rescale.catmull_rom_engine import catmull_rom_engine
from rescale4dl_core.rescale.pieces import for_each
from rescale4dl_core.rescale.pixel_types import as_pixels

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rescale4dl_core.rescale.grid import Grid

TILE_PX = 512
"""Side of the piece of the result that is computed at a time."""

HALO_PX = 4
"""Old pixels around a tile: two for the kernel, the rest for what nanopyx leaves out."""


def upsample(
    pixels: NDArray[Any],
    grid: Grid,
    *,
    for_screen: bool = False,
    progress: Progress = silent,
) -> NDArray[Any]:
    """Return `pixels` on the finer `grid`, interpolated by the Catmull-Rom cubic.

    nanopyx computes it, at any real factor, with a shift of half a new pixel so that the
    grids stay aligned, and on a margin mirrored about the border pixels so that a constant
    image stays constant. Where nanopyx cannot be imported Pillow's bicubic does: it is the
    same cubic (a = -0.5), on the same margin. Both work in 32-bit floating point.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        Any integer or floating-point dtype.
    grid : Grid
        The new grid, 1x or finer.
    for_screen : bool
        Take Pillow at once: importing nanopyx takes seconds, too long for a first look.
    progress : Progress
        Called after every tile.

    Returns
    -------
    ndarray of shape `grid.shape` and the RGB axis where there is one
        Same dtype. The cubic overshoots at edges: integers are rounded half to even and
        clipped to what the dtype holds, floating-point values are left as they are.
    """
    magnify_tile = pillow_tile if for_screen else _best_magnifier()
    planes = pixels[np.newaxis] if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)
    times = float(1 / grid.factor.ratio)
    n_rows, n_columns = grid.shape
    out = np.empty((len(planes), n_rows, n_columns), pixels.dtype)
    corners = [
        (row, column)
        for row in range(0, n_rows, TILE_PX)
        for column in range(0, n_columns, TILE_PX)
    ]

    def fill_tile(corner: tuple[int, int]) -> None:
        row, column = corner
        tile = out[:, row : row + TILE_PX, column : column + TILE_PX]
        old_row, old_column = int(row / times) - HALO_PX, int(column / times) - HALO_PX
        rows = mirrored(old_row, tile.shape[1] / times, planes.shape[1])
        columns = mirrored(old_column, tile.shape[2] / times, planes.shape[2])
        old = np.ascontiguousarray(planes[:, rows[:, np.newaxis], columns], np.float32)
        start = (row - old_row * times, column - old_column * times)
        magnified = magnify_tile(old, start, (tile.shape[1], tile.shape[2]), times)
        tile[...] = as_pixels(magnified, out.dtype)

    message = f"Interpolating {times:.6g}x finer"
    for_each(corners, fill_tile, progress=progress, message=message)
    return out[0] if pixels.ndim == 2 else np.ascontiguousarray(np.moveaxis(out, 0, -1))


def _best_magnifier() -> Callable[..., NDArray[np.float32]]:
    try:
        catmull_rom_engine()
    except ImportError:
        return pillow_tile
    return nanopyx_tile


def mirrored(first: int, length_px: float, n_old: int) -> NDArray[np.intp]:
    """Return indices from `first` over `length_px` and a halo, mirrored at the borders.

    Examples
    --------
    >>> mirrored(-4, 2.0, 3)
    array([0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2])
    """
    indices = np.arange(first, first + int(np.ceil(length_px)) + 2 * HALO_PX + 1)
    if n_old == 1:
        return np.zeros_like(indices)
    period = 2 * (n_old - 1)
    within: NDArray[np.intp] = np.abs(indices) % period
    np.minimum(within, period - within, out=within)
    return within


def nanopyx_tile(
    old: NDArray[np.float32],
    start: tuple[float, float],
    shape: tuple[int, int],
    times: float,
) -> NDArray[np.float32]:
    """Magnify planes by nanopyx and return a window of the result.

    Parameters
    ----------
    old : ndarray of shape (planes, rows, columns)
        The old pixels around the window, at least `HALO_PX` more on every side.
    start : tuple of float
        Row and column of the window, in new pixels from the corner of `old`.
    shape : tuple of int
        Rows and columns of the window.
    times : float
        How much finer.
    """
    row, column = round(start[0]), round(start[1])
    shift_row = (row - start[0] - 0.5) / times
    shift_column = (column - start[1] - 0.5) / times
    magnified = catmull_rom_engine()(old, shift_row, shift_column, times, times)
    return magnified[:, row : row + shape[0], column : column + shape[1]]


def pillow_tile(
    old: NDArray[np.float32],
    start: tuple[float, float],
    shape: tuple[int, int],
    times: float,
) -> NDArray[np.float32]:
    """Do what `nanopyx_tile` does by Pillow's bicubic."""
    from PIL import Image as PilImage

    left, upper = start[1] / times, start[0] / times
    box = (left, upper, left + shape[1] / times, upper + shape[0] / times)
    resized = [
        PilImage.fromarray(plane).resize(
            (shape[1], shape[0]), PilImage.Resampling.BICUBIC, box=box
        )
        for plane in old
    ]
    return np.stack([np.asarray(plane) for plane in resized])
