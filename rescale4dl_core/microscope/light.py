"""How the sample is lit, and what that means for sampling and brightness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.quantities import require_positive
from rescale4dl_core.worded import Worded

if TYPE_CHECKING:
    from rescale4dl_core.planning.sampling import Optics


class Modality(Worded):
    """How the sample is lit and imaged."""

    WIDEFIELD = "widefield", "widefield fluorescence"
    TRANSMITTED = "transmitted", "transmitted light"
    SPINNING_DISK = "spinning_disk", "spinning-disk confocal"
    POINT_SCANNER = "point_scanner", "point-scanning confocal"

    @property
    def is_confocal(self) -> bool:
        """Whether a pinhole rejects light from other planes."""
        return self in (Modality.SPINNING_DISK, Modality.POINT_SCANNER)


@dataclass(frozen=True, slots=True)
class Light:
    """Colours, power and way of lighting."""

    modality: Modality = Modality.WIDEFIELD
    emission_nm: float = 520.0
    excitation_nm: float = 488.0
    power_mw: float | None = None
    """At the sample, over the whole lit area, the same with every objective; None where it
    was not measured."""

    dwell_us: float = 1.0
    """Time that a point scanner spends on one pixel of its scan."""

    def __post_init__(self) -> None:
        require_positive("The emission wavelength (nm)", self.emission_nm)
        require_positive("The excitation wavelength (nm)", self.excitation_nm)
        require_positive("The dwell time of a pixel (µs)", self.dwell_us)
        if self.power_mw is not None:
            require_positive("The power at the sample (mW)", self.power_mw)

    @property
    def in_words(self) -> str:
        """The way of lighting, of a point scanner with its dwell time."""
        if self.modality is Modality.POINT_SCANNER:
            return f"{self.modality.words}, {self.dwell_us:g} µs per pixel,"
        return self.modality.words

    def nyquist_um(self, optics: Optics) -> float:
        """Return the Nyquist pixel size: emission / 4 NA, confocal excitation / 8 NA."""
        if self.modality.is_confocal:
            return optics.confocal_nyquist_um(self.excitation_nm)
        return optics.nyquist_um

    def nyquist_z_um(self, optics: Optics) -> float:
        """Return the Nyquist distance between planes."""
        if self.modality.is_confocal:
            return optics.confocal_nyquist_z_um(self.excitation_nm)
        return optics.nyquist_z_um

    def brightness(
        self, numerical_aperture: float | None, total_magnification: float
    ) -> float | None:
        """Return the light per area of the chip at the same lamp, in arbitrary units.

        Fluorescence is lit and collected through the objective: NA^4 / M^2. Transmitted
        light is collected only: NA^2 / M^2. A point scanner puts all it collects into one
        pixel: NA^4. None where the aperture is unknown.
        """
        if numerical_aperture is None:
            return None
        if self.modality is Modality.POINT_SCANNER:
            return numerical_aperture**4
        power = 2 if self.modality is Modality.TRANSMITTED else 4
        return float(numerical_aperture**power / total_magnification**2)

    def collected(self, numerical_aperture: float | None) -> float | None:
        """Return the share of the sample's light that is collected, in arbitrary units.

        Fluorescence goes in all directions: NA^2. Transmitted light goes straight on: 1.
        """
        if self.modality is Modality.TRANSMITTED:
            return 1.0
        return None if numerical_aperture is None else numerical_aperture**2

    def per_pixel(
        self, numerical_aperture: float | None, pixel_um: float
    ) -> tuple[float, float] | None:
        """Return brightness of a pixel and dose per area for equal pixels.

        Both in arbitrary units: the first at the same lamp and exposure, the second for
        the same light in each saved pixel. With a pixel of p µm on the sample, the chip's
        area per pixel is (p M)^2, so that M drops out. None where the aperture is needed
        and unknown.
        """
        bright = self.brightness(numerical_aperture, 1.0)
        collected = self.collected(numerical_aperture)
        if bright is None or collected is None:
            return None
        scanned = self.modality is Modality.POINT_SCANNER
        return bright * (1 if scanned else pixel_um**2), 1 / (collected * pixel_um**2)
