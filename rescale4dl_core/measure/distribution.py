"""How the diameters of a data set are spread: the bins of a histogram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import QuantityError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.measure.measurement import Measurement


@dataclass(frozen=True, slots=True, eq=False)
class SizeHistogram:
    """Counts of objects per bin of diameter."""

    edges_px: NDArray[np.float64]
    """Edges of the bins, ascending; shape (n_bins + 1,)."""

    edges_um: NDArray[np.float64] | None
    """The same on the sample; None where the pixel size is unknown."""

    counts: NDArray[np.int64]
    """Objects in each bin, shape (n_bins,); the last bin includes its upper edge."""


def size_histogram(measurement: Measurement, n_bins: int = 30) -> SizeHistogram:
    """Sort the diameters of `measurement` into bins of equal width.

    Raises
    ------
    QuantityError
        If `n_bins` is less than 1.
    """
    if n_bins < 1:
        raise QuantityError(
            f"A histogram needs 1 bin or more; got {n_bins!r}. Choose another number."
        )
    counts, edges_px = np.histogram(measurement.diameters_px, bins=n_bins)
    size = measurement.pixel_size
    return SizeHistogram(
        edges_px=edges_px,
        edges_um=None if size is None else edges_px * size.mean_um,
        counts=counts.astype(np.int64),
    )
