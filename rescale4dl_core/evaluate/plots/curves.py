"""Curves over the samplings: IoU on the original grid below its ceiling, and throughput."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescale4dl_core.evaluate.plots.style import (
    BLUE,
    GREY,
    HEIGHT,
    VERMILION,
    WIDTH,
    colours,
    coverage_axis,
    data,
    original_line,
    powers_of_ten,
    styled,
    tooltips,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import altair as alt

    from rescale4dl_core.evaluate.evaluation import Evaluation
    from rescale4dl_core.evaluate.summary import SamplingSummary

MAPPED_BACK = "predictions, mapped back to the original grid"
CEILING = "ceiling: round trip of the ground truth"
FILLED = "if objects filled the field (Eq. 3)"
MEASURED = "at the density of these images"


def original_grid_chart(evaluation: Evaluation) -> Any:
    """Return the IoU on the original grid and its ceiling, against coverage."""
    import altair as alt

    fields = {MAPPED_BACK: "iou_original_grid", CEILING: "iou_ceiling"}
    y = alt.Y("value:Q", title="IoU", scale=alt.Scale(domain=[0, 1]))
    chart = _curves(evaluation, fields, y, (BLUE, GREY))
    return styled(chart, "IoU on the grid of the original")


def throughput_chart(evaluation: Evaluation) -> Any:
    """Return the objects per field of view: as measured, and the ceiling of Eq. 3."""
    import altair as alt

    fields = {FILLED: "objects_per_fov_ceiling", MEASURED: "objects_per_fov"}
    counts = [
        value
        for one in evaluation.samplings
        for value in (one.objects_per_fov_ceiling, one.objects_per_fov)
        if value
    ]
    ticks = powers_of_ten(counts)
    y = alt.Y(
        "value:Q",
        title="Objects per field of view",
        scale=alt.Scale(type="log", domain=[ticks[0], ticks[-1]]),
        axis=alt.Axis(format="~s", values=ticks),
    )
    chart = _curves(evaluation, fields, y, (VERMILION, BLUE))
    return styled(chart, "Throughput: objects in the field of the original camera")


def _curves(
    evaluation: Evaluation, fields: Mapping[str, str], y: alt.Y, palette: tuple[str, str]
) -> Any:
    import altair as alt

    rows = [
        {
            "sampling": sampling.name,
            "coverage_percent": sampling.coverage_percent,
            "series": name,
            "value": value,
        }
        for sampling in evaluation.samplings
        for name, value in _values(sampling, fields).items()
        if sampling.coverage_percent is not None
    ]
    x = coverage_axis(evaluation.samplings)
    names = list(fields)
    lines = (
        alt.Chart(data(rows))
        .mark_line(point={"size": 45}, strokeWidth=2)
        .encode(
            x=x,
            y=y,
            color=alt.Color("series:N", scale=colours(names, palette)),
            strokeDash=alt.StrokeDash(
                "series:N", scale=alt.Scale(domain=names, range=[[1, 0], [5, 4]])
            ),
            tooltip=tooltips(("sampling", "value", "coverage_percent")),
        )
    )
    chart = alt.layer(lines, *original_line(evaluation, x))
    return chart.properties(width=WIDTH, height=HEIGHT)


def _values(sampling: SamplingSummary, fields: Mapping[str, str]) -> dict[str, float]:
    values = {name: getattr(sampling, field) for name, field in fields.items()}
    return {name: value for name, value in values.items() if value is not None}
