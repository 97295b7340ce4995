"""How a training went: its loss, and the scores on images that were held out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.charts.style import (
    BLUE,
    GREEN,
    HEIGHT_PX,
    VERMILION,
    colour_by,
    data,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from altair.typing import ChartType

MOST_POINTS = 200


def loss_chart(losses: Sequence[float]) -> ChartType:
    """Return the loss of every step, as means over equal stretches of steps."""
    from rescale4dl_core.charts.whole_altair import alt

    stretches = np.array_split(np.array(losses), min(MOST_POINTS, len(losses)))
    ends = np.cumsum([len(one) for one in stretches])
    rows = [
        {"step": int(end), "loss": float(one.mean())}
        for end, one in zip(ends, stretches, strict=True)
    ]
    chart: alt.Chart = (
        alt.Chart(data(rows), height=HEIGHT_PX)
        .mark_line(color=BLUE)
        .encode(
            alt.X("step:Q", title="Step"),
            alt.Y(
                "loss:Q",
                title="Loss on the training images",
                scale=alt.Scale(zero=False),
            ),
        )
    )
    return chart


def validation_chart(scores: Mapping[str, Sequence[tuple[int, float]]]) -> ChartType:
    """Return scores on the held-out images over the steps.

    Parameters
    ----------
    scores : mapping of str to sequence of (int, float)
        By name, up to three: the steps at which the network was tried, with the score.
    """
    from rescale4dl_core.charts.whole_altair import alt

    rows = [
        {"step": step, "score": score, "kind": name}
        for name, points in scores.items()
        for step, score in points
    ]
    colours = dict(zip(scores, (BLUE, VERMILION, GREEN), strict=False))
    chart: alt.Chart = (
        alt.Chart(data(rows), height=HEIGHT_PX)
        .mark_line(point=True)
        .encode(
            alt.X("step:Q", title="Step"),
            alt.Y(
                "score:Q",
                title="Score on held-out images",
                scale=alt.Scale(zero=False),
            ),
            colour_by("kind", colours),
        )
    )
    return chart
