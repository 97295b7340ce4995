"""Finer pixels: Catmull-Rom interpolation, centre-aligned, correct up to the border.

nanopyx prints, warns, makes folders in the home folder, tries OpenCL and keeps timings in a
file that two threads damage. So its one engine is imported under a lock with a home of its
own, without OpenCL, in silence; and its kernel for one thread is called directly, past the
scheduler that writes the file. The work is shared among threads here; nanopyx's OpenMP
threads give the same numbers, but wait for each other where cores are busy.
"""

from __future__ import annotations

import contextlib
import importlib.machinery
import io
import os
import sys
import tempfile
import threading
import types
import warnings
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.rescaling.pixel_types import as_pixels, for_each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from rescale4dl_core.rescaling.grid import Grid


class Magnify(Protocol):
    """Catmull-Rom magnification of a stack of planes."""

    def __call__(
        self,
        planes: NDArray[np.float32],
        shift_row: float,
        shift_column: float,
        times_rows: float,
        times_columns: float,
        /,
    ) -> NDArray[np.float32]:
        """Sample (planes, rows, columns) so that out[i] is at (i / times - 0.5 - shift)."""
        ...


_lock = threading.Lock()
_built: list[Magnify] = []


def catmull_rom_engine() -> Magnify:
    """Return nanopyx's Catmull-Rom kernel, building it at the first call.

    Raises
    ------
    ImportError
        If nanopyx cannot be imported on this machine.
    """
    with _lock:
        if not _built:
            _built.append(_build())
        return _built[0]


def _build() -> Magnify:
    with _private_home(), _stand_in_for_cv2(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.redirect_stdout(io.StringIO()):
            from nanopyx.core.transform import CRShiftAndMagnify

            engine = CRShiftAndMagnify(clear_benchmarks=True, verbose=False)

    def magnify(
        planes: NDArray[np.float32],
        shift_row: float,
        shift_column: float,
        times_rows: float,
        times_columns: float,
        /,
    ) -> NDArray[np.float32]:
        return np.asarray(
            engine._run_unthreaded(
                planes, shift_row, shift_column, times_rows, times_columns
            )
        )

    return magnify


@contextlib.contextmanager
def _private_home() -> Iterator[None]:
    """Give nanopyx a temporary home without OpenCL, and put the environment back."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        os.environ.update(HOME=home, USERPROFILE=home, NANOPYX_DISABLE_OPENCL="1")
        try:
            yield
        finally:
            for name in os.environ.keys() - before.keys():
                del os.environ[name]
            os.environ.update(before)


@contextlib.contextmanager
def _stand_in_for_cv2() -> Iterator[None]:
    """Let nanopyx be imported where OpenCV cannot: it only corrects drift with it."""
    try:
        import cv2  # noqa: F401
    except ImportError:
        stand_in = types.ModuleType("cv2")
        stand_in.__spec__ = importlib.machinery.ModuleSpec("cv2", None)
        sys.modules["cv2"] = stand_in
        try:
            yield
        finally:
            sys.modules.pop("cv2")
    else:
        yield


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
