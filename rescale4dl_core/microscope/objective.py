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
    """One objective; None is "not known", and is shown as such.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> lens = r4.Objective("Plan", 60, numerical_aperture=1.4, immersion_index=1.515)
    >>> lens.short
    '60x/1.4'
    """

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
        # For what it raises where the aperture exceeds the index.
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


_NUMBER = r"(?<![\d.,])(0?[.,]\d+|1[.,]\d+|1)(?![.,]?\d)"
_NOT_A_LENS = r"(?!\s*(?:x\b|×|mm|µm|um))"
_APERTURES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![a-z])N\.?A\.?\s?[=:]?\s?{_NUMBER}",
        rf"{_NUMBER}\s?N\.?A\.?(?![a-z])",
        rf"/\s?{_NUMBER}{_NOT_A_LENS}",
        rf"\d\s?[x×](?:\s?(?!wd)[a-z]+)?[\s(,]+(?!1(?![.,])){_NUMBER}{_NOT_A_LENS}",
    )
)
"""NA 1.15; 0.75NA; 20x/0.75; 60x Oil 1.4. The first of them that is there counts."""

_TIMES = re.compile(r"(?<=\d)\s?[x×]", re.IGNORECASE)
_SUFFIX = re.compile(r"(?<=\d)\s?[x×]([osw])(?![a-z])", re.IGNORECASE)
_SUFFIXES = {"o": "oil", "s": "silicone", "w": "water"}
"""Right behind the magnification: 60XO, 30XS, 60XW."""

_WORDS = {
    "oil": ("oil", "oel", "öl"),
    "silicone": ("sil", "silicone", "silicon"),
    "glycerol": ("gly", "glyc", "glycerol", "glycerin", "glycerine"),
    "water": ("water", "wi", "w"),
    "air": ("air", "dry"),
}
_ANY_LIQUID = ("imm", "mimm", "immersion")
_LARGEST_IN_WATER = 1.27
"""The aperture of the steepest water immersion lenses."""


@dataclass(frozen=True, slots=True)
class Engraving:
    """What a label tells of its lens."""

    numerical_aperture: float | None
    immersion: str
    """As in `IMMERSION_INDEX`; empty where it is not told."""

    is_assumed: bool = False
    """Whether the aperture needs a liquid that the label does not name."""

    @property
    def immersion_index(self) -> float:
        """Refractive index under the lens; that of air where it is not told."""
        return IMMERSION_INDEX.get(self.immersion, 1.0)


def engraving_of(label: str) -> Engraving:
    """Return aperture and immersion as far as `label` tells them.

    Where a lens must be immersed and the label does not say in what, it is oil, or for
    one marked for any liquid, water as far as its aperture goes. An aperture larger than
    the index of the immersion that is named is a mistake, and not known.

    Examples
    --------
    >>> engraving_of("63x/1.30 Glyc").numerical_aperture
    1.3
    >>> engraving_of("60XWI/1.2").immersion, engraving_of("Nikon 10X S Fluor").immersion
    ('water', '')
    """
    aperture, immersion = _aperture(label), _immersion(label)
    needs_liquid = aperture is not None and aperture > 1
    if immersion in _ANY_LIQUID or (needs_liquid and not immersion):
        in_water = bool(immersion) and (aperture or 0.0) <= _LARGEST_IN_WATER
        return Engraving(aperture, "water" if in_water else "oil", is_assumed=True)
    if aperture is not None and aperture > IMMERSION_INDEX.get(immersion, 1.0):
        aperture = None
    return Engraving(aperture, immersion)


def _aperture(label: str) -> float | None:
    for pattern in _APERTURES:
        found = pattern.search(label)
        aperture = float(found[1].replace(",", ".")) if found else 0.0
        # NA = n sin(alpha) stays below the index.
        if 0 < aperture < max(IMMERSION_INDEX.values()):
            return aperture
    return None


def _immersion(label: str) -> str:
    """Return the immersion that a label names, or the word for any liquid."""
    words = re.findall(r"[^\W\d_]+", _TIMES.sub(" ", label).lower())
    for immersion, names in _WORDS.items():
        if any(word in names for word in words):
            return immersion
    if suffix := _SUFFIX.search(label):
        return _SUFFIXES[suffix[1].lower()]
    return next((word for word in words if word in _ANY_LIQUID), "")
