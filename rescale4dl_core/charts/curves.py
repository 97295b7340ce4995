"""Curves over coverage or pixel size, as all pages, reports and evaluations draw them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rescale4dl_core.charts.style import (
    BLUE,
    DASHED,
    GREY,
    HEIGHT_PX,
    SOLID,
    VERMILION,
    WINDOW,
    Axis,
    colour_by,
    data,
    log_axis,
    tips,
    top_legend,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt
    from altair.typing import ChartType

    from rescale4dl_core.window import Window

PICKED = "scale"
"""Name of the selection: the scale whose point was clicked."""

LINE_HEIGHT_PX = 15


@dataclass(frozen=True, slots=True)
class Point:
    """A value at one pixel size."""

    x: float
    """Its coverage in percent, else the pixel size, as the axis says."""

    value: float
    name: str = ""
    """What to call this pixel size."""

    low: float | None = None
    high: float | None = None
    """Ends of the interval of `value`; None where it has none."""

    ratio: float | None = None
    """New / old pixel size, where a click is to pick it."""

    n_objects: int | None = None
    """How many the value rests on, where that is worth saying."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through values at several pixel sizes, as the legend calls it."""

    name: str
    points: tuple[Point, ...]
    colour: str = BLUE
    dash: tuple[int, ...] = SOLID
    banded: bool = True
    """Whether intervals, where the points have them, are drawn as a band."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the axis with a line through the whole chart."""

    x: float
    text: str
    colour: str = GREY
    dash: tuple[int, ...] = DASHED


def curve_chart(
    curves: Sequence[Curve],
    x: Axis,
    y: Axis,
    *,
    window: Window | None = None,
    marks: Sequence[Mark] = (),
    level: tuple[float, str] | None = None,
    per_field: Curve | None = None,
    pickable: bool = False,
    dots: bool = True,
    legend_columns: int = 1,
) -> ChartType:
    """Return curves, with what has to be seen beside them.

    Parameters
    ----------
    curves : sequence of Curve
        At least one; several have a legend.
    x, y : Axis
        Of the pixel sizes and of the values.
    window : Window, optional
        Coverages at which a network works well, shaded.
    marks : sequence of Mark
        Places on the axis.
    level : (float, str), optional
        A value that the curves are held against, and what it is: a dashed line across.
    per_field : Curve, optional
        Objects per field of view, on an axis of its own on the right.
    pickable : bool
        Whether a click on a point picks its `ratio`, as the selection `PICKED`.
    dots : bool
        Whether each value is a point on its line.
    legend_columns : int
        One fits half the width of a page, whatever the names.
    """
    from rescale4dl_core.charts.whole_altair import alt

    legend = [*curves, *([] if per_field is None else [per_field])]
    colour = curve_colour(legend, legend_columns)
    rows = [row for curve in curves for row in _rows(curve)]
    base = alt.Chart(data(rows)).encode(x=x.x(), y=y.y(), color=colour)
    shown = _shown(rows, x, several=len(legend) > 1)
    points = base.mark_point(filled=True, size=60, opacity=1).encode(tooltip=shown)
    if pickable:
        picked = alt.selection_point(name=PICKED, fields=["ratio"], on="click")
        points = points.add_params(picked)
    bands = [
        row
        for curve in curves
        if curve.banded
        for row in _rows(curve)
        if row["low"] is not None
    ]
    band = (
        alt.Chart(data(bands))
        .mark_area(opacity=0.18)
        .encode(x=x.x(), y=y.y("low"), y2="high:Q", color=colour)
    )
    line = base.mark_line(strokeWidth=2.5).encode(
        strokeDash=_dash(legend, legend_columns), tooltip=shown
    )
    layers: list[Any] = [
        *([] if window is None else [window_band(window, x)]),
        *mark_layers(marks, x),
        *([] if level is None else _level(*level, y)),
        *([band] if bands else []),
        line,
        *([points] if dots else []),
    ]
    chart = alt.layer(*layers)
    if per_field is not None:
        chart = with_per_field(chart, per_field, x, colour)
    return chart.properties(height=HEIGHT_PX)


def curve_colour(curves: Sequence[Curve], columns: int = 1) -> alt.Color:
    """Return the colour of each curve, with a legend where there are several."""
    colour = colour_by("curve", {curve.name: curve.colour for curve in curves})
    return colour.legend(_legend(curves, columns))


def _dash(curves: Sequence[Curve], columns: int) -> alt.StrokeDash:
    """Return the dashes of each curve, in the legend of the colours."""
    from rescale4dl_core.charts.whole_altair import alt

    return alt.StrokeDash(
        "curve:N",
        scale=alt.Scale(
            domain=[curve.name for curve in curves],
            range=[list(curve.dash) for curve in curves],
        ),
        legend=_legend(curves, columns),
    )


