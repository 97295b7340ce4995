"""How fine an objective has to be sampled: Nyquist after SVI, and Rayleigh.

Widefield: dx = emission / (4 NA), dz = emission / (4 n (1 - cos alpha)); confocal: the
excitation and 8 instead of 4 (Huygens Nyquist pages, svi.nl). alpha = arcsin(NA / n).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.quantities import require_aperture, require_positive

_NM_PER_UM = 1000.0
_WIDEFIELD, _CONFOCAL = 4.0, 8.0


def rayleigh_um(numerical_aperture: float, emission_nm: float) -> float:
    """Return the distance of two points that are just told apart: 0.61 emission / NA."""
    return 0.61 * emission_nm / _NM_PER_UM / numerical_aperture


@dataclass(frozen=True, slots=True)
class Optics:
    """An objective and the colour of the light that it collects."""

    numerical_aperture: float
    immersion_index: float = 1.0
    """Refractive index under the lens: air 1, water 1.33, glycerol 1.45, oil 1.515."""

    emission_nm: float = 520.0

    def __post_init__(self) -> None:
        require_aperture(self.numerical_aperture)
        require_positive("The refractive index of the immersion", self.immersion_index)
        require_positive("The emission wavelength (nm)", self.emission_nm)
        if self.numerical_aperture > self.immersion_index:
            raise QuantityError(
                f"A numerical aperture of {self.numerical_aperture:g} is impossible in a "
                f"medium of refractive index {self.immersion_index:g}: NA cannot exceed "
                "the index. Check the immersion: air 1, water 1.33, oil 1.515."
            )

    @property
    def nyquist_um(self) -> float:
        """Nyquist pixel size of a widefield microscope.

        Examples
        --------
        >>> round(Optics(numerical_aperture=0.75).nyquist_um, 3)
        0.173
        """
        return self._lateral_um(self.emission_nm, _WIDEFIELD)

    @property
    def nyquist_z_um(self) -> float:
        """Nyquist distance between planes of a widefield microscope."""
        return self._axial_um(self.emission_nm, _WIDEFIELD)

    def confocal_nyquist_um(self, excitation_nm: float) -> float:
        """Return the Nyquist pixel size of a confocal microscope."""
        require_positive("The excitation wavelength (nm)", excitation_nm)
        return self._lateral_um(excitation_nm, _CONFOCAL)

    def confocal_nyquist_z_um(self, excitation_nm: float) -> float:
        """Return the Nyquist distance between planes of a confocal microscope."""
        require_positive("The excitation wavelength (nm)", excitation_nm)
        return self._axial_um(excitation_nm, _CONFOCAL)

    @property
    def rayleigh_um(self) -> float:
        """Distance of two points that are just told apart: 0.61 emission / NA."""
        return rayleigh_um(self.numerical_aperture, self.emission_nm)

    @property
    def wave_depth_um(self) -> float:
        """Depth that is in focus at once by diffraction alone: emission n / NA^2."""
        um = self.emission_nm / _NM_PER_UM
        return um * self.immersion_index / self.numerical_aperture**2

    def nyquist_ratio(self, pixel_um: float) -> float:
        """Return pixel size / widefield Nyquist: above 1 is under-sampled."""
        require_positive("The pixel size (µm)", pixel_um)
        return pixel_um / self.nyquist_um

    def _lateral_um(self, wavelength_nm: float, samples: float) -> float:
        return wavelength_nm / _NM_PER_UM / (samples * self.numerical_aperture)

    def _axial_um(self, wavelength_nm: float, samples: float) -> float:
        # Twice the planes that the widefield transfer function asks for: decision 0043.
        alpha = math.asin(self.numerical_aperture / self.immersion_index)
        depth = samples * self.immersion_index * (1 - math.cos(alpha))
        return wavelength_nm / _NM_PER_UM / depth
