"""Objects per hour against pixel size, and what the time per field is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages._ui.shared.theme import (
    ADVISED,
    BLUE,
    CEILING,
    GREEN,
    GREY,
    MEASURED,
    PURPLE,
    VERMILION,
)

if TYPE_CHECKING:
    import altair as alt

    from rescale4dl_core.planning.timing import FieldTiming
    from rescale4dl_core.planning.what_if import WhatIf


AT_CEILING = "ceiling (Eq. 3)"
AT_DENSITY = "at your density"
NOW = "sample as taken"
TRIED = "pixel size tried"
IN_WORDS = (
    "datum.value >= 1e9 ? format(datum.value / 1e9, '~g') + ' billion'"
    " : datum.value >= 1e6 ? format(datum.value / 1e6, '~g') + ' million'"
    " : format(datum.value, ',~g')"
)
"""Vega's expression for a count on an axis."""


def series_columns(series: tuple[WhatIf, ...]) -> dict[str, list[float | None]]:
    """Return the table behind the chart, one row per pixel size."""
    return {
        "ratio": [point.gain.ratio for point in series],
        "pixel_size_um": [point.pixel_um for point in series],
        "coverage_percent": [point.coverage.percent for point in series],
        "objects_per_hour": [point.objects_per_hour for point in series],
        "objects_per_hour_ceiling": [p.objects_per_hour_ceiling for p in series],
        "objects_per_fov": [point.objects_per_fov for point in series],
        "objects_per_fov_ceiling": [point.objects_per_fov_ceiling for point in series],
        "n_fields": [point.n_fields for point in series],
        "hours": [point.hours for point in series],
        "storage_bytes": [point.storage_bytes for point in series],
    }


def objects_per_hour_chart(
    series: tuple[WhatIf, ...], now: WhatIf, tried: WhatIf
) -> alt.LayerChart | alt.FacetChart:
    """Return objects per hour over pixel size, both on log axes.

    Parameters
    ----------
    series : tuple of WhatIf
        The pixel sizes of the lines.
    now, tried : WhatIf
        The sample as taken and the pixel size tried, marked on both lines.
    """
    from pages._ui.shared.whole_altair import alt

    title = "Pixel size (µm)" if now.pixel_um else "Pixel size, against your sample"
    x = alt.X(
        "x:Q",
        title=title,
        scale=alt.Scale(type="log", nice=False, padding=20),
        axis=alt.Axis(tickCount=6),
    )
    y = alt.Y(
        "y:Q",
        title="Objects per hour",
        scale=alt.Scale(type="log", nice=False, padding=15),
        axis=alt.Axis(tickCount=5, labelExpr=IN_WORDS),
    )
    lines = alt.Color(
        "line:N",
        scale=alt.Scale(domain=[AT_CEILING, AT_DENSITY], range=[CEILING, MEASURED]),
        legend=alt.Legend(orient="top", title=None, columns=1),
    )
    tooltip = [
        alt.Tooltip("line:N", title="count"),
        alt.Tooltip("x:Q", title=title, format=".3~g"),
        alt.Tooltip("coverage:Q", title="% of a diameter per pixel", format=".3~g"),
        alt.Tooltip("y:Q", title="objects per hour", format=",.3~r"),
    ]
    points = [
        {**row, "mark": mark}
        for mark, point in ((NOW, now), (TRIED, tried))
        for row in _points(point)
    ]
    curves = alt.Chart(
        alt.InlineData(values=[row for point in series for row in _points(point)])
    )
    marked = alt.Chart(alt.InlineData(values=points))
    return alt.layer(
        curves.mark_line(strokeWidth=3).encode(x=x, y=y, color=lines, tooltip=tooltip),
        marked.mark_point(filled=True, size=160, opacity=1).encode(
            x=x,
            y=y,
            shape=alt.Shape(
                "mark:N",
                scale=alt.Scale(domain=[NOW, TRIED], range=["circle", "diamond"]),
                legend=alt.Legend(orient="top", title=None, columns=1),
            ),
            fill=alt.Fill(
                "mark:N", scale=alt.Scale(domain=[NOW, TRIED], range=[MEASURED, ADVISED])
            ),
            tooltip=[alt.Tooltip("mark:N", title="point"), *tooltip],
        ),
    ).properties(height=340)


def timing_columns(timing: FieldTiming) -> dict[str, list[str] | list[float]]:
    """Return the table behind the bar, one row per part."""
    return {
        "part": [part.name for part in timing.parts],
        "seconds": [part.seconds for part in timing.parts],
    }


def timing_chart(timing: FieldTiming) -> alt.Chart:
    """Return one bar that is as long as the time per field, in its parts."""
    from pages._ui.shared.whole_altair import alt

    parts = [
        {"part": part.name, "seconds": part.seconds, "order": order}
        for order, part in enumerate(timing.parts)
    ]
    colours = [BLUE, GREEN, PURPLE, "#C7A600", VERMILION, GREY]
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=parts))
        .mark_bar(size=26)
        .encode(
            x=alt.X("seconds:Q", title="Time per field of view (s)", stack="zero"),
            color=alt.Color(
                "part:N",
                sort=None,
                scale=alt.Scale(domain=[part.name for part in timing.parts], range=colours),
                legend=alt.Legend(orient="top", title=None, columns=3),
            ),
            order="order:Q",
            tooltip=[
                alt.Tooltip("part:N", title="part"),
                alt.Tooltip("seconds:Q", title="seconds per field", format=".3~g"),
            ],
        )
        .properties(height=170)
    )
    return chart


def _points(point: WhatIf) -> list[dict[str, object]]:
    common = {
        "x": point.pixel_um or point.gain.ratio,
        "coverage": point.coverage.percent,
    }
    rows = [{**common, "line": AT_CEILING, "y": point.objects_per_hour_ceiling}]
    if point.objects_per_hour is not None:
        rows.append({**common, "line": AT_DENSITY, "y": point.objects_per_hour})
    return rows
