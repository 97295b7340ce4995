"""Where the objects lie in the window, over coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.charts.curves import window_band
from rescale4dl_core.charts.style import (
    ADVISED,
    DASHED,
    MEASURED,
    WINDOW,
    coverage_axis,
    data,
    tips,
)
from rescale4dl_core.wording import pixel

if TYPE_CHECKING:
    from altair.typing import ChartType

    from rescale4dl_core.advice.objects_in_window import CoverageSpread
    from rescale4dl_core.window import Window

NOW, THEN = "Your sample", "Recommended"
AXIS_PX, ROW_PX = 70, 50


def spread_columns(
    spreads: tuple[CoverageSpread, ...],
) -> dict[str, list[str | float | None]]:
    """Return the table behind the chart, one row per pixel size."""
    return {
        "name": [_name(spread, NOW) for spread in spreads],
        "pixel_size_um": [spread.pixel_um for spread in spreads],
        "ratio": [spread.ratio for spread in spreads],
        "diameter_px": [spread.diameter_px for spread in spreads],
        "coverage_percent": [spread.mean.percent for spread in spreads],
        "coverage_percent_of_largest": [spread.low.percent for spread in spreads],
        "coverage_percent_of_smallest": [spread.high.percent for spread in spreads],
    }


def window_chart(
    spreads: tuple[CoverageSpread, ...], window: Window, *, sample_name: str = NOW
) -> ChartType:
    """Return mean coverage and 5-95 % range at each pixel size, over the window.

    Parameters
    ----------
    spreads : tuple of CoverageSpread
        The sample as taken, and what is recommended.
    window : Window
        Coverages at which a network finds objects well.
    sample_name : str
        What the reader calls the sample.
    """
    from rescale4dl_core.charts.whole_altair import alt

    rows = [
        {
            "label": _label(spread, sample_name),
            "colour": MEASURED if spread.ratio == 1 else ADVISED,
            "diameter": spread.diameter_px,
            "mean": spread.mean.percent,
            "low": spread.low.percent,
            "high": spread.high.percent,
        }
        for spread in spreads
    ]
    ends = [spread.low.percent for spread in spreads]
    ends += [spread.high.percent for spread in spreads]
    ends += [window.low_percent, window.high_percent]
    y = alt.Y(
        "label:N",
        title=None,
        sort=[str(row["label"]) for row in rows],
        axis=alt.Axis(labelLimit=320),
    )
    shown = tips(
        {
            "label": ("pixel size", ""),
            "mean": ("% of the mean diameter", ".3~g"),
            "diameter": ("mean diameter (px)", ".3~g"),
            "low": ("% of the largest objects", ".3~g"),
            "high": ("% of the smallest objects", ".3~g"),
        }
    )
    base = alt.Chart(data(rows)).encode(
        y=y, color=alt.Color("colour:N", scale=None), tooltip=shown
    )
    target = alt.Chart(data([{"x": window.target_percent}]))
    x = coverage_axis(ends)
    return alt.layer(
        window_band(window, x),
        target.mark_rule(color=WINDOW, strokeWidth=2, strokeDash=list(DASHED)).encode(
            x=x.x(), tooltip=tips({"x": ("target (%)", ".3~g")})
        ),
        base.mark_bar(height=14, opacity=0.55, cornerRadius=7).encode(
            x=x.x("low"), x2="high:Q"
        ),
        base.mark_point(filled=True, size=180, opacity=1).encode(x=x.x("mean")),
    ).properties(height=AXIS_PX + ROW_PX * len(rows))


def _label(spread: CoverageSpread, sample_name: str) -> str:
    return f"{_name(spread, sample_name)}: {pixel(spread.pixel_um, spread.ratio)}"


def _name(spread: CoverageSpread, sample_name: str) -> str:
    return sample_name if spread.ratio == 1 else THEN
