"""The numbers that follow from a plan, and by which formula each one does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan


@dataclass(frozen=True, slots=True)
class Formula:
    """How one number of the plan follows from the others."""

    name: str
    """Of the number, as in `derived_of` or `Expected`."""

    what: str
    """The number in words, with its unit."""

    formula: str
    source: str


PAPER = "Ferreira et al. 2025, ReScale4DL (github.com/HenriquesLab/ReScale4DL)"
GEOMETRY = "geometry"
SVI = "Scientific Volume Imaging, Nyquist rate (svi.nl/Nyquist-Rate)"

FORMULAS = (
    Formula(
        "pixel_size_um",
        "Pixel size (µm)",
        "camera pitch × binning ÷ (objective × relay × tube-lens ratio)",
        GEOMETRY,
    ),
    Formula(
        "step_um",
        "Step from field to field (µm)",
        "field of view × (1 − overlap ÷ 100)",
        GEOMETRY,
    ),
    Formula("n_fields", "Fields", "rows × columns × wells", GEOMETRY),
    Formula("n_images", "Images", "fields × channels × planes × time points", GEOMETRY),
    Formula(
        "duration_s",
        "Time (s)",
        "fields × tau, tau = the time per field of view of Eq. 3; plus waiting between "
        "time points",
        PAPER,
    ),
    Formula(
        "storage_bytes",
        "Storage (bytes)",
        "rows × columns of an image × bytes per pixel × images, not compressed",
        GEOMETRY,
    ),
)

OF_EXPECTED = (
    Formula(
        "coverage_percent",
        "Coverage (%)",
        "100 × pixel size ÷ mean diameter of the objects",
        PAPER,
    ),
    Formula(
        "objects_per_field",
        "Objects per field",
        "area of the field × density (unknown: 1 ÷ mean area of an object, the ceiling of "
        "Eq. 3) × share found (unknown: 1)",
        PAPER,
    ),
    Formula(
        "objects_per_hour",
        "New objects per hour",
        "objects per field × (1 − overlap ÷ 100)² ÷ tau × 3600",
        PAPER,
    ),
    Formula(
        "nyquist_um",
        "Nyquist pixel size (µm)",
        "emission ÷ (4 NA); confocal: excitation ÷ (8 NA)",
        SVI,
    ),
    Formula(
        "depth_of_field_um",
        "Depth of field (µm)",
        "emission × n ÷ NA² + n × pixel size ÷ NA",
        "Inoué and Spring, Video Microscopy (1997)",
    ),
    Formula(
        "relative_dose",
        "Dose for equally bright pixels",
        "1 ÷ (pixel size × NA)² ÷ (1 − overlap ÷ 100)², over that of the other one; "
        "transmitted light: without NA",
        GEOMETRY,
    ),
    Formula(
        "dose_j_per_cm2",
        "Dose on the sample (J/cm²)",
        "power ÷ lit area (field circle of the objective; point scanner: the field) × "
        "exposure × images of a field ÷ (1 − overlap ÷ 100)²",
        GEOMETRY,
    ),
)
"""Of `AcquisitionPlan.expected`."""


def formulas_of(plan: AcquisitionPlan) -> tuple[Formula, ...]:
    """Return how the numbers of `plan` follow."""
    return FORMULAS if plan.expected is None else FORMULAS + OF_EXPECTED


def derived_of(plan: AcquisitionPlan) -> dict[str, float | int | list[float]]:
    """Return what follows from `plan`, by name with its unit."""
    return {
        "pixel_size_um": plan.pixel_um,
        "step_um": list(plan.step_um),
        "n_fields": plan.n_fields,
        "n_images": plan.n_images,
        "duration_s": plan.duration_s,
        "storage_bytes": plan.storage_bytes,
    }
