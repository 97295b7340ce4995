"""Less detail on the same pixel grid: what binning or a wider spot would blur.

Both blurs are centred, so that an image stays registered to its labels; the published code
shifts by half a pixel where the width is even. Beyond the border the image is mirrored.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.quantities import require_positive
from rescale4dl_core.rescale.binning import Binning
from rescale4dl_core.rescale.pieces import for_each, row_bands
from rescale4dl_core.rescale.pixel_types import as_pixels, type_of_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRUNCATE = 4.0
"""A Gaussian is cut off at so many standard deviations, as scipy and scikit-image do."""

WIDEST_PX = 10_000.0
"""A blur wider than this is a typing error."""


def box_blur(
    pixels: NDArray[Any],
    width_px: float,
    *,
    binning: Binning = Binning.MEAN,
    progress: Progress = silent,
) -> NDArray[Any]:
    """Give each pixel what a pixel `width_px` wide would hold, centred on it.

    The area of the wide pixel counts exactly: one of even width covers half of the old
    pixels at its ends.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        Any integer or floating-point dtype.
    width_px : float
        Side of the wide pixel, 1 or more.
    binning : Binning
        The mean (same dtype, integers rounded half to even) or the sum (wider dtype) over
        the wide pixel.
    progress : Progress
        Called after every band of rows.

    Examples
    --------
    >>> box_blur(np.array([[0, 0, 8, 0, 0]], np.uint8), 2)
    array([[0, 2, 4, 2, 0]], dtype=uint8)
    """
    if not 1 <= width_px <= WIDEST_PX:
        raise QuantityError(
            f"A blur over {width_px:g} px was asked for; the width has to be 1 px or more, "
            f"up to {WIDEST_PX:g}. Correct it."
        )
    reach = math.ceil((width_px - 1) / 2)
    edges = np.arange(-reach, reach + 2) - 0.5
    weights = np.diff(np.clip(edges, -width_px / 2, width_px / 2))
    if binning is Binning.MEAN:
        return _convolved(pixels, weights, width_px**2, pixels.dtype, progress)
    dtype = type_of_sums(pixels, math.ceil(width_px * width_px))
    return _convolved(pixels, weights, 1.0, dtype, progress)


def gaussian_blur(
    pixels: NDArray[Any], sigma_px: float, *, progress: Progress = silent
) -> NDArray[Any]:
    """Blur with a Gaussian of standard deviation `sigma_px`; the dtype stays.

    Parameters
    ----------
    pixels : ndarray of shape (rows, columns) or (rows, columns, 3)
        Any integer or floating-point dtype; integers are rounded half to even.
    sigma_px : float
        Standard deviation.
    progress : Progress
        Called after every band of rows.
    """
    require_sigma(sigma_px)
    reach = int(TRUNCATE * sigma_px + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_px) ** 2)
    return _convolved(pixels, weights, weights.sum() ** 2, pixels.dtype, progress)


def require_sigma(sigma_px: float) -> None:
    """Raise `QuantityError` unless this is the width of a Gaussian."""
    require_positive("The width of the Gaussian (sigma, px)", sigma_px)
    if sigma_px > WIDEST_PX / (2 * TRUNCATE):
        raise QuantityError(
            f"A Gaussian of sigma {sigma_px:g} px is wider than any object; the most is "
            f"{WIDEST_PX / (2 * TRUNCATE):g} px. Correct it."
        )


def _convolved(
    pixels: NDArray[Any],
    weights: NDArray[np.float64],
    divisor: float,
    dtype: np.dtype[Any],
    progress: Progress,
) -> NDArray[Any]:
    """Return the sum over neighbours, weighted along rows and columns, over `divisor`."""
    from scipy import ndimage

    reach = len(weights) // 2
    n_rows = len(pixels)
    out = np.empty(pixels.shape, dtype)

    def fill(band: slice) -> None:
        rows = _mirrored(np.arange(band.start - reach, band.stop + reach), n_rows)
        blurred = pixels[rows].astype(np.float64)
        for axis in (0, 1):
            ndimage.correlate1d(blurred, weights, axis, output=blurred, mode="reflect")
        out[band] = as_pixels(blurred[reach : len(blurred) - reach] / divisor, dtype)

    for_each(
        row_bands(n_rows, pixels[0].size * 8),
        fill,
        progress=progress,
        message=f"Blurring over {len(weights)} px",
    )
    return out


def _mirrored(indices: NDArray[np.intp], n: int) -> NDArray[np.intp]:
    """Return indices into `n` pixels, mirrored at the outer edges of the border pixels.

    >>> _mirrored(np.arange(-3, 5), 3)
    array([2, 1, 0, 0, 1, 2, 2, 1])
    """
    within = indices % (2 * n)
    return np.minimum(within, 2 * n - 1 - within)
