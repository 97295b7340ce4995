"""A camera as its data sheet describes it, and what binning does to its noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from rescale4dl_core.errors import CatalogueError, QuantityError
from rescale4dl_core.planning.gain import Detector
from rescale4dl_core.quantities import require_position, require_positive


class CameraKind(StrEnum):
    """How a camera reads its pixels."""

    SCMOS = "sCMOS"
    CMOS = "CMOS"
    CCD = "CCD"
    EMCCD = "EMCCD"


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera; None is "not known", and is shown as such.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> camera = r4.Camera("sCMOS", pitch_um=6.5, rows_px=2048, columns_px=2048)
    >>> camera.label, camera.kind.value
    ('sCMOS', 'sCMOS')
    """

    name: str
    pitch_um: float
    """Side of a pixel on the chip."""

    rows_px: int
    columns_px: int
    kind: CameraKind = CameraKind.SCMOS
    manufacturer: str = ""
    read_noise_e: float | None = None
    qe_525_percent: float | None = None
    """Share of the photons of 525 nm that become electrons."""

    full_well_e: float | None = None
    bit_depth: int | None = None
    frame_rate_hz: float | None = None
    """Full frame, not binned."""

    source: str = ""
    """Where these values were read."""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise CatalogueError("A camera has no name. Give each one a name.")
        require_positive("The pitch of the pixels (µm)", self.pitch_um)
        require_positive("The number of camera rows (px)", self.rows_px)
        require_positive("The number of camera columns (px)", self.columns_px)
        for meaning, value in (
            ("The full well (electrons)", self.full_well_e),
            ("The bit depth", self.bit_depth),
            ("The frame rate (per second)", self.frame_rate_hz),
        ):
            if value is not None:
                require_positive(meaning, value)
        if self.read_noise_e is not None and not 0 <= self.read_noise_e < math.inf:
            raise QuantityError(
                "The read noise (electrons) must be 0 or more; got "
                f"{self.read_noise_e!r}. Correct it and try again."
            )
        require_position("The read noise (electrons)", self.read_noise_e or 0.0)
        if self.qe_525_percent is not None and not 0 < self.qe_525_percent <= 100:
            raise QuantityError(
                "The quantum efficiency (%) must be above 0 and at most 100; got "
                f"{self.qe_525_percent!r}. Correct it and try again."
            )

    @property
    def label(self) -> str:
        """Manufacturer and name."""
        return f"{self.manufacturer} {self.name}".strip()

    @property
    def detector(self) -> Detector:
        """When neighbouring pixels are added: before readout on a CCD, after elsewhere."""
        before = self.kind in (CameraKind.CCD, CameraKind.EMCCD)
        return Detector.CCD if before else Detector.SCMOS

    @property
    def excess_noise(self) -> float:
        """Variance of the detected light / its photoelectrons: 2 with EM gain, else 1.

        The read noise of an EMCCD is what is left of it behind the gain, so both go
        together (Robbins and Hadwen, IEEE Trans. Electron Devices 50:1227, 2003).
        """
        return 2.0 if self.kind is CameraKind.EMCCD else 1.0

    def binned_read_noise_e(self, binning: int) -> float | None:
        """Return the read noise of a binned pixel; None where it is unknown.

        A CCD reads the sum once; elsewhere the read noises of all pixels add up.

        Examples
        --------
        >>> Camera("s", 6.5, 2048, 2048, read_noise_e=1.5).binned_read_noise_e(2)
        3.0
        """
        if self.read_noise_e is None or self.detector is Detector.CCD:
            return self.read_noise_e
        return self.read_noise_e * binning

    def frame_s(self, binning: int) -> float | None:
        """Return the time to read one image; None where the frame rate is unknown.

        Binning before readout leaves fewer rows to read; binning after it saves no time.
        """
        if self.frame_rate_hz is None:
            return None
        fewer_rows = binning if self.detector is Detector.CCD else 1
        return 1 / (self.frame_rate_hz * fewer_rows)
