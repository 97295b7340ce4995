"""The answer, what speaks for and against it, and what it rests on."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from rescale4dl_core.advice.objects_in_window import spreads_of
from rescale4dl_core.charts.coverage_window import window_chart
from rescale4dl_core.report.document import Chart, Section, Table
from rescale4dl_core.version import __version__
from rescale4dl_core.wording import microns, number, share, times

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan


UNKNOWN = "not known"


def answer_section(advice: Recommendation) -> Section:
    """Return the answer in one sentence and a table of its numbers."""
    return Section(
        "The answer",
        sentences=(advice.headline, f"How sure: {advice.confidence.sentence}"),
        tables=(_numbers(advice),),
    )


def argument_sections(advice: Recommendation) -> tuple[Section, ...]:
    """Return what speaks for the answer, what it gains, and what to watch."""
    low, high = advice.window_percent
    figures: tuple[Chart, ...] = ()
    if advice.ratio_range is not None:
        figures = (
            Chart(
                f"Green: the coverages that serve the purpose, {number(low)} to "
                f"{number(high)} %, target dashed. Dot: the mean diameter; bar: the "
                "middle 90 % of the objects.",
                "Coverage of the objects now and as recommended, over the window",
                window_chart(spreads_of(advice), advice.window, sample_name="The sample"),
            ),
        )
    sections = (
        Section("Why", bullets=advice.reasons, figures=figures),
        Section("What it gains", bullets=advice.gains),
        Section("What to watch", bullets=advice.cautions),
    )
    return tuple(section for section in sections if section.bullets or section.figures)


def evidence_table(advice: Recommendation) -> Table:
    """Return every number that the answer rests on, with its source."""
    return Table(
        "Every number of the answer and its source",
        ("Number", "What it says", "Source"),
        tuple((number(e.value), e.statement, e.source) for e in advice.evidence),
    )


def _numbers(advice: Recommendation) -> Table:
    measured, gain = advice.measurement, advice.gain
    now_um = None if measured.pixel_size is None else measured.pixel_size.mean_um
    rows = [
        ("Purpose", advice.purpose.words, ""),
        ("Pixel size on the sample", _length(advice.pixel_size_um), _length(now_um)),
    ]
    if advice.ratio is not None:
        diameter_px = measured.diameter_px / advice.ratio
        rows += [
            ("New / old pixel size", times(advice.ratio), "1x"),
            (
                "Mean diameter of an object",
                f"{number(diameter_px)} px",
                f"{number(measured.diameter_px)} px",
            ),
            (
                "Coverage: one pixel in % of that diameter",
                f"{number(advice.coverage_percent or 0)} %",
                f"{number(measured.coverage.percent)} %",
            ),
        ]
    if advice.share_inside_percent is not None:
        now = advice.share_inside_now_percent
        rows.append(
            (
                "Objects inside the window",
                f"{number(advice.share_inside_percent)} %",
                UNKNOWN if now is None else f"{number(now)} %",
            )
        )
    if advice.nyquist_ratio is not None:
        rows.append(("Pixel size / Nyquist", times(advice.nyquist_ratio), ""))
    if gain is not None:
        rows += [
            ("Objects per field and hour, other lens", times(gain.objects), "1x"),
            ("Objects per field and hour, binning", "1x", "1x"),
            ("Storage for the same area", share(gain.storage).removesuffix(" of"), "1x"),
        ]
    rows.append(("Expected IoU on the sample's grid", _expected(advice), ""))
    return Table(
        "Recommended, against the sample as taken", ("", "New", "Now"), tuple(rows)
    )


def _expected(advice: Recommendation) -> str:
    if advice.expected_iou is None:
        return "no number: nothing measured supports one"
    low, high = advice.expected_iou_low, advice.expected_iou_high
    if low is None or high is None:
        return number(advice.expected_iou)
    return f"{number(advice.expected_iou)} ({number(low)} to {number(high)})"


def _length(length_um: float | None) -> str:
    return UNKNOWN if length_um is None else microns(length_um)


PACKAGES = (
    *("numpy", "scipy", "scikit-image", "tifffile", "nanopyx"),
    *("onnxruntime", "stardist"),
)
"""Those whose version can change a number."""

SOURCES = (
    "Ferreira et al. 2025: coverage, Eq. 1 to 3, the published window and curves "
    "(ReScale4DL, github.com/HenriquesLab/ReScale4DL, MIT licence).",
    "Nyquist rate after Scientific Volume Imaging, svi.nl/Nyquist-Rate.",
    "ANSI/SLAS 4-2004 (R2012): where wells lie on a plate.",
)


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """Return each program with its version; those not installed are left out."""
    found = [("ReScale4DL Advisor", __version__), ("Python", platform.python_version())]
    for package in PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return tuple(found)


def basis_section(evidence: Table, plan: AcquisitionPlan | None) -> Section:
    """Return every number with its source, publications and versions."""
    own = () if plan is None else plan.sources
    return Section(
        "Sources and versions",
        bullets=(*SOURCES, *(f"{source.what}: {source.where}" for source in own)),
        tables=(
            *((evidence,) if evidence.rows else ()),
            Table("Programs", ("Program", "Version"), versions()),
        ),
    )
