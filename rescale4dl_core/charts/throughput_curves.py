"""Objects per hour or per field over pixel size, and what the time per field is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.charts.curves import Curve, Mark, Point, curve_chart
from rescale4dl_core.charts.style import (
    ADVISED,
    BLUE,
    CEILING,
    DASHED,
    GREEN,
    GREY,
    MEASURED,
    OLIVE,
    PURPLE,
    VERMILION,
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

    from rescale4dl_core.planning.timing import FieldTiming
    from rescale4dl_core.planning.what_if import WhatIf

AT_CEILING = "ceiling: objects side by side (Eq. 3)"
AT_DENSITY = "at the density measured"
NOW = "sample as taken"
TRIED = "pixel size tried"
TIMING_HEIGHT_PX = 170


def throughput_chart(
    at_ceiling: Sequence[Point],
    at_density: Sequence[Point],
    x: Axis,
    title: str,
    *,
    marks: Sequence[Mark] = (),
    points: Sequence[tuple[str, Point]] = (),
) -> ChartType:
    """Return the objects that are imaged over pixel size: the ceiling, and as measured.

    Parameters
    ----------
    at_ceiling, at_density : sequence of Point
        If objects filled the field, and at the density of the sample; the latter may be
        empty.
    x : Axis
        Of the pixel sizes.
    title : str
        Of the vertical axis, which is logarithmic.
    marks : sequence of Mark
        Places on the horizontal axis.
    points : sequence of (str, Point)
        To be pointed out on the lines, each called `NOW` or `TRIED`; all others are
        without a dot then.
    """
    from rescale4dl_core.charts.whole_altair import alt

    seen = [*at_ceiling, *at_density, *(point for _, point in points)]
    y = log_axis(title, [point.value for point in seen], in_words=True)
    curves = [
        Curve(AT_CEILING, tuple(at_ceiling), CEILING, DASHED),
        Curve(AT_DENSITY, tuple(at_density), MEASURED),
    ]
    lines = curve_chart(
        [one for one in curves if one.points], x, y, marks=marks, dots=not points
    )
    if not points:
        return lines
    chart: alt.LayerChart | alt.FacetChart = alt.layer(lines, _pointed_out(points, x, y))
    return chart


def _pointed_out(points: Sequence[tuple[str, Point]], x: Axis, y: Axis) -> alt.Chart:
    from rescale4dl_core.charts.whole_altair import alt

    rows = [
        {"mark": mark, "x": point.x, "value": point.value, "name": point.name}
        for mark, point in points
    ]
    names, legend = [NOW, TRIED], top_legend(columns=2)
    chart: alt.Chart = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=160, opacity=1)
        .encode(
            x=x.x(),
            y=y.y(),
            shape=alt.Shape(
                "mark:N",
                scale=alt.Scale(domain=names, range=["circle", "diamond"]),
                legend=legend,
            ),
            fill=alt.Fill(
                "mark:N",
                scale=alt.Scale(domain=names, range=[MEASURED, ADVISED]),
                legend=legend,
            ),
            tooltip=tips(
                {
                    "mark": ("point", ""),
                    "name": ("one pixel", ""),
                    "value": (y.title.lower(), ",.3~r"),
                }
            ),
        )
    )
    return chart


def objects_per_hour_chart(
    series: tuple[WhatIf, ...], now: WhatIf, tried: WhatIf
) -> ChartType:
    """Return objects per hour over pixel size, both on log axes.

    Parameters
    ----------
    series : tuple of WhatIf
        The pixel sizes of the lines.
    now, tried : WhatIf
        The sample as taken and the pixel size tried, marked on both lines.
    """
    title = "Pixel size (µm)" if now.pixel_um else "Pixel size, against your sample"
    return throughput_chart(
        [_ceiling(one) for one in series],
        [found for one in series if (found := _measured(one)) is not None],
        log_axis(title, [_ceiling(one).x for one in (*series, now, tried)]),
        "Objects per hour",
        points=[
            (mark, point)
            for mark, one in ((NOW, now), (TRIED, tried))
            for point in (_ceiling(one), _measured(one))
            if point is not None
        ],
    )


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


def timing_chart(timing: FieldTiming) -> ChartType:
    """Return one bar that is as long as the time per field, in its parts."""
    from rescale4dl_core.charts.whole_altair import alt

    parts = [
        {"part": part.name, "seconds": part.seconds, "order": order}
        for order, part in enumerate(timing.parts)
    ]
    colours = (BLUE, GREEN, PURPLE, OLIVE, VERMILION, GREY)
    names = [part.name for part in timing.parts]
    chart: alt.Chart = (
        alt.Chart(data(parts))
        .mark_bar(size=26)
        .encode(
            x=alt.X("seconds:Q", title="Time per field of view (s)", stack="zero"),
            color=colour_by(
                "part", dict(zip(names, colours, strict=False)), top_legend(columns=3)
            ),
            order="order:Q",
            tooltip=tips({"part": ("part", ""), "seconds": ("seconds per field", ".3~g")}),
        )
        .properties(height=TIMING_HEIGHT_PX)
    )
    return chart


def timing_columns(timing: FieldTiming) -> dict[str, list[str] | list[float]]:
    """Return the table behind the bar, one row per part."""
    return {
        "part": [part.name for part in timing.parts],
        "seconds": [part.seconds for part in timing.parts],
    }


def _ceiling(point: WhatIf) -> Point:
    return _point(point, point.objects_per_hour_ceiling)


def _measured(point: WhatIf) -> Point | None:
    per_hour = point.objects_per_hour
    return None if per_hour is None else _point(point, per_hour)


def _point(point: WhatIf, value: float) -> Point:
    x = point.pixel_um or point.gain.ratio
    return Point(x, value, f"{point.coverage.percent:.3g} % of a diameter")
