"""The numbers that follow from a plan, and by which formula each one does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rescale4dl_core.exports.plan import AcquisitionPlan


@dataclass(frozen=True, slots=True)
class Formula:
    """How one number of the plan follows from the others."""

    name: str
    """Of the number, as in `derived_of`."""

    formula: str
    source: str


PAPER = "Ferreira et al. 2025, ReScale4DL (github.com/HenriquesLab/ReScale4DL)"
GEOMETRY = "geometry"

FORMULAS = (
    Formula(
        "pixel_size_um",
        "camera pitch × binning ÷ (objective × relay × tube-lens ratio)",
        GEOMETRY,
    ),
    Formula("step_um", "field of view × (1 − overlap ÷ 100)", GEOMETRY),
    Formula("n_fields", "rows × columns × wells", GEOMETRY),
    Formula("n_images", "fields × channels × planes × time points", GEOMETRY),
    Formula(
        "duration_s",
        "fields × tau, tau = the time per field of view of Eq. 3; plus waiting between "
        "time points",
        PAPER,
    ),
    Formula(
        "storage_bytes",
        "rows × columns of an image × bytes per pixel × images, not compressed",
        GEOMETRY,
    ),
)


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
