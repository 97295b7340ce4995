"""How many objects were found at each scale, and how large: a sweep without a mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pages._ui.sweep_chart import coverage_axis, name_of
from pages._ui.theme import BLUE, GREY

if TYPE_CHECKING:
    from rescale4dl_core.study.results import Sweep

HEIGHT_PX = 260


def count_chart(sweep: Sweep) -> Any:
    """Return the objects found over coverage."""
    rows = [
        {
            "scale": name_of(scale),
            "coverage": scale.coverage_percent,
            "value": scale.n_objects + scale.n_border,
        }
        for scale in sweep.scales
    ]
    return _curve(sweep, rows, "Objects found", None)


def size_chart(sweep: Sweep) -> Any:
    """Return the diameter found over coverage, in px of the sample."""
    rows = [
        {
            "scale": name_of(scale),
            "coverage": scale.coverage_percent,
            "value": scale.diameter_px * scale.ratio,
        }
        for scale in sweep.scales
        if scale.diameter_px is not None
    ]
    title = "Diameter found (px)"
    return _curve(sweep, rows, title, sweep.reference_diameter_px)


def _curve(
    sweep: Sweep, rows: list[dict[str, Any]], title: str, expected: float | None
) -> Any:
    from pages._ui.whole_altair import alt

    x = coverage_axis(sweep, "Coverage (%)")
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=True))
    tooltip = [
        alt.Tooltip("scale:N", title="pixel size"),
        alt.Tooltip("value:Q", title=title, format=",.3~r"),
    ]
    layers = [
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(point={"size": 50}, color=BLUE, strokeWidth=2)
        .encode(x=x, y=y, tooltip=tooltip)
    ]
    if expected is not None:
        data = alt.InlineData(values=[{"value": expected, "text": "as measured"}])
        rule = alt.Chart(data).encode(y=y)
        layers.append(rule.mark_rule(color=GREY, strokeDash=[6, 4]))
        layers.append(
            rule.mark_text(align="left", baseline="bottom", dx=4, dy=-3, color=GREY).encode(
                x=alt.value(0), text="text:N"
            )
        )
    return alt.layer(*layers).properties(height=HEIGHT_PX)
