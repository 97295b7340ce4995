"""The figures of a report in Vega-Lite: for paper, so without anything to click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescale4dl_core.study.results import score_of
from rescale4dl_core.wording import microns, times

if TYPE_CHECKING:
    from rescale4dl_core.advice.objects_in_window import CoverageSpread
    from rescale4dl_core.measure.measurement import Measurement, SizeHistogram
    from rescale4dl_core.study.results import Sweep
    from rescale4dl_core.window import Window

BLUE, VERMILION, GREEN, GREY = "#1A7FBF", "#D55E00", "#009E73", "#808080"
WIDTH_PX = 560
COVERAGE_TITLE = "One pixel, in % of an object's diameter (log axis)"
TICKS_PERCENT = [0.1, 0.2, 0.5, 1, 2, 4, 8, 16, 32, 64]


def size_chart(measurement: Measurement, histogram: SizeHistogram) -> dict[str, Any]:
    """Return the histogram of diameters, in µm where known."""
    unit, um = "px", 1.0
    if measurement.pixel_size is not None:
        unit, um = "µm", measurement.pixel_size.mean_um
    edges = (histogram.edges_px * um).tolist()
    bins = [
        {"from": left, "to": right, "count": count}
        for left, right, count in zip(
            edges, edges[1:], histogram.counts.tolist(), strict=False
        )
    ]
    low, high = measurement.diameter_px_p05 * um, measurement.diameter_px_p95 * um
    x = {
        "field": "from",
        "type": "quantitative",
        "title": f"Diameter ({unit})",
        "scale": {"zero": False},
        "axis": {"labelOverlap": True},
    }
    return _drawing(
        200,
        _layer("rect", [{"from": low, "to": high}], x=x, x2="to", color=GREEN, opacity=0.2),
        _layer(
            *("bar", bins),
            x={**x, "bin": "binned"},
            x2="to",
            y={"field": "count", "type": "quantitative", "title": "Number of objects"},
            color=BLUE,
        ),
        _layer(
            *("rule", [{"from": measurement.diameter_px * um}]),
            x=x,
            color=VERMILION,
            strokeWidth=3,
        ),
    )


def window_chart(spreads: tuple[CoverageSpread, ...], window: Window) -> dict[str, Any]:
    """Return mean coverage and 5-95 % range now and as recommended, over the window."""
    rows = [
        {
            "label": _label(spread),
            "mean": spread.mean.percent,
            "low": spread.low.percent,
            "high": spread.high.percent,
            "colour": BLUE if spread.ratio == 1 else VERMILION,
        }
        for spread in spreads
    ]
    band = [
        {
            "low": window.low_percent,
            "high": window.high_percent,
            "target": window.target_percent,
        }
    ]
    y = {
        "field": "label",
        "type": "nominal",
        "title": None,
        "sort": [str(row["label"]) for row in rows],
        "axis": {"labelLimit": 300},
    }
    colour = {"field": "colour", "type": "nominal", "scale": None}
    return _drawing(
        45 + 45 * len(rows),
        _layer("rect", band, x=_coverage("low"), x2="high", color=GREEN, opacity=0.25),
        _layer("rule", band, x=_coverage("target"), color=GREEN, strokeDash=[6, 4]),
        _layer(
            *("bar", rows),
            x=_coverage("low"),
            x2="high",
            y=y,
            encoding={"color": colour},
            height=14,
            opacity=0.5,
        ),
        _layer(
            *("circle", rows),
            x=_coverage("mean"),
            y=y,
            encoding={"color": colour},
            size=160,
            opacity=1,
        ),
    )


def sweep_chart(sweep: Sweep) -> dict[str, Any]:
    """Return the score over coverage, with its ceiling where masks give one."""
    scored = [(scale, score_of(scale)) for scale in sweep.scales]
    points = [
        {"coverage": scale.coverage_percent, "score": score}
        for scale, score in scored
        if score is not None
    ]
    ceiling = [
        {"coverage": scale.coverage_percent, "score": scale.iou_ceiling}
        for scale in sweep.scales
        if scale.iou_ceiling is not None
    ]
    title = "IoU on the sample's grid" if sweep.has_truth else "Stability"
    y = {
        "field": "score",
        "type": "quantitative",
        "title": title,
        "scale": {"domain": [0, 1]},
    }
    x = _coverage("coverage")
    return _drawing(
        220,
        _layer("line", ceiling, x=x, y=y, color=GREY, strokeDash=[6, 4]),
        _layer("line", points, x=x, y=y, color=BLUE, point={"size": 60, "color": BLUE}),
    )


def _drawing(height_px: int, *layers: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": WIDTH_PX,
        "height": height_px,
        "background": "white",
        "config": {"view": {"stroke": None}},
        "layer": list(layers),
    }


def _layer(
    kind: str,
    rows: list[dict[str, Any]],
    *,
    x: dict[str, Any],
    x2: str | None = None,
    y: dict[str, Any] | None = None,
    encoding: dict[str, Any] | None = None,
    **mark: Any,
) -> dict[str, Any]:
    channels = {"x": x, **(encoding or {})}
    if x2 is not None:
        channels["x2"] = {"field": x2}
    if y is not None:
        channels["y"] = y
    return {
        "data": {"values": rows},
        "mark": {"type": kind, **mark},
        "encoding": channels,
    }


def _coverage(field: str) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "title": COVERAGE_TITLE,
        "scale": {"type": "log", "nice": False, "padding": 30},
        "axis": {"values": TICKS_PERCENT, "format": "~g"},
    }


def _label(spread: CoverageSpread) -> str:
    name = "The sample as taken" if spread.ratio == 1 else "Recommended"
    um = spread.pixel_um
    return f"{name}: {times(spread.ratio) if um is None else microns(um)}"
