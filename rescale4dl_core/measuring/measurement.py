"""What was measured on a data set: the size of its objects, and how it is spread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.quantities import Coverage, PixelSize
from rescale4dl_core.worded import Worded

if TYPE_CHECKING:
    from numpy.typing import NDArray


SAME_SIZE_WITHIN = 1e-3
"""Relative difference of two pixel sizes that files write differently by rounding."""


@dataclass(frozen=True, slots=True)
class ImageMeasurement:
    """The objects of one image."""

    name: str
    n_objects: int
    """Objects that lie inside the image; the others do not count for sizes."""

    n_border: int
    """Objects cut by the border of the image."""

    diameter_px: float | None
    """Mean (or median) diameter, in px of the data set's pixel grid; None: no object."""


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """The size of the objects of a data set.

    Every length is in px of one grid, that of the first image; images with another pixel
    size were converted to it. Objects cut by the border are counted and left out of sizes.
    """

    images: tuple[ImageMeasurement, ...]
    diameters_px: NDArray[np.float64]
    """One diameter per object inside an image, all images together; read-only."""

    diameter_px: float
    """Eq. 2: mean over the images of the mean diameter in each."""

    diameter_px_p05: float
    diameter_px_p95: float
    """5th and 95th percentile of `diameters_px`: 90 % of the objects lie between."""

    mean_area_px: float
    """Mean over the images of the mean object area in each."""

    density_per_px: float | None
    """Objects per px² of image, those cut by the border counted half. None where the
    diameters were drawn by hand, for a few objects only."""

    estimator: Estimator
    estimator_reason: str
    estimator_was_chosen_by_user: bool
    other_diameter_px: float | None
    """Eq. 2 with the estimator that was not used; None where diameters were drawn."""

    aggregate: Aggregate
    pixel_size: PixelSize | None
    """Pixel size of the grid that the lengths are in."""

    notes: tuple[str, ...]
    """What has to be said about these numbers, in plain sentences."""

    @property
    def n_images(self) -> int:
        """How many images were given, those without an object included."""
        return len(self.images)

    @property
    def n_objects(self) -> int:
        """How many objects lie inside the images."""
        return sum(image.n_objects for image in self.images)

    @property
    def n_border(self) -> int:
        """How many objects are cut by a border."""
        return sum(image.n_border for image in self.images)

    @property
    def coverage(self) -> Coverage:
        """Share of the mean diameter that one pixel spans."""
        return Coverage.of_diameter(self.diameter_px)

    @property
    def diameter_um(self) -> float | None:
        """Mean diameter on the sample; None where the pixel size is unknown."""
        return self._times_um(self.diameter_px)

    @property
    def diameter_um_p05(self) -> float | None:
        """5th percentile of the diameters on the sample."""
        return self._times_um(self.diameter_px_p05)

    @property
    def diameter_um_p95(self) -> float | None:
        """95th percentile of the diameters on the sample."""
        return self._times_um(self.diameter_px_p95)

    @property
    def mean_area_um2(self) -> float | None:
        """Mean object area on the sample; None where the pixel size is unknown."""
        return (
            None
            if self.pixel_size is None
            else self.mean_area_px * self.pixel_size.area_um2
        )

    @property
    def density_per_um2(self) -> float | None:
        """Objects per µm² of sample; None where it or the pixel size is unknown."""
        if self.pixel_size is None or self.density_per_px is None:
            return None
        return self.density_per_px / self.pixel_size.area_um2

    def grid_ratio(self, pixel_size: PixelSize | None) -> float:
        """Return `pixel_size` / that of the lengths; 1 where they agree or are unknown.

        Images may differ in pixel size; lengths are in px of the first.
        """
        if self.pixel_size is None or pixel_size is None:
            return 1.0
        ratio = pixel_size.mean_um / self.pixel_size.mean_um
        return 1.0 if math.isclose(ratio, 1, rel_tol=SAME_SIZE_WITHIN) else ratio

    def _times_um(self, length_px: float) -> float | None:
        return None if self.pixel_size is None else length_px * self.pixel_size.mean_um


class Estimator(Worded):
    """How a diameter is read from an object (Ferreira et al. 2025, Eq. 1 and its text)."""

    EQUIVALENT_CIRCLE = "equivalent_circle", "equivalent circle"
    """D = 2 sqrt(A / pi), Eq. 1: for round objects."""

    SKELETON = "skeleton", "skeleton"
    """D = 2 median(distance to the edge along the skeleton): the width of long ones."""


class Aggregate(StrEnum):
    """How the diameters within one image are put together before Eq. 2 averages images."""

    MEAN = "mean"
    """As the paper prints Eq. 2."""

    MEDIAN = "median"
    """As the published code does for round objects."""


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
