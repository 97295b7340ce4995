"""Objects per hour against expected score, or against coverage where none is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages._ui.theme import ADVISED, BLUE, GREEN, GREY, PURPLE
from pages._ui.throughput_charts import IN_WORDS
from rescale4dl_core.microscope.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

    from rescale4dl_core.microscope.goal import Goal
    from rescale4dl_core.microscope.ranking import Option

COLOURS = {
    Standing.GOOD: GREEN,
    Standing.IN_WINDOW: BLUE,
    Standing.BLURRED: PURPLE,
    Standing.OUTSIDE: GREY,
    Standing.COARSE: GREY,
}


def front_chart(
    options: Sequence[Option], front: Sequence[Option], chosen: Option, goal: Goal
) -> alt.LayerChart | alt.FacetChart:
    """Return one dot per configuration; the front is a line, the chosen one a diamond.

    Parameters
    ----------
    options : sequence of Option
        The dots; those of the front come on top.
    front : sequence of Option
        On the Pareto front; empty where no score is expected.
    chosen : Option
        Marked.
    goal : Goal
        Its window is drawn where coverage is the axis.
    """
    from pages._ui.whole_altair import alt

    scored = bool(front)
    x = alt.X(
        "objects:Q",
        title="Objects per hour (log axis)",
        scale=alt.Scale(type="log", nice=False, padding=15),
        axis=alt.Axis(tickCount=6, labelExpr=IN_WORDS, labelOverlap="greedy"),
    )
    y = (
        alt.Y("iou:Q", title="Expected IoU", scale=alt.Scale(zero=False, padding=12))
        if scored
        else alt.Y(
            "coverage:Q",
            title="One pixel, % of a diameter (log axis)",
            scale=alt.Scale(type="log", nice=False, padding=12),
            axis=alt.Axis(tickCount=6, format="~g"),
        )
    )
    tooltip = [
        alt.Tooltip("name:N", title="configuration"),
        alt.Tooltip("objects:Q", title="objects per hour", format=",.3~r"),
        alt.Tooltip("coverage:Q", title="% of a diameter per pixel", format=".3~g"),
        *([alt.Tooltip("iou:Q", title="expected IoU", format=".2f")] if scored else []),
    ]
    found = list(dict.fromkeys(option.standing for option in (*options, *front)))
    colour = alt.Color(
        "standing:N",
        scale=alt.Scale(
            domain=[standing.meaning for standing in found],
            range=[COLOURS[standing] for standing in found],
        ),
        legend=alt.Legend(orient="top", title=None, columns=4),
    )
    dots = alt.Chart(alt.InlineData(values=_rows((*options, *front)))).mark_circle(
        size=55, opacity=0.75
    )
    mark = alt.Chart(alt.InlineData(values=_rows((chosen,)))).mark_point(
        shape="diamond", size=260, filled=True, opacity=1, color=ADVISED
    )
    layers = [
        dots.encode(x=x, y=y, color=colour, tooltip=tooltip),
        mark.encode(x=x, y=y, tooltip=tooltip),
    ]
    if scored:
        steps = alt.Chart(alt.InlineData(values=_rows(front))).mark_line(
            color=ADVISED, strokeDash=[5, 4]
        )
        layers.insert(0, steps.encode(x=x, y=y, order="objects:Q"))
    else:
        window = [{"low": goal.window.low_percent, "high": goal.window.high_percent}]
        band = alt.Chart(alt.InlineData(values=window)).mark_rect(color=GREEN, opacity=0.12)
        layers.insert(0, band.encode(y=alt.Y("low:Q", title=""), y2="high:Q"))
    return alt.layer(*layers).properties(height=360)


def _rows(options: Sequence[Option]) -> list[dict[str, object]]:
    return [
        {
            "name": option.configuration.label,
            "objects": option.objects_per_hour,
            "coverage": option.coverage_percent,
            "iou": option.expected_iou,
            "standing": option.standing.meaning,
        }
        for option in options
        if option.objects_per_hour > 0
    ]
