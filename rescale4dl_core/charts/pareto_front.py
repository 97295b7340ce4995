"""What more objects per hour cost: every configuration, and the front of the best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescale4dl_core.charts.style import (
    ADVISED,
    BLUE,
    GREEN,
    GREY,
    HEIGHT_PX,
    PURPLE,
    WINDOW,
    Axis,
    colour_by,
    data,
    log_axis,
    tips,
    top_legend,
)
from rescale4dl_core.microscope.ranking import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from altair.typing import ChartType

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
) -> ChartType:
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
    from rescale4dl_core.charts.whole_altair import alt

    scored = bool(front)
    seen = _rows((*options, *front, chosen))
    x = log_axis(
        "Objects per hour (log axis)", [row["objects"] for row in seen], in_words=True
    ).x("objects")
    window = goal.window
    edges = [window.low_percent, window.high_percent]
    y = (
        Axis("Expected IoU", from_zero=False).y("iou")
        if scored
        else log_axis(
            "One pixel, in % of a diameter (log axis)",
            [*(row["coverage"] for row in seen), *edges],
        ).y("coverage")
    )
    shown = tips(
        {
            "name": ("configuration", ""),
            "objects": ("objects per hour", ",.3~r"),
            "coverage": ("% of a diameter per pixel", ".3~g"),
            **({"iou": ("expected IoU", ".2f")} if scored else {}),
        }
    )
    found = dict.fromkeys(option.standing for option in (*options, *front))
    colour = colour_by(
        "standing",
        {standing.meaning: COLOURS[standing] for standing in found},
        top_legend(columns=2, symbolType="circle"),
    )
    dots = alt.Chart(data(_rows((*options, *front)))).mark_circle(size=55, opacity=0.75)
    mark = alt.Chart(data(_rows((chosen,)))).mark_point(
        shape="diamond", size=260, filled=True, opacity=1, color=ADVISED
    )
    layers = [
        dots.encode(x=x, y=y, color=colour, tooltip=shown),
        mark.encode(x=x, y=y, tooltip=shown),
    ]
    if scored:
        steps = alt.Chart(data(_rows(front))).mark_line(color=ADVISED, strokeDash=[5, 4])
        layers.insert(0, steps.encode(x=x, y=y, order="objects:Q"))
    else:
        edges_of_band = [{"low": window.low_percent, "high": window.high_percent}]
        band = alt.Chart(data(edges_of_band)).mark_rect(color=WINDOW, opacity=0.12)
        layers.insert(0, band.encode(y=alt.Y("low:Q", title=""), y2="high:Q"))
    return alt.layer(*layers).properties(height=HEIGHT_PX)


def _rows(options: Sequence[Option]) -> list[dict[str, Any]]:
    return [
        {
            "name": option.configuration.label,
            "objects": option.objects_per_hour,
            "coverage": option.coverage_percent,
            "iou": option.expected_iou,
            "standing": option.standing.meaning,
        }
        for option in options
        # 0 has no place on a logarithmic axis.
        if option.objects_per_hour > 0
    ]
