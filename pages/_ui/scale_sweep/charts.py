"""Score against coverage, as in the paper's Fig. 3 and 4, with the throughput beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pages._ui.shared.theme import ADVISED, BLUE, CEILING, GREEN, GREY, PURPLE
from pages._ui.shared.window_chart import TICKS_PERCENT
from rescale4dl_core.wording import coarser_or_finer, pixel

if TYPE_CHECKING:
    import altair as alt

    from rescale4dl_core.study.results import Interval, ScaleResult, Sweep
    from rescale4dl_core.window import Window


SAMPLE_GRID = "IoU on your sample's pixels"
OWN_GRID = "IoU on the scale's own pixels (as published)"
LIMIT = "limit: the mask itself, made coarser and back"
STABILITY = "stability"
PER_FIELD = "objects per field (right axis)"
PICKED = "scale"
"""Name of the selection: the scale that was clicked."""

COLOURS = {
    SAMPLE_GRID: BLUE,
    OWN_GRID: PURPLE,
    LIMIT: CEILING,
    STABILITY: "#8F7A00",
    PER_FIELD: ADVISED,
}
DASHES = {SAMPLE_GRID: [1, 0], OWN_GRID: [8, 3], LIMIT: [6, 4], STABILITY: [1, 0]}
HEIGHT_PX = 440
COVERAGE_TITLE = "Coverage: one pixel, in % of an object's diameter (coarser to the right)"


def score_chart(sweep: Sweep, window: Window, shown: ScaleResult | None) -> Any:
    """Return every score of a sweep over coverage, and the objects per field.

    Parameters
    ----------
    sweep : Sweep
        At least one scale.
    window : Window
        Coverages that the network is made for, shaded.
    shown : ScaleResult, optional
        The scale whose picture stands below, marked.
    """
    from pages._ui.shared.whole_altair import alt

    rows = score_rows(sweep)
    names = list(dict.fromkeys(str(row["series"]) for row in rows))
    names += [PER_FIELD] if any(one.objects_per_fov for one in sweep.scales) else []
    x = coverage_axis(sweep)
    y = alt.Y(
        "value:Q",
        title="Score (0 to 1)",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(titleColor=BLUE),
    )
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=names, range=[COLOURS[name] for name in names]),
        legend=alt.Legend(
            orient="top",
            title=None,
            columns=2,
            labelLimit=0,
            symbolOpacity=1,
            symbolType="stroke",
            symbolStrokeWidth=3,
        ),
    )
    tooltip = [
        alt.Tooltip("scale:N", title="pixel size"),
        alt.Tooltip("series:N", title="what"),
        alt.Tooltip("value:Q", format=".3f"),
        alt.Tooltip("low:Q", title="interval from", format=".3f"),
        alt.Tooltip("high:Q", title="to", format=".3f"),
        alt.Tooltip("coverage:Q", title="coverage (%)", format=".3~g"),
        alt.Tooltip("objects:Q", title="objects found", format=",d"),
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y, color=colour)
    picked = alt.selection_point(name=PICKED, fields=["ratio"], on="click")
    banded = alt.FieldOneOfPredicate("series", [SAMPLE_GRID, STABILITY])
    scores = alt.layer(
        *_marks(sweep, window, shown),
        base.transform_filter(banded)
        .mark_area(opacity=0.18)
        .encode(y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 1])), y2="high:Q"),
        base.mark_line(strokeWidth=2.5).encode(
            strokeDash=alt.StrokeDash(
                "series:N",
                scale=alt.Scale(
                    domain=names, range=[DASHES.get(name, [2, 3]) for name in names]
                ),
                legend=None,
            ),
            tooltip=tooltip,
        ),
        base.mark_point(filled=True, size=70, opacity=1)
        .encode(tooltip=tooltip)
        .add_params(picked),
    )
    layers = [scores]
    if PER_FIELD in names:
        layers.append(_per_field(sweep, x, colour))
    return alt.layer(*layers).resolve_scale(y="independent").properties(height=HEIGHT_PX)


def score_rows(sweep: Sweep) -> list[dict[str, Any]]:
    """Return one row per scale and series."""
    rows: list[dict[str, Any]] = []
    for scale in sweep.scales:
        values: dict[str, Interval | float | None] = {
            LIMIT: scale.iou_ceiling,
            OWN_GRID: scale.iou_own_grid,
            SAMPLE_GRID: scale.iou_sample_grid,
            STABILITY: scale.stability,
        }
        rows += [
            {
                "ratio": scale.ratio,
                "scale": name_of(scale),
                "coverage": scale.coverage_percent,
                "objects": scale.n_objects,
                "series": name,
                **_bounds(value),
            }
            for name, value in values.items()
            if value is not None
        ]
    return rows


def name_of(scale: ScaleResult) -> str:
    """Return "0.16 µm, 2x coarser"."""
    way = coarser_or_finer(scale.ratio)
    size = scale.pixel_size
    return way if size is None else f"{pixel(size.mean_um, scale.ratio)}, {way}"


def _bounds(value: Interval | float) -> dict[str, float]:
    if isinstance(value, float):
        return {"value": value}
    return {"value": value.mean, "low": value.low, "high": value.high}


def coverage_axis(sweep: Sweep, title: str = COVERAGE_TITLE) -> alt.X:
    """Return the axis of coverage with ticks at round numbers."""
    from pages._ui.shared.whole_altair import alt

    coverages = [scale.coverage_percent for scale in sweep.scales]
    low, high = min(coverages) / 1.25, max(coverages) * 1.25
    return alt.X(
        "coverage:Q",
        title=title,
        scale=alt.Scale(type="log", domain=[low, high], nice=False),
        axis=alt.Axis(
            values=[tick for tick in TICKS_PERCENT if low <= tick <= high],
            format="~g",
            grid=False,
            labelOverlap="greedy",
        ),
    )


def _marks(sweep: Sweep, window: Window, shown: ScaleResult | None) -> list[Any]:
    """Return the window, the sample as taken and the scale whose picture is shown."""
    from pages._ui.shared.whole_altair import alt

    band = {"coverage": window.low_percent, "end": window.high_percent}
    x = coverage_axis(sweep)
    words = [
        alt.Tooltip("coverage:Q", title="window of the network from (%)", format=".3~g"),
        alt.Tooltip("end:Q", title="to (%)", format=".3~g"),
    ]
    layers: list[Any] = [
        alt.Chart(alt.InlineData(values=[band]))
        .mark_rect(color=GREEN, opacity=0.16, clip=True)
        .encode(x=x, x2="end:Q", tooltip=words)
    ]
    taken = sweep.scales[0].coverage_percent / sweep.scales[0].ratio
    lines = [(taken, "as taken", GREY, [3, 3])]
    if shown is not None:
        lines.append((shown.coverage_percent, "", BLUE, [1, 0]))
    for coverage, text, line_colour, dash in lines:
        data = alt.InlineData(values=[{"coverage": coverage, "text": text}])
        mark = alt.Chart(data).encode(x=x)
        layers.append(mark.mark_rule(color=line_colour, strokeDash=dash, clip=True))
        layers.append(
            mark.mark_text(align="left", baseline="bottom", dx=4, dy=-4, color=GREY).encode(
                y=alt.value("height"), text="text:N"
            )
        )
    return layers


def _per_field(sweep: Sweep, x: alt.X, colour: alt.Color) -> Any:
    from pages._ui.shared.whole_altair import alt

    rows = [
        {
            "ratio": scale.ratio,
            "scale": name_of(scale),
            "coverage": scale.coverage_percent,
            "series": PER_FIELD,
            "per_field": scale.objects_per_fov,
        }
        for scale in sweep.scales
        if scale.objects_per_fov
    ]
    y = alt.Y(
        "per_field:Q",
        title="Objects per field of view",
        scale=alt.Scale(type="log", nice=False, padding=12),
        axis=alt.Axis(
            orient="right", titleColor=ADVISED, format="~s", grid=False, tickCount=5
        ),
    )
    tooltip = [
        alt.Tooltip("scale:N", title="pixel size"),
        alt.Tooltip("per_field:Q", title="objects per field", format=",.3~r"),
    ]
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(strokeWidth=2, strokeDash=[2, 3], point={"size": 30})
        .encode(x=x, y=y, color=colour, tooltip=tooltip)
    )
