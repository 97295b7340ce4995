"""What a change of pixel size changes: by another magnification, and by binning.

Both ways make pixels coarser, and they do not buy the same. A lower magnification shows
more of the sample per field. Binning keeps the field: it saves storage and light only.

The light compared is the dose per area of the sample that gives every pixel the same
signal-to-noise ratio as before, at the same numerical aperture and staining. With
n = ratio^2 old pixels in a new one and SNR = S / sqrt(S + D t + R^2) before the change:

- another magnification, or a CCD that bins before readout: one read noise R per new pixel,
  so a dose of 1/n is enough, whether shot noise or read noise dominates;
- an sCMOS that bins after readout: n read noises add up, SNR = nS / sqrt(nS + nDt + nR^2),
  so 1/n is enough where shot noise dominates, and 1/sqrt(n) where read noise does.

A change of magnification mostly changes the aperture too: a lens collects in proportion to
NA^2, which has to be multiplied in once the lens is known.
"""

from __future__ import annotations

from dataclasses import dataclass

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.quantities import require_positive
from rescale4dl_core.worded import Worded


class Route(Worded):
    """How the pixel size on the sample is changed."""

    MAGNIFICATION = "magnification", "another magnification"
    BINNING = "binning", "binning"


class Detector(Worded):
    """When the camera adds neighbouring pixels: it decides what binning saves."""

    SCMOS = "scmos", "sCMOS"
    """After readout: every pixel brings its own read noise."""

    CCD = "ccd", "CCD"
    """Before readout: one read noise for the sum, and a faster readout."""


@dataclass(frozen=True, slots=True)
class Gain:
    """New value over old value of what an acquisition costs and yields."""

    ratio: float
    """New pixel size / old pixel size."""

    route: Route
    detector: Detector = Detector.SCMOS

    def __post_init__(self) -> None:
        require_positive("The ratio of the pixel sizes", self.ratio)
        if self.route is Route.BINNING and self.ratio < 1:
            raise QuantityError(
                f"Binning makes pixels coarser, and a ratio of {self.ratio:g} asks for "
                "finer ones. Give a ratio of 1 or more, or choose another magnification."
            )

    @property
    def field_area(self) -> float:
        """Sample area that one field of view shows."""
        return self.ratio**2 if self.route is Route.MAGNIFICATION else 1.0

    @property
    def objects(self) -> float:
        """Objects per field, and per unit of time as long as tau stays the same."""
        return self.field_area

    @property
    def n_fields(self) -> float:
        """Fields, and so exposures, needed for the same area of the sample."""
        return 1 / self.field_area

    @property
    def storage(self) -> float:
        """Bytes for the same area of the sample."""
        return self.ratio**-2

    @property
    def dose_low(self) -> float:
        """Dose per area for the same SNR per pixel, where shot noise dominates."""
        return self.ratio**-2

    @property
    def dose_high(self) -> float:
        """Dose per area for the same SNR per pixel, where read noise dominates."""
        bins_after_readout = self.route is Route.BINNING and self.detector is Detector.SCMOS
        return 1 / self.ratio if bins_after_readout else self.dose_low
