"""Where the objects lie in the window: now, and at the recommended pixel size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.quantities import Coverage, PixelSize, RescaleFactor

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.measuring.measurement import Measurement


@dataclass(frozen=True, slots=True)
class CoverageSpread:
    """The coverages of the objects of a sample at one pixel size."""

    ratio: float
    """New / old pixel size; 1 is the sample as taken."""

    pixel_size: PixelSize | None
    diameter_px: float
    """Mean diameter (Eq. 2) at this pixel size."""

    mean: Coverage
    """Of the mean diameter."""

    low: Coverage
    """Of the largest objects: 5 % are larger."""

    high: Coverage
    """Of the smallest objects: 5 % are smaller."""

    @property
    def pixel_um(self) -> float | None:
        """Side of the pixel on the sample; None where it is not known."""
        return None if self.pixel_size is None else self.pixel_size.mean_um


def spread_at(measurement: Measurement, ratio: float) -> CoverageSpread:
    """Return the coverages with pixels `ratio` times as large.

    Raises
    ------
    QuantityError
        If `ratio` is not positive.
    """
    factor = RescaleFactor.of(ratio)
    size = measurement.pixel_size
    return CoverageSpread(
        ratio=ratio,
        pixel_size=None if size is None else size.rescaled(factor),
        diameter_px=measurement.diameter_px / ratio,
        mean=Coverage.of_diameter(measurement.diameter_px / ratio),
        low=Coverage.of_diameter(measurement.diameter_px_p95 / ratio),
        high=Coverage.of_diameter(measurement.diameter_px_p05 / ratio),
    )


def spreads_of(advice: Recommendation) -> tuple[CoverageSpread, ...]:
    """Return the sample as taken, and the recommendation where it differs."""
    now = spread_at(advice.measurement, 1.0)
    if advice.ratio is None or advice.ratio == 1:
        return (now,)
    return now, spread_at(advice.measurement, advice.ratio)
