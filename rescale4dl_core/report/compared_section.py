"""The plans of the throughput page that were kept to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.wording import about, dose, microns, number
from rescale4dl_core.exports.methods import time_in_words
from rescale4dl_core.planning.storage import BYTES_PER_GB
from rescale4dl_core.planning.throughput import SECONDS_PER_HOUR
from rescale4dl_core.report.document import Section, Table
from rescale4dl_core.session.acquisition import compared_plans

if TYPE_CHECKING:
    from rescale4dl_core.planning.what_if import WhatIf
    from rescale4dl_core.report.case import Case
    from rescale4dl_core.session.kept_plan import KeptPlan

COLUMNS = (
    "",
    "Pixel",
    "Channels, planes, times",
    "Objects per hour",
    "Time",
    "Disk",
    "Dose",
)


def compared_section(case: Case) -> Section:
    """Return the kept plans, each with what it yields for this sample."""
    advice = case.advice
    pairs = compared_plans(
        advice.measurement, case.session.choices, recommended=advice.ratio or 1.0
    )
    return Section(
        "Plans compared",
        sentences=(
            "What-if plans of a free camera and timing: new objects per hour, the time for "
            "the objects wanted, disk and light.",
        ),
        tables=(Table("Plans", COLUMNS, tuple(_row(*pair) for pair in pairs)),),
    )


def _row(plan: KeptPlan, result: WhatIf) -> tuple[str, ...]:
    timing = plan.timing
    per_hour = result.objects_per_hour
    counted = (
        f"{about(result.objects_per_hour_ceiling)} at most"
        if per_hour is None
        else about(per_hour)
    )
    lit = result.dose_j_per_cm2
    return (
        plan.name,
        f"{number(result.gain.ratio)}x"
        if result.pixel_um is None
        else microns(result.pixel_um),
        f"{timing.n_channels}, {timing.n_planes}, {timing.n_timepoints}",
        counted,
        time_in_words(result.hours * SECONDS_PER_HOUR),
        f"{number(result.storage_bytes / BYTES_PER_GB)} GB",
        f"{number(result.relative_dose)}x" if lit is None else dose(lit),
    )
