"""How large the objects are: counts over diameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.charts.style import (
    GREEN,
    HEIGHT_PX,
    MEASURED,
    VERMILION,
    colour_by,
    data,
    tips,
    top_legend,
)
from rescale4dl_core.measuring.measurement import size_histogram

if TYPE_CHECKING:
    from altair.typing import ChartType

    from rescale4dl_core.measuring.measurement import Measurement

BARS = "objects"
MEAN = "mean diameter"
BAND = "5–95 % of the objects"


def size_histogram_chart(measurement: Measurement) -> ChartType:
    """Return counts over diameter, in µm where known, with mean and 5-95 % range."""
    from rescale4dl_core.charts.whole_altair import alt

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
    x = alt.X(
        "from:Q",
        title=f"Diameter ({unit})",
        scale=alt.Scale(zero=False),
        axis=alt.Axis(labelOverlap=True),
    )
    y = alt.Y("count:Q", title="Number of objects", axis=alt.Axis(tickMinStep=1))
    colour = colour_by(
        "series",
        {BARS: MEASURED, MEAN: VERMILION, BAND: GREEN},
        top_legend(symbolType="square"),
    )
    band = (
        alt.Chart(data([{"series": BAND, "from": low, "to": high}]))
        .mark_rect(opacity=0.2)
        .encode(
            x=x,
            x2="to:Q",
            color=colour,
            tooltip=tips(
                {
                    "from": (f"5 % are below ({unit})", ".3~g"),
                    "to": (f"5 % are above ({unit})", ".3~g"),
                }
            ),
        )
    )
    bars = (
        alt.Chart(data(bins))
        .mark_bar(binSpacing=1)
        .encode(
            x=x.bin("binned"),
            x2="to:Q",
            y=y,
            color=colour,
            tooltip=tips(
                {
                    "from": (f"from ({unit})", ".3~g"),
                    "to": (f"to ({unit})", ".3~g"),
                    "count": ("objects", ",d"),
                }
            ),
        )
    )
    line = (
        alt.Chart(data([{"series": MEAN, "from": mean}]))
        .mark_rule(strokeWidth=3)
        .encode(x=x, color=colour, tooltip=tips({"from": (f"{MEAN} ({unit})", ".3~g")}))
    )
    return alt.layer(band, bars, line).properties(height=HEIGHT_PX)
