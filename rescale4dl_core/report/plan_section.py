"""The acquisition that was chosen, for those who book and run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.wording import microns, number
from rescale4dl_core.exports.cautions import plan_cautions
from rescale4dl_core.exports.formulas import formulas_of
from rescale4dl_core.exports.methods import methods_paragraph, time_in_words
from rescale4dl_core.planning.storage import BYTES_PER_GB
from rescale4dl_core.report.document import Section, Table
from rescale4dl_core.report.expected_table import expected_tables

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.exports.plan import AcquisitionPlan

OTHER_SIZE = 1.1
"""Mean diameters further apart than this factor are those of other objects."""


def plan_section(plan: AcquisitionPlan, advice: Recommendation) -> Section:
    """Return what the microscope is told, how long it takes and how much it writes."""
    return Section(
        "The plan",
        sentences=(
            f"{_fields(plan)} {time_in_words(plan.duration_s)} and "
            f"{number(plan.storage_bytes / BYTES_PER_GB)} GB, not compressed"
            f"{_compressed(plan)}.",
        ),
        bullets=_cautions(plan, advice),
        tables=(_settings(plan), *expected_tables(plan), _formulas(plan)),
        paragraph=methods_paragraph(plan, _why(plan, advice)),
    )


def _cautions(plan: AcquisitionPlan, advice: Recommendation) -> tuple[str, ...]:
    found = []
    diameter_um, expected = advice.measurement.diameter_um, plan.expected
    if expected is not None and diameter_um is not None:
        ratio = expected.diameter_um / diameter_um
        if max(ratio, 1 / ratio) > OTHER_SIZE:
            found.append(
                f"Made for objects of {microns(expected.diameter_um)}, and yours measure "
                f"{microns(diameter_um)}: what to expect of it holds for the former. Rank "
                "the configurations again for your sample."
            )
    coverage_percent, window = _coverage_percent(plan, advice), advice.window
    if coverage_percent is not None and not window.contains(coverage_percent):
        found.append(
            "Not what is recommended: one pixel of this plan spans "
            f"{number(coverage_percent)} % of the mean diameter, outside the range of "
            f"{number(window.low_percent)} to {number(window.high_percent)} %."
        )
    return (*found, *plan_cautions(plan))


def _why(plan: AcquisitionPlan, advice: Recommendation) -> str:
    coverage_percent = _coverage_percent(plan, advice)
    if coverage_percent is None:
        return ""
    return (
        f"One pixel spans {number(coverage_percent)} % of the mean diameter of the objects "
        f"({number(advice.measurement.diameter_um or 0)} µm)."
    )


def _coverage_percent(plan: AcquisitionPlan, advice: Recommendation) -> float | None:
    diameter_um = advice.measurement.diameter_um
    return None if diameter_um is None else 100 * plan.pixel_um / diameter_um


def _settings(plan: AcquisitionPlan) -> Table:
    height_um, width_um = plan.field_um
    rows = [
        ("Objective", plan.objective),
        ("Camera", plan.camera),
        ("Binning", f"{plan.binning} × {plan.binning}"),
        ("Total magnification", f"{number(plan.magnification)}x"),
        ("Pixel size on the sample", microns(plan.pixel_um)),
        (
            "Image",
            f"{plan.image_px[0]} × {plan.image_px[1]} px (rows × columns)"
            f"{', the middle of the chip' if plan.is_cropped else ''}",
        ),
        ("Field of view", f"{number(height_um)} × {number(width_um)} µm"),
        ("Fields in each well", f"{plan.grid[0]} × {plan.grid[1]} (rows × columns)"),
        ("Overlap", f"{number(plan.overlap_percent)} %"),
        ("Wells", str(len(plan.wells))),
        *(
            (f"Exposure of {c.name}", f"{number(1000 * c.exposure_s)} ms")
            for c in plan.channels
        ),
        ("Planes", str(plan.n_planes)),
    ]
    if plan.n_planes > 1 and plan.z_step_um is not None:
        rows.append(("Distance between planes", microns(plan.z_step_um)))
    rows.append(("Time points", str(plan.n_timepoints)))
    if plan.n_timepoints > 1:
        as_fast = " (as fast as it goes)" if plan.interval_s is None else ""
        rows.append(("Every", f"{time_in_words(plan.round_s)}{as_fast}"))
    rows.append(("Time per field of view", f"{number(plan.tau_s)} s"))
    return Table("Settings", ("Setting", "Value"), tuple(rows))


def _formulas(plan: AcquisitionPlan) -> Table:
    return Table(
        "How its numbers follow",
        ("Number", "Formula", "Source"),
        tuple((f.what, f.formula, f.source) for f in formulas_of(plan)),
    )


def _compressed(plan: AcquisitionPlan) -> str:
    if plan.compression == 1:
        return ""
    compressed_gb = plan.storage_bytes / plan.compression / BYTES_PER_GB
    return f" ({number(compressed_gb)} GB compressed)"


def _fields(plan: AcquisitionPlan) -> str:
    return "1 field takes" if plan.n_fields == 1 else f"{plan.n_fields:,} fields take"
