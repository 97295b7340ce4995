"""What a plan promises for the objects that it was ranked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.wording import about, dose, microns, number, share, times
from rescale4dl_core.report.document import Table

if TYPE_CHECKING:
    from rescale4dl_core.exports.alternatives import Alternative
    from rescale4dl_core.exports.expected import Expected
    from rescale4dl_core.exports.plan import AcquisitionPlan


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
        ("How it suits the objects", expected.standing),
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
        ("Light", f"{expected.modality}, emission {number(expected.emission_nm)} nm"),
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
        one.standing if one.iou is None else f"{one.standing}, IoU {one.iou:.2f}",
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
    return f"{share(expected.relative_dose)} that of the {expected.dose_relative_to}"


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
