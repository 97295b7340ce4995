"""The score to expect over coverage, with what is allowed and what is recommended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pages._ui.theme import ADVISED, BLUE, MEASURED, WINDOW
from pages._ui.window_chart import AXIS_TITLE, NOW, THEN, TICKS_PERCENT

if TYPE_CHECKING:
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.microscope.score_curve import ScoreCurve

HEIGHT_PX = 280


def score_columns(curve: ScoreCurve) -> dict[str, list[float]]:
    """Return the table behind the chart, one row per pixel size that was tried."""
    return {
        "coverage_percent": list(curve.coverage_percent),
        "iou": list(curve.iou),
        "iou_low": list(curve.low),
        "iou_high": list(curve.high),
    }


def advice_chart(advice: Recommendation, curve: ScoreCurve) -> Any:
    """Return expected IoU with its interval over coverage.

    Parameters
    ----------
    advice : Recommendation
        Its window is shaded; the sample and the recommended pixel size are marked.
    curve : ScoreCurve
        Its scores.
    """
    from pages._ui.whole_altair import alt

    now_percent = advice.measurement.coverage.percent
    marked = {NOW: now_percent}
    if advice.coverage_percent is not None and advice.ratio != 1:
        marked[THEN] = advice.coverage_percent
    shown = [*curve.coverage_percent, *marked.values()]
    low, high = 0.8 * min(shown), 1.25 * max(shown)
    x = alt.X(
        "coverage:Q",
        title=AXIS_TITLE,
        scale=alt.Scale(type="log", domain=[low, high], nice=False),
        axis=alt.Axis(values=list(TICKS_PERCENT), format="~g"),
    )
    y = alt.Y("iou:Q", title="Overlap (IoU)", scale=alt.Scale(domain=[0, 1]))
    rows = [
        {"coverage": percent, "iou": iou, "low": lowest, "high": highest}
        for percent, iou, lowest, highest in zip(
            *score_columns(curve).values(), strict=True
        )
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x)
    window_low, window_high = advice.window_percent
    window = {"coverage": max(window_low, low), "end": min(window_high, high)}
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=[NOW, THEN], range=[MEASURED, ADVISED]),
        legend=alt.Legend(orient="top", title=None),
    )
    tooltip = [
        alt.Tooltip("coverage:Q", title="coverage (%)", format=".3~g"),
        alt.Tooltip("iou:Q", title="IoU", format=".3f"),
        alt.Tooltip("low:Q", title="interval from", format=".3f"),
        alt.Tooltip("high:Q", title="to", format=".3f"),
    ]
    layers = [
        base.mark_area(opacity=0.2, color=BLUE).encode(y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_line(color=BLUE, strokeWidth=2.5).encode(y=y),
        base.mark_point(color=BLUE, filled=True, size=60, opacity=1).encode(
            y=y, tooltip=tooltip
        ),
        alt.Chart(
            alt.InlineData(
                values=[{"what": what, "coverage": at} for what, at in marked.items()]
            )
        )
        .mark_rule(strokeWidth=2.5)
        .encode(
            x=x,
            color=colour,
            tooltip=[
                alt.Tooltip("what:N"),
                alt.Tooltip("coverage:Q", title="coverage (%)", format=".3~g"),
            ],
        ),
    ]
    if window["coverage"] < window["end"]:
        shaded = alt.Chart(alt.InlineData(values=[window])).mark_rect(
            color=WINDOW, opacity=0.18
        )
        layers.insert(0, shaded.encode(x=x, x2="end:Q"))
    if advice.tolerance_percent is not None:
        layers.append(_allowed(advice.tolerance_percent, curve))
    return alt.layer(*layers).properties(height=HEIGHT_PX)


def _allowed(tolerance_percent: float, curve: ScoreCurve) -> Any:
    from pages._ui.whole_altair import alt

    least = max(curve.iou) * (1 - tolerance_percent / 100)
    return (
        alt.Chart(alt.InlineData(values=[{"iou": least}]))
        .mark_rule(strokeDash=[6, 4], color=BLUE)
        .encode(
            y=alt.Y("iou:Q"),
            tooltip=[alt.Tooltip("iou:Q", title="least IoU allowed", format=".3f")],
        )
    )
