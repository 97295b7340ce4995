"""Where the objects lie in the window, on a log axis of coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages._ui.shared.theme import ADVISED, MEASURED, WINDOW
from rescale4dl_core.wording import pixel

if TYPE_CHECKING:
    import altair as alt

    from rescale4dl_core.advice.objects_in_window import CoverageSpread
    from rescale4dl_core.window import Window


NOW = "Your sample"
THEN = "Recommended"
AXIS_TITLE = "One pixel, in % of an object's diameter (log axis)"
TICKS_PERCENT = (0.1, 0.2, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64)


def spread_columns(
    spreads: tuple[CoverageSpread, ...],
) -> dict[str, list[str | float | None]]:
    """Return the table behind the chart, one row per pixel size."""
    return {
        "name": [_name(spread) for spread in spreads],
        "pixel_size_um": [spread.pixel_um for spread in spreads],
        "ratio": [spread.ratio for spread in spreads],
        "diameter_px": [spread.diameter_px for spread in spreads],
        "coverage_percent": [spread.mean.percent for spread in spreads],
        "coverage_percent_of_largest": [spread.low.percent for spread in spreads],
        "coverage_percent_of_smallest": [spread.high.percent for spread in spreads],
    }


def window_chart(
    spreads: tuple[CoverageSpread, ...], window: Window
) -> alt.LayerChart | alt.FacetChart:
    """Return mean coverage and 5-95 % range at each pixel size, over the window.

    Parameters
    ----------
    spreads : tuple of CoverageSpread
        The sample as taken, and what is recommended.
    window : Window
        Coverages at which a network finds objects well.
    """
    from pages._ui.shared.whole_altair import alt

    rows = [
        {
            "row": _name(spread),
            "label": f"{_name(spread)}: {pixel(spread.pixel_um, spread.ratio)}",
            "diameter": spread.diameter_px,
            "mean": spread.mean.percent,
            "low": spread.low.percent,
            "high": spread.high.percent,
        }
        for spread in spreads
    ]
    x = alt.X(
        "mean:Q",
        title=AXIS_TITLE,
        scale=alt.Scale(type="log", nice=False, padding=30),
        axis=alt.Axis(values=list(TICKS_PERCENT), format="~g"),
    )
    y = alt.Y(
        "label:N",
        title=None,
        sort=[str(row["label"]) for row in rows],
        axis=alt.Axis(labelLimit=320),
    )
    colour = alt.Color(
        "row:N",
        scale=alt.Scale(domain=[NOW, THEN], range=[MEASURED, ADVISED]),
        legend=None,
    )
    tooltip = [
        alt.Tooltip("label:N", title="pixel size"),
        alt.Tooltip("mean:Q", title="% of the mean diameter", format=".3~g"),
        alt.Tooltip("diameter:Q", title="mean diameter (px)", format=".3~g"),
        alt.Tooltip("low:Q", title="% of the largest objects", format=".3~g"),
        alt.Tooltip("high:Q", title="% of the smallest objects", format=".3~g"),
    ]
    base = alt.Chart(alt.InlineData(values=rows))
    edges = {
        "mean": window.low_percent,
        "high": window.high_percent,
        "target": window.target_percent,
    }
    band = alt.Chart(alt.InlineData(values=[edges]))
    in_words = [
        alt.Tooltip("mean:Q", title="window from (%)", format=".3~g"),
        alt.Tooltip("high:Q", title="window to (%)", format=".3~g"),
        alt.Tooltip("target:Q", title="target (%)", format=".3~g"),
    ]
    return alt.layer(
        band.mark_rect(color=WINDOW, opacity=0.25).encode(
            x=x, x2="high:Q", tooltip=in_words
        ),
        band.mark_rule(color=WINDOW, strokeWidth=2, strokeDash=[6, 4]).encode(
            x="target:Q", tooltip=in_words
        ),
        base.mark_bar(height=14, opacity=0.55, cornerRadius=7).encode(
            x=alt.X("low:Q", title=AXIS_TITLE),
            x2="high:Q",
            y=y,
            color=colour,
            tooltip=tooltip,
        ),
        base.mark_point(filled=True, size=180, opacity=1).encode(
            x=x, y=y, color=colour, tooltip=tooltip
        ),
    ).properties(height=70 + 50 * len(rows))


def _name(spread: CoverageSpread) -> str:
    return NOW if spread.ratio == 1 else THEN