def _legend(curves: Sequence[Curve], columns: int) -> alt.Legend | None:
    if len(curves) < 2:
        return None
    return top_legend(
        columns=columns,
        symbolType="stroke",
        symbolStrokeWidth=3,
        symbolSize=300,
    )


def with_per_field(
    chart: alt.LayerChart | alt.FacetChart, curve: Curve, x: Axis, colour: alt.Color
) -> alt.LayerChart | alt.FacetChart:
    """Return the chart with the objects per field of view on an axis on the right."""
    from rescale4dl_core.charts.whole_altair import alt

    y = log_axis(
        "Objects per field of view", [point.value for point in curve.points], in_words=True
    )
    right = (
        alt.Chart(data(_rows(curve)))
        .mark_line(strokeWidth=2, strokeDash=list(curve.dash), point={"size": 30})
        .encode(
            x=x.x(),
            y=y.y(orient="right", grid=False, titleColor=VERMILION),
            color=colour,
            tooltip=tips({"name": ("scale", ""), "value": ("objects per field", ",.3~r")}),
        )
    )
    both: alt.LayerChart | alt.FacetChart = alt.layer(chart, right).resolve_scale(
        y="independent"
    )
    return both


def window_band(window: Window, x: Axis) -> alt.Chart:
    """Return the coverages of a window as a green band."""
    from rescale4dl_core.charts.whole_altair import alt

    edges = {
        "x": window.low_percent,
        "high": window.high_percent,
        "target": window.target_percent,
    }
    band: alt.Chart = (
        alt.Chart(data([edges]))
        .mark_rect(color=WINDOW, opacity=0.18, clip=True)
        .encode(
            x=x.x(),
            x2="high:Q",
            tooltip=tips(
                {
                    "x": ("window from (%)", ".3~g"),
                    "high": ("window to (%)", ".3~g"),
                    "target": ("target (%)", ".3~g"),
                }
            ),
        )
    )
    return band


def mark_layers(marks: Sequence[Mark], x: Axis) -> list[alt.Chart]:
    """Return a line for each mark, its text beside it, one text above the other.

    Right of the middle of the axis the text stands on the left of its line, so that the end
    of the chart does not cut it.
    """
    from rescale4dl_core.charts.whole_altair import alt

    low, high = x.domain or (0.0, math.inf)
    layers = []
    for place, mark in enumerate(marks):
        base = alt.Chart(data([{"x": mark.x, "text": mark.text}])).encode(x=x.x())
        # The middle of a logarithmic axis.
        is_left = mark.x < math.sqrt(low * high)
        layers += [
            base.mark_rule(
                color=mark.colour, strokeDash=list(mark.dash), strokeWidth=1.5, clip=True
            ),
            base.mark_text(
                align="left" if is_left else "right",
                baseline="bottom",
                dx=4 if is_left else -4,
                dy=-4 - LINE_HEIGHT_PX * place,
                color=mark.colour,
                clip=True,
            ).encode(y=alt.value("height"), text="text:N"),
        ]
    return layers


def _level(value: float, text: str, y: Axis) -> list[alt.Chart]:
    from rescale4dl_core.charts.whole_altair import alt

    base = alt.Chart(data([{"value": value, "text": text}])).encode(y=y.y())
    return [
        base.mark_rule(color=GREY, strokeDash=list(DASHED)),
        base.mark_text(align="right", baseline="bottom", dx=-4, dy=-3, color=GREY).encode(
            x=alt.value("width"), text="text:N"
        ),
    ]


def _shown(rows: Sequence[dict[str, Any]], x: Axis, *, several: bool) -> list[alt.Tooltip]:
    """Return what a pointer shows: only what the points have."""
    fields = {
        "name": ("scale", ""),
        "curve": ("what", ""),
        "value": ("value", ",.3~r"),
        "interval": ("interval", ""),
        "x": (x.short or x.title.lower(), ".3~g"),
        "n_objects": ("objects", ",d"),
    }
    known = {name for row in rows for name, value in row.items() if value not in ("", None)}
    if not several:
        known -= {"curve"}
    return tips({name: told for name, told in fields.items() if name in known})


def _rows(curve: Curve) -> list[dict[str, Any]]:
    return [
        {
            "curve": curve.name,
            "x": point.x,
            "value": point.value,
            "name": point.name,
            "low": point.low,
            "high": point.high,
            "interval": ""
            if point.low is None or point.high is None
            else f"{point.low:.3f} to {point.high:.3f}",
            "ratio": point.ratio,
            "n_objects": point.n_objects,
        }
        for point in curve.points
    ]
