"""What the charts have in common: colours, axes, the light theme."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rescale4dl_core.evaluate.folders import ORIGINAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

    from rescale4dl_core.evaluate.evaluation import Evaluation
    from rescale4dl_core.evaluate.summary import SamplingSummary

BLUE, VERMILION, GREEN = "#1A7FBF", "#D55E00", "#009E73"
PURPLE, GREY = "#B8609A", "#808080"

WIDTH, HEIGHT = 460, 300

COVERAGE_TITLE = "Coverage (% of a diameter per pixel)"


def coverage_axis(samplings: Sequence[SamplingSummary]) -> alt.X:
    """Return the axis of coverage: logarithmic, ticks at round numbers, room at the ends.

    At least one of `samplings` must have a coverage.
    """
    import altair as alt

    coverages = [one.coverage_percent for one in samplings if one.coverage_percent]
    low, high = min(coverages) / 1.4, max(coverages) * 1.4
    ticks = [
        digit * 10.0**power
        for power in range(-3, 4)
        for digit in (1, 2, 3, 5, 7)
        if low <= digit * 10.0**power <= high
    ]
    return alt.X(
        "coverage_percent:Q",
        title=COVERAGE_TITLE,
        scale=alt.Scale(type="log", domain=[low, high], nice=False),
        axis=alt.Axis(values=ticks, format="~g", grid=False, labelOverlap="greedy"),
    )


def colours(names: Sequence[str], palette: Sequence[str]) -> alt.Scale:
    """Return one colour per name, in a fixed order."""
    import altair as alt

    return alt.Scale(domain=list(names), range=list(palette[: len(names)]))


def data(rows: Sequence[dict[str, Any]]) -> alt.InlineData:
    """Return rows as data that travels inside the specification."""
    import altair as alt

    return alt.InlineData(values=list(rows))


def original_line(evaluation: Evaluation, x: alt.X) -> list[Any]:
    """Return a dashed line at the coverage of the original."""
    import altair as alt

    rows = [
        {"coverage_percent": sampling.coverage_percent, "text": "original"}
        for sampling in evaluation.samplings
        if sampling.name == ORIGINAL and sampling.coverage_percent is not None
    ]
    if not rows:
        return []
    base = alt.Chart(data(rows)).encode(x=x)
    return [
        base.mark_rule(strokeDash=[5, 4], color=GREY),
        base.mark_text(align="left", baseline="bottom", dx=4, dy=-4, color=GREY).encode(
            y=alt.value("height"), text="text:N"
        ),
    ]


def tooltips(names: tuple[str, ...]) -> list[Any]:
    """Return what is shown where the pointer rests: columns of the data by name."""
    import altair as alt

    text = {"sampling", "file"}
    return [
        alt.Tooltip(name, type="nominal")
        if name in text
        else alt.Tooltip(name, type="quantitative", format=".3~g")
        for name in names
    ]


def powers_of_ten(values: Sequence[float]) -> list[float]:
    """Return the powers of ten from below the least value to above the greatest."""
    first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return [10.0**power for power in range(first, last + 1)]


def styled(
    chart: alt.LayerChart | alt.HConcatChart, title: str, subtitle: Sequence[str] = ()
) -> Any:
    """Return the chart with its title, on white, in letters that print well."""
    import altair as alt

    heading = alt.TitleParams(title, subtitle=list(subtitle), subtitleColor="#5A6167")
    return (
        chart.properties(title=heading)
        .configure(background="white", padding=10)
        .configure_view(stroke="#C8CDD2")
        .configure_axis(
            labelFontSize=12,
            titleFontSize=13,
            titleFontWeight="normal",
            gridColor="#E4E8EB",
        )
        .configure_legend(
            orient="top", labelFontSize=12, labelLimit=0, symbolOpacity=1, title=None
        )
        .configure_title(fontSize=14, anchor="start", fontWeight=600)
    )
