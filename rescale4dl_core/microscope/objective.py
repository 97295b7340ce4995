"""An objective as it is engraved and catalogued."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rescale4dl_core.errors import CatalogueError
from rescale4dl_core.planning.sampling import Optics
from rescale4dl_core.quantities import require_positive

IMMERSION_INDEX = {
    "air": 1.0,
    "dry": 1.0,
    "water": 1.333,
    "silicone": 1.40,
    "glycerol": 1.45,
    "oil": 1.515,
}
"""Refractive index under the lens, where a table names the immersion only."""

UM_PER_MM = 1000.0

_ENGRAVED = re.compile(r"\d\s?[x×]\s?/\s?[01]?[.,]\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Objective:
    """One objective; None is "not known", and is shown as such."""

    name: str
    magnification: float
    """As engraved: with the tube lens that it was designed for."""

    numerical_aperture: float | None = None
    immersion: str = ""
    immersion_index: float = 1.0
    manufacturer: str = ""
    working_distance_mm: float | None = None
    field_number_mm: float | None = None
    """Diameter of the corrected field in the intermediate image."""

    tube_lens_mm: float | None = None
    """Focal length of the tube lens that it was designed for."""

    correction: str = ""
    source: str = ""
    """Where these values were read."""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise CatalogueError("An objective has no name. Give each one a name.")
        require_positive("The magnification", self.magnification)
        for meaning, value in (
            ("The working distance (mm)", self.working_distance_mm),
            ("The field number (mm)", self.field_number_mm),
            ("The focal length of the tube lens (mm)", self.tube_lens_mm),
        ):
            if value is not None:
                require_positive(meaning, value)
        require_positive("The refractive index of the immersion", self.immersion_index)
        self.optics()

    @property
    def label(self) -> str:
        """Manufacturer and name."""
        return f"{self.manufacturer} {self.name}".strip()

    @property
    def title(self) -> str:
        """Label with magnification and aperture, where the name does not tell them.

        Examples
        --------
        >>> Objective("UPLXAPO20X", 20, 0.8).title, Objective("Fluor 20x/0.75", 20).title
        ('UPLXAPO20X (20x/0.8)', 'Fluor 20x/0.75')
        """
        return self.label if _ENGRAVED.search(self.name) else f"{self.label} ({self.short})"

    @property
    def short(self) -> str:
        """Magnification and aperture as people say them.

        Examples
        --------
        >>> Objective("Plan Apo", 20, 0.75).short, Objective("old one", 6.3).short
        ('20x/0.75', '6.3x')
        """
        times = f"{self.magnification:.4g}x"
        aperture = self.numerical_aperture
        return times if aperture is None else f"{times}/{aperture:g}"

    def circle_um(self, assumed_field_number_mm: float | None = None) -> float | None:
        """Return the diameter of the field on the sample.

        Where the field number is unknown it is the assumed one, and None without that.
        """
        field_number_mm = self.field_number_mm or assumed_field_number_mm
        return field_number_mm and field_number_mm * UM_PER_MM / self.magnification

    def optics(self, emission_nm: float = 520.0) -> Optics | None:
        """Return aperture, immersion and colour; None where the aperture is unknown.

        Raises
        ------
        QuantityError
            If the aperture is larger than the refractive index, or not positive.
        """
        if self.numerical_aperture is None:
            return None
        return Optics(self.numerical_aperture, self.immersion_index, emission_nm)
