"""The spread of object sizes as a histogram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages._ui.theme import GREEN, MEASURED, VERMILION
from rescale4dl_core.measure.distribution import size_histogram

if TYPE_CHECKING:
    import altair as alt

    from rescale4dl_core.measure.measurement import Measurement

BARS = "objects"
MEAN = "mean diameter"
BAND = "5–95 % of the objects"


def size_histogram_chart(measurement: Measurement) -> alt.LayerChart | alt.FacetChart:
    """Return counts over diameter, in µm where known, with mean and 5-95 % range."""
    from pages._ui.whole_altair import alt

    histogram = size_histogram(measurement)
    unit, edges = "px", histogram.edges_px
    marks: tuple[float | None, ...] = (
        measurement.diameter_px_p05,
        measurement.diameter_px,
        measurement.diameter_px_p95,
    )
    if histogram.edges_um is not None:
        unit, edges = "µm", histogram.edges_um
        marks = (
            measurement.diameter_um_p05,
            measurement.diameter_um,
            measurement.diameter_um_p95,
        )
    low, mean, high = marks
    bins = [
        {"series": BARS, "from": float(left), "to": float(right), "count": int(count)}
        for left, right, count in zip(edges, edges[1:], histogram.counts, strict=False)
    ]
    x = alt.X("from:Q", title=f"Diameter ({unit})", scale=alt.Scale(zero=False))
    y = alt.Y("count:Q", title="Number of objects", axis=alt.Axis(tickMinStep=1))
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=[BARS, MEAN, BAND], range=[MEASURED, VERMILION, GREEN]),
        legend=alt.Legend(orient="top", title=None, symbolType="square", symbolOpacity=1),
    )

    def tooltip(field: str, title: str) -> alt.Tooltip:
        return alt.Tooltip(f"{field}:Q", title=f"{title} ({unit})", format=".3~g")

    band = (
        alt.Chart(alt.InlineData(values=[{"series": BAND, "from": low, "to": high}]))
        .mark_rect(opacity=0.2)
        .encode(
            x=x,
            x2="to:Q",
            color=colour,
            tooltip=[tooltip("from", "5 % are below"), tooltip("to", "5 % are above")],
        )
    )
    bars = (
        alt.Chart(alt.InlineData(values=bins))
        .mark_bar(binSpacing=1)
        .encode(
            x=x.bin("binned"),
            x2="to:Q",
            y=y,
            color=colour,
            tooltip=[
                tooltip("from", "from"),
                tooltip("to", "to"),
                alt.Tooltip("count:Q", title="objects"),
            ],
        )
    )
    line = (
        alt.Chart(alt.InlineData(values=[{"series": MEAN, "from": mean}]))
        .mark_rule(strokeWidth=3)
        .encode(x=x, color=colour, tooltip=[tooltip("from", MEAN)])
    )
    return alt.layer(band, bars, line).properties(height=280)
