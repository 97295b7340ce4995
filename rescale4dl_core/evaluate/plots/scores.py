"""A score of every image against coverage, as boxes, with the throughput beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.evaluate.kind_of_maps import Kind
from rescale4dl_core.evaluate.plots.boxes import box_of
from rescale4dl_core.evaluate.plots.style import (
    BLUE,
    GREEN,
    HEIGHT,
    VERMILION,
    WIDTH,
    colours,
    coverage_axis,
    data,
    original_line,
    styled,
    tooltips,
)
from rescale4dl_core.evaluate.summary import by_sampling

if TYPE_CHECKING:
    from collections.abc import Callable

    import altair as alt

    from rescale4dl_core.evaluate.evaluation import Evaluation
    from rescale4dl_core.evaluate.pair import PairResult

BOX_WIDTH = 14
DODGE = 17


@dataclass(frozen=True, slots=True)
class Series:
    """One score of a pair, as the legend calls it."""

    name: str
    value: Callable[[PairResult], float]


OBJECTS = Series("objects", lambda result: result.iou)
CLASSES = Series("mean of the classes", lambda result: result.iou_semantic)
MASK = Series("foreground", lambda result: result.foreground.iou)

SERIES_OF_KIND = {
    Kind.INSTANCE: (OBJECTS,),
    Kind.SEMANTIC: (MASK, CLASSES),
    Kind.BINARY: (MASK,),
}


def iou_chart(evaluation: Evaluation) -> Any:
    """Return the IoU of every image against coverage, with the throughput."""
    series = SERIES_OF_KIND[evaluation.kind.kind]
    return _chart(evaluation, series, "IoU on the grid of each sampling", "IoU", unit=True)


def custom_chart(evaluation: Evaluation, name: str) -> Any:
    """Return a score of the user against coverage, as the built-in ones."""
    series = Series(name, lambda result: result.custom.get(name, np.nan))
    return _chart(evaluation, (series,), name, name, unit=False)


def _chart(
    evaluation: Evaluation,
    series: tuple[Series, ...],
    title: str,
    y_title: str,
    *,
    unit: bool,
) -> Any:
    import altair as alt

    boxes, points = _rows(evaluation, series)
    x = coverage_axis(evaluation.samplings)
    scale = alt.Scale(domain=[0, 1]) if unit else alt.Scale(zero=False)
    y_axis = alt.Axis(title=y_title)
    colour = alt.Color(
        "series:N", scale=colours([one.name for one in series], (BLUE, GREEN))
    )
    layers: list[Any] = []
    for place, one in enumerate(series):
        offset = alt.value((place - (len(series) - 1) / 2) * DODGE)
        own = [row for row in boxes if row["series"] == one.name]
        base = alt.Chart(data(own)).encode(x=x, xOffset=offset, color=colour)
        layers += [
            *(
                base.mark_rule().encode(
                    y=alt.Y(f"{start}:Q", scale=scale, axis=y_axis), y2=f"{end}:Q"
                )
                for start, end in (("low", "quartile_1"), ("quartile_3", "high"))
            ),
            base.mark_bar(size=BOX_WIDTH, fillOpacity=0.35, strokeWidth=1).encode(
                y=alt.Y("quartile_1:Q", scale=scale, axis=y_axis),
                y2="quartile_3:Q",
                stroke=colour,
                tooltip=tooltips(("sampling", "images", "median", "coverage_percent")),
            ),
            base.mark_tick(
                orient="horizontal", size=BOX_WIDTH, thickness=2, opacity=1
            ).encode(y=alt.Y("median:Q", scale=scale, axis=y_axis)),
            alt.Chart(data([row for row in points if row["series"] == one.name]))
            .mark_circle(size=14, opacity=0.7)
            .encode(
                x=x,
                xOffset=offset,
                color=colour,
                y=alt.Y("value:Q", scale=scale, axis=y_axis),
                tooltip=tooltips(("sampling", "file", "value")),
            ),
        ]
    layers += original_line(evaluation, x)
    left = alt.layer(*layers)
    chart = alt.layer(left, _throughput(evaluation, x)).resolve_scale(y="independent")
    return styled(chart.properties(width=WIDTH, height=HEIGHT), title)


def _rows(
    evaluation: Evaluation, series: tuple[Series, ...]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    boxes, points = [], []
    coverage = {one.name: one.coverage_percent for one in evaluation.samplings}
    for sampling, results in by_sampling(evaluation.results).items():
        if coverage[sampling] is None:
            continue
        for one in series:
            values = [one.value(result) for result in results]
            box = box_of(values)
            if box is None:
                continue
            place = {
                "sampling": sampling,
                "series": one.name,
                "coverage_percent": coverage[sampling],
            }
            boxes.append(
                {
                    **place,
                    "low": box.low,
                    "quartile_1": box.quartile_1,
                    "median": box.median,
                    "quartile_3": box.quartile_3,
                    "high": box.high,
                    "images": box.n,
                }
            )
            points += [
                {**place, "file": result.pair.file, "value": value}
                for result, value in zip(results, values, strict=True)
                if not np.isnan(value)
            ]
    return boxes, points


def _throughput(evaluation: Evaluation, x: alt.X) -> Any:
    import altair as alt

    rows = [
        {
            "sampling": sampling.name,
            "coverage_percent": sampling.coverage_percent,
            "objects": sampling.objects_per_fov_ceiling,
        }
        for sampling in evaluation.samplings
        if sampling.coverage_percent is not None
    ]
    y = alt.Y(
        "objects:Q",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(
            title="Objects per field if they filled it (Eq. 3)",
            titleColor=VERMILION,
            labelColor=VERMILION,
            format="~s",
            grid=False,
            tickCount=5,
        ),
    )
    return (
        alt.Chart(data(rows))
        .mark_line(color=VERMILION, strokeWidth=1.5, point={"color": VERMILION, "size": 30})
        .encode(x=x, y=y, tooltip=tooltips(("sampling", "objects")))
    )
