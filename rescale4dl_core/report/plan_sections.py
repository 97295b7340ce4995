"""The acquisition that was chosen, what it promises, and how it compares with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.exports.acquisition_plan import plan_cautions
from rescale4dl_core.exports.formulas import formulas_of
from rescale4dl_core.exports.methods import methods_paragraph, time_in_words
from rescale4dl_core.microscope.ranking import reference_in_words
from rescale4dl_core.planning.costs import BYTES_PER_GB
from rescale4dl_core.planning.throughput import SECONDS_PER_HOUR
from rescale4dl_core.report.document import Section, Table
from rescale4dl_core.session.experiment import compared_plans
from rescale4dl_core.wording import about, dose, microns, number, share, times

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan
    from rescale4dl_core.exports.promises import Alternative, Expected
    from rescale4dl_core.planning.what_if import WhatIf
    from rescale4dl_core.report.subject import ReportSubject
    from rescale4dl_core.session.choices import KeptPlan


def expected_tables(plan: AcquisitionPlan) -> tuple[Table, ...]:
    """Return its figures and those of alternatives; nothing where no ranking made it."""
    if plan.expected is None:
        return ()
    figures = _figures(plan.expected)
    return (figures, _others(plan)) if plan.alternatives else (figures,)


def _figures(expected: Expected) -> Table:
    low_percent, high_percent = expected.window_percent
    rows = [
        ("Rank", f"{expected.rank:,} of {expected.n_configurations:,} configurations"),
        ("How it suits the objects", expected.standing_in_words),
        ("Mean diameter of the objects", microns(expected.diameter_um)),
        (
            "Coverage: one pixel in % of that diameter",
            f"{number(expected.coverage_percent)} %, of {number(low_percent)} to "
            f"{number(high_percent)} % ({expected.window_source})",
        ),
        ("Expected IoU", _iou(expected)),
        ("Objects per field", f"{about(expected.objects_per_field)}{_counted(expected)}"),
        (
            "New objects per hour",
            f"{about(expected.objects_per_hour)}{_counted(expected)}",
        ),
        (
            "Light",
            f"{expected.lighting_in_words}, emission {number(expected.emission_nm)} nm",
        ),
        ("Dose for equally bright pixels", _relative_dose(expected)),
        ("Dose on the sample", _dose(expected)),
        ("Sampling", _sampling(expected)),
        ("In focus at once", _or_unknown(expected.depth_of_field_um)),
    ]
    return Table("What to expect of it", ("Figure", "Value"), tuple(rows))


def _others(plan: AcquisitionPlan) -> Table:
    return Table(
        caption="What else could be booked: the best of each other magnification with this "
        "camera, and the best of all",
        columns=(
            "Rank",
            "Configuration",
            "Pixel",
            "Coverage",
            "Suits?",
            "Objects per hour",
        ),
        rows=tuple(_other(one) for one in plan.alternatives),
    )


def _other(one: Alternative) -> tuple[str, ...]:
    return (
        f"{one.rank:,}",
        one.configuration,
        microns(one.pixel_um),
        f"{number(one.coverage_percent)} %",
        one.standing_in_words
        if one.iou is None
        else f"{one.standing_in_words}, IoU {one.iou:.2f}",
        about(one.objects_per_hour),
    )


def _counted(expected: Expected) -> str:
    if expected.density_per_um2 is None:
        return " at most (Eq. 3: objects edge to edge)"
    return f", at {number(expected.density_per_um2 * 1e6)} objects per mm²"


def _iou(expected: Expected) -> str:
    if expected.iou is None:
        return "no number: nothing measured supports one"
    interval = ""
    if expected.iou_low is not None and expected.iou_high is not None:
        interval = f", {expected.iou_low:.2f} to {expected.iou_high:.2f}"
    return f"{expected.iou:.2f}{interval} ({expected.score_source})"


def _relative_dose(expected: Expected) -> str:
    if expected.relative_dose is None:
        return "not known: an aperture is missing"
    reference = reference_in_words(expected.dose_reference_rank)
    return f"{share(expected.relative_dose)} that of the {reference}"


def _dose(expected: Expected) -> str:
    if expected.dose_j_per_cm2 is None:
        return "not known: no power at the sample was given"
    return f"{dose(expected.dose_j_per_cm2)} at each point"


def _sampling(expected: Expected) -> str:
    ratio = expected.nyquist_ratio
    if ratio is None or expected.nyquist_um is None:
        return "not known: the aperture is missing"
    compared = f"{times(ratio)} coarser" if ratio >= 1 else f"{times(1 / ratio)} finer"
    return f"{compared} than Nyquist, {microns(expected.nyquist_um)}"


def _or_unknown(length_um: float | None) -> str:
    return "not known" if length_um is None else microns(length_um)


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


COLUMNS = (
    "",
    "Pixel",
    "Channels, planes, times",
    "Objects per hour",
    "Time",
    "Disk",
    "Dose",
)


def compared_section(subject: ReportSubject) -> Section:
    """Return the kept plans, each with what it yields for this sample."""
    advice = subject.advice
    pairs = compared_plans(
        advice.measurement, subject.session.choices, recommended=advice.ratio or 1.0
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
