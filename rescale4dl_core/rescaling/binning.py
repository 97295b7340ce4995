"""Binning: blocks of pixels become one pixel, by their mean or their sum.

What does not fill a block at the bottom and at the right is cropped. Padding it with zeros,
as `skimage.transform.downscale_local_mean` does, would darken the last row and column.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.rescaling.pixel_types import (
    as_pixels,
    for_each,
    row_bands,
    type_of_accumulator,
    type_of_sums,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

COMPILED_FROM_PX = 64_000_000
"""Below this many pixels numpy is done before a compiler has been imported."""

COMPILED_UP_TO = 16
"""Larger blocks are summed as fast by numpy; their unrolled loops take long to compile."""


class Binning(Enum):
    """What one binned pixel holds."""

    MEAN = "mean"
    """The mean, in the same dtype; integers are rounded half to even: no bias builds up."""

    SUM = "sum"
    """The sum, as a camera that adds up charge; in a dtype wide enough to hold it."""


def bin_pixels(
    pixels: NDArray[Any],
    times: int,
    *,
    binning: Binning = Binning.MEAN,
    progress: Progress = silent,
) -> NDArray[Any]:
    """Bin by a whole number, cropping what does not fill a block.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        Any integer or floating-point dtype.
    times : int
        Side of the block, 1 to the shortest side of the image.
    binning : Binning
        Mean (same dtype) or sum (wider dtype: `type_of_sums`).
    progress : Progress
        Called after every band of rows.

    Returns
    -------
    ndarray of shape (rows // times, columns // times) and the RGB axis where there is one

    Raises
    ------
    ImageError
        If integer pixels are so large (over 2**53 summed) that a sum would not be exact.

    Examples
    --------
    >>> bin_pixels(np.arange(25, dtype=np.uint8).reshape(5, 5), 2)
    array([[ 3,  5],
           [13, 15]], dtype=uint8)
    """
    rows, columns = pixels.shape[0] // times, pixels.shape[1] // times
    kept = pixels[: rows * times, : columns * times]
    accumulator = type_of_accumulator(kept, times * times)
    dtype = pixels.dtype if binning is Binning.MEAN else type_of_sums(kept, times * times)
    out = np.empty((rows, columns, *pixels.shape[2:]), dtype)
    fill = _band_filler(kept, times, binning, accumulator)

    def fill_band(band: slice) -> None:
        fill(kept[band.start * times : band.stop * times], out[band])

    for_each(
        row_bands(rows, kept[0].nbytes * times),
        fill_band,
        progress=progress,
        message=f"Binning {times} x {times}",
    )
    return out


def _band_filler(
    kept: NDArray[Any], times: int, binning: Binning, accumulator: np.dtype[Any]
) -> Callable[[NDArray[Any], NDArray[Any]], None]:
    """Return the function that bins one band: compiled where that pays, else numpy."""
    worth_compiling = (
        kept.ndim == 2 and kept.size >= COMPILED_FROM_PX and times <= COMPILED_UP_TO
    )
    has_known_type = kept.dtype.isnative and (
        kept.dtype.kind != "f" or kept.dtype.itemsize in (4, 8)
    )
    if worth_compiling and has_known_type:
        try:
            return compiled_filler(times, binning, accumulator, kept.dtype)
        except ImportError:
            pass
    return numpy_filler(times, binning, accumulator)


def compiled_filler(
    times: int, binning: Binning, accumulator: np.dtype[Any], dtype: np.dtype[Any]
) -> Callable[[NDArray[Any], NDArray[Any]], None]:
    """Return a function that bins one band in compiled code; imports numba."""
    from rescale4dl_core.rescaling import block_sums

    if binning is Binning.SUM:
        compiled = block_sums.sums
    elif dtype.kind == "f":
        compiled = block_sums.means
    else:
        compiled = block_sums.rounded_means
    side = (0,) * times

    def fill(band: NDArray[Any], out: NDArray[Any]) -> None:
        compiled(band, side, np.empty(band.shape[1], accumulator), out)

    return fill


def numpy_filler(
    times: int, binning: Binning, accumulator: np.dtype[Any]
) -> Callable[[NDArray[Any], NDArray[Any]], None]:
    """Return a function that bins one band in numpy, bit for bit the compiled result."""

    def fill(band: NDArray[Any], out: NDArray[Any]) -> None:
        of_columns = np.zeros((len(out), *band.shape[1:]), accumulator)
        for i in range(times):
            of_columns += band[i::times]
        totals = np.zeros(out.shape, accumulator)
        for j in range(times):
            totals += of_columns[:, j::times]
        if binning is Binning.SUM:
            out[...] = totals
        else:
            out[...] = as_pixels(totals / (times * times), out.dtype)

    return fill
