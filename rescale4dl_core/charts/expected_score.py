"""The score to expect over coverage, as the recommendation weighs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.charts.coverage_window import NOW, THEN
from rescale4dl_core.charts.curves import Curve, Mark, Point, curve_chart
from rescale4dl_core.charts.style import ADVISED, MEASURED, SOLID, coverage_axis, unit_axis
from rescale4dl_core.wording import number

if TYPE_CHECKING:
    from altair.typing import ChartType

    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.microscope.score_curve import ScoreCurve


def score_columns(curve: ScoreCurve) -> dict[str, list[float]]:
    """Return the table behind the chart, one row per pixel size that was tried."""
    return {
        "coverage_percent": list(curve.coverage_percent),
        "iou": list(curve.iou),
        "iou_low": list(curve.low),
        "iou_high": list(curve.high),
    }


def expected_score_chart(advice: Recommendation, curve: ScoreCurve) -> ChartType:
    """Return expected IoU with its interval over coverage.

    Parameters
    ----------
    advice : Recommendation
        Its window is shaded; the sample and the recommended pixel size are marked, and the
        least score that is allowed.
    curve : ScoreCurve
        Its scores.
    """
    marks = [Mark(advice.measurement.coverage.percent, NOW, MEASURED, SOLID)]
    if advice.coverage_percent is not None and advice.ratio != 1:
        marks.append(Mark(advice.coverage_percent, THEN, ADVISED, SOLID))
    points = tuple(
        Point(coverage, iou, low=low, high=high)
        for coverage, iou, low, high in zip(*score_columns(curve).values(), strict=True)
    )
    level = None
    if advice.tolerance_percent is not None:
        least = max(curve.iou) * (1 - advice.tolerance_percent / 100)
        level = (least, f"{number(advice.tolerance_percent)} % below the best")
    return curve_chart(
        [Curve("expected IoU", points)],
        coverage_axis([*curve.coverage_percent, *(mark.x for mark in marks)]),
        unit_axis("Overlap (IoU)"),
        window=advice.window,
        marks=marks,
        level=level,
    )
