"""What all charts have in common: colours, axes, legends, and what a pointer shows.

The colours are told apart by all eyes and readable on light and dark: blue, vermilion,
green and purple of Okabe and Ito, blue and purple moved to a middle tone so that each keeps
a contrast of 3:1 or more against both backgrounds of the app. Charts set no background and
no font: the page gives those of its theme, `picture_files` those of paper.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import altair as alt
    from altair.typing import ChartType

BLUE = "#1A7FBF"
VERMILION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#B8609A"
GREY = "#808080"
OLIVE = "#8F7A00"
MEASURED = BLUE
"""What was measured on the sample as it was taken."""

ADVISED = VERMILION
"""What the program recommends, or the user tries."""

WINDOW = GREEN
"""Where a network works well."""

CEILING = GREY
"""A limit that nothing exceeds."""

SOLID, DASHED = (1, 0), (6, 4)
HEIGHT_PX = 300
COVERAGE_TITLE = "Coverage: one pixel, in % of an object's diameter (log axis)"
TICKS_PERCENT = (
    *(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64),
    *(100, 200, 500, 1000),
)
"""Doublings around the published window of 4 to 16 %, with a tick between where it is wide
enough."""

ROOM = 1.25
"""What lies outermost keeps this factor of distance from the ends of the axis."""

FEWEST_TICKS = 3
DIGITS = (
    (1.0,),
    (1.0, 2.0, 5.0),
    (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0),
)
"""First digits of ticks, coarse to fine. The last lie closer to each other than the ends of
an axis of one value, so that no axis is without a number."""

IN_WORDS = (
    "datum.value >= 1e9 ? format(datum.value / 1e9, '~g') + ' billion'"
    " : datum.value >= 1e6 ? format(datum.value / 1e6, '~g') + ' million'"
    " : format(datum.value, ',~g')"
)
"""Vega's expression for a count on an axis."""


def data(rows: Iterable[Mapping[str, Any]]) -> alt.InlineData:
    """Return rows as data that travels inside the chart."""
    from rescale4dl_core.charts.whole_altair import alt

    return alt.InlineData(values=[dict(row) for row in rows])


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of numbers, on which any column of the data may lie."""

    title: str
    domain: tuple[float, float] | None = None
    """Its ends; None takes them from the data."""

    from_zero: bool = True
    """Whether 0 is on it where the data give the ends."""

    log_ticks: tuple[float, ...] = ()
    """Where numbers stand on a logarithmic axis; a linear one leaves them to Vega."""

    in_words: bool = False
    """Whether numbers are counts, written as "1.2 million"."""

    short: str = ""
    """What it is called where the pointer rests; its title where empty."""

    def x(self, field: str = "x", **axis: Any) -> alt.X:
        """Return it as horizontal axis of a column, with more of `alt.Axis`."""
        from rescale4dl_core.charts.whole_altair import alt

        return alt.X(f"{field}:Q", **self._parts(axis))

    def y(self, field: str = "value", **axis: Any) -> alt.Y:
        """Return it as vertical axis of a column, with more of `alt.Axis`."""
        from rescale4dl_core.charts.whole_altair import alt

        return alt.Y(f"{field}:Q", **self._parts(axis))

    def _parts(self, axis: dict[str, Any]) -> dict[str, Any]:
        from rescale4dl_core.charts.whole_altair import alt

        if self.domain is None:
            scale = alt.Scale(zero=self.from_zero)
        elif self.log_ticks:
            # Not nice: Vega would widen the axis to powers of ten.
            scale = alt.Scale(type="log", domain=list(self.domain), nice=False)
            axis |= {"values": list(self.log_ticks), "format": "~g"}
        else:
            scale = alt.Scale(domain=list(self.domain), nice=False)
        if self.in_words:
            axis["labelExpr"] = IN_WORDS
        return {
            "title": self.title,
            "scale": scale,
            "axis": alt.Axis(labelOverlap="greedy", **axis),
        }


def coverage_axis(coverages_percent: Iterable[float]) -> Axis:
    """Return the axis of coverage, with room at its ends.

    Parameters
    ----------
    coverages_percent : iterable of float
        All that is to be seen, at least one.
    """
    ends = _with_room(coverages_percent)
    return Axis(
        COVERAGE_TITLE, ends, log_ticks=_ticks(ends, TICKS_PERCENT), short="coverage (%)"
    )


def log_axis(title: str, values: Iterable[float], *, in_words: bool = False) -> Axis:
    """Return a logarithmic axis, with room at its ends.

    Its ticks stand at powers of ten; where these are too few, at 1, 2 and 5 times them, or
    closer.

    Parameters
    ----------
    title : str
        Of the axis.
    values : iterable of float
        All that is to be seen, above 0.
    in_words : bool
        Whether they are counts.
    """
    ends = _with_room(values)
    return Axis(title, ends, log_ticks=_ticks(ends), in_words=in_words)


def _with_room(values: Iterable[float]) -> tuple[float, float]:
    """Return the ends of a logarithmic axis; one without values is drawn around 1."""
    seen = list(values) or [1.0]
    return min(seen) / ROOM, max(seen) * ROOM


def _ticks(ends: tuple[float, float], first: Sequence[float] = ()) -> tuple[float, ...]:
    """Return the coarsest ticks of which enough lie between the ends, `first` at best."""
    low, high = ends
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    finer = ([digit * 10.0**power for power in powers for digit in one] for one in DIGITS)
    for every in (first, *finer):
        ticks = tuple(float(tick) for tick in every if low <= tick <= high)
        if len(ticks) >= FEWEST_TICKS:
            break
    return ticks


def unit_axis(title: str) -> Axis:
    """Return the axis of a score, which runs from 0 to 1."""
    return Axis(title, (0.0, 1.0))


def top_legend(*, columns: int = 0, **look: Any) -> alt.Legend:
    """Return a legend above the chart, in one row unless `columns` are given."""
    from rescale4dl_core.charts.whole_altair import alt

    return alt.Legend(
        orient="top",
        title=None,
        labelLimit=0,
        symbolOpacity=1,
        columns=columns or alt.Undefined,
        **look,
    )


def colour_by(
    field: str, colours: Mapping[str, str], legend: alt.Legend | None = None
) -> alt.Color:
    """Return the colour of each name in a column, with a legend above the chart.

    Parameters
    ----------
    field : str
        Column of the data that holds the names.
    colours : mapping of str to str
        By name, in the order of the legend.
    legend : altair legend, optional
        None stands for `top_legend()`.
    """
    from rescale4dl_core.charts.whole_altair import alt

    return alt.Color(
        f"{field}:N",
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=top_legend() if legend is None else legend,
    )


def tips(fields: Mapping[str, tuple[str, str]]) -> list[alt.Tooltip]:
    """Return what is shown where the pointer rests.

    Parameters
    ----------
    fields : mapping of str to (str, str)
        By column: what to call it, and the format of its numbers; "" is text.
    """
    from rescale4dl_core.charts.whole_altair import alt

    return [
        alt.Tooltip(f"{field}:Q", title=title, format=form)
        if form
        else alt.Tooltip(f"{field}:N", title=title)
        for field, (title, form) in fields.items()
    ]


def titled(chart: ChartType, title: str, below: Sequence[str] = ()) -> ChartType:
    """Return the chart with a title, and lines below it."""
    from rescale4dl_core.charts.whole_altair import alt

    return chart.properties(title=alt.TitleParams(title, subtitle=list(below)))
