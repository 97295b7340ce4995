"""A score of every image against coverage, as boxes, with the throughput beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.charts.curves import (
    Curve,
    Mark,
    curve_colour,
    mark_layers,
    with_per_field,
)
from rescale4dl_core.charts.style import HEIGHT_PX, Axis, data, tips

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt
    from altair.typing import ChartType

WHISKER_IQR = 1.5
BOX_PX, STEP_PX = 14, 17


@dataclass(frozen=True, slots=True)
class Box:
    """Quartiles, and whiskers to the last value within 1.5 interquartile ranges."""

    low: float
    quartile_1: float
    median: float
    quartile_3: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Group:
    """The scores of the images of one sampling."""

    x: float
    """Coverage in percent."""

    name: str
    """Of the sampling."""

    files: tuple[str, ...]
    values: tuple[float, ...]
    """One per file, NaN where an image has no score."""


@dataclass(frozen=True, slots=True)
class BoxSeries:
    """One score over all samplings, as the legend calls it."""

    name: str
    colour: str
    groups: tuple[Group, ...]


def box_of(values: Sequence[float]) -> Box | None:
    """Return the box of the values that are numbers, None if there is none.

    Examples
    --------
    >>> box_of([1, 2, 3, 4, 100])
    Box(low=1.0, quartile_1=2.0, median=3.0, quartile_3=4.0, high=4.0, n=5)
    """
    known = np.array([value for value in values if not np.isnan(value)], np.float64)
    if not len(known):
        return None
    quartile_1, median, quartile_3 = np.percentile(known, [25, 50, 75])
    reach = WHISKER_IQR * (quartile_3 - quartile_1)
    within = known[(known >= quartile_1 - reach) & (known <= quartile_3 + reach)]
    return Box(
        low=float(within.min(initial=quartile_1)),
        quartile_1=float(quartile_1),
        median=float(median),
        quartile_3=float(quartile_3),
        high=float(within.max(initial=quartile_3)),
        n=len(known),
    )


def box_chart(
    series: Sequence[BoxSeries],
    x: Axis,
    y: Axis,
    *,
    marks: Sequence[Mark],
    per_field: Curve,
) -> ChartType:
    """Return a box and a point per image for each sampling, side by side for each score.

    Boxes are computed here, because Vega-Lite's own cannot stand at their place on an axis
    of numbers.

    Parameters
    ----------
    series : sequence of BoxSeries
        The scores.
    x, y : Axis
        Of coverage and of the scores.
    marks : sequence of Mark
        Places on the axis of coverage.
    per_field : Curve
        Objects per field, on an axis of its own on the right.
    """
    from rescale4dl_core.charts.whole_altair import alt

    colour = curve_colour([*(Curve(one.name, (), one.colour) for one in series), per_field])
    layers: list[Any] = []
    for place, one in enumerate(series):
        offset = alt.value((place - (len(series) - 1) / 2) * STEP_PX)
        layers += _layers(one, x, y, offset, colour)
    chart = alt.layer(*layers, *mark_layers(marks, x))
    return with_per_field(chart, per_field, x, colour).properties(height=HEIGHT_PX)


def _layers(
    series: BoxSeries, x: Axis, y: Axis, offset: Any, colour: alt.Color
) -> list[alt.Chart]:
    from rescale4dl_core.charts.whole_altair import alt

    boxes, points = _rows(series)
    box = alt.Chart(data(boxes)).encode(x=x.x(), xOffset=offset, color=colour)
    point = alt.Chart(data(points)).encode(x=x.x(), xOffset=offset, color=colour)
    of_box = {
        "name": ("sampling", ""),
        "images": ("images", ",d"),
        "median": ("median", ".3~g"),
        "x": ("coverage (%)", ".3~g"),
    }
    of_point = {
        "name": ("sampling", ""),
        "file": ("file", ""),
        "value": (series.name, ".3~g"),
    }
    return [
        box.mark_rule().encode(y=y.y("low"), y2="quartile_1:Q"),
        box.mark_rule().encode(y=y.y("quartile_3"), y2="high:Q"),
        box.mark_bar(
            size=BOX_PX, fillOpacity=0.35, strokeWidth=1, stroke=series.colour
        ).encode(y=y.y("quartile_1"), y2="quartile_3:Q", tooltip=tips(of_box)),
        box.mark_tick(orient="horizontal", size=BOX_PX, thickness=2, opacity=1).encode(
            y=y.y("median")
        ),
        point.mark_circle(size=14, opacity=0.7).encode(
            y=y.y("value"), tooltip=tips(of_point)
        ),
    ]


def _rows(series: BoxSeries) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    boxes, points = [], []
    for group in series.groups:
        box = box_of(group.values)
        if box is None:
            continue
        place = {"curve": series.name, "x": group.x, "name": group.name}
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
            {**place, "file": file, "value": value}
            for file, value in zip(group.files, group.values, strict=True)
            if not np.isnan(value)
        ]
    return boxes, points
