"""The report of a training: curves, scores, outlines drawn on held-out images."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.evaluate.plots.picture_files import chart_bytes
from rescale4dl_core.evaluate.plots.style import BLUE, GREEN, VERMILION, data
from rescale4dl_core.images import UNKNOWN, Image, KnownPixelSize
from rescale4dl_core.labels import Labels
from rescale4dl_core.pictures.overlay import with_contours
from rescale4dl_core.pictures.png import png_bytes
from rescale4dl_core.pictures.view import view_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.training.checkpoint import State
    from rescale4dl_core.training.pairs import Prepared

POINTS = 200
"""Means of the loss that are drawn."""

WIDTH, HEIGHT = 460, 240


def report_html(
    card: NetworkCard,
    state: State,
    drawn: Sequence[tuple[Prepared, NDArray[np.int32]]],
) -> str:
    """Return a page that needs nothing else.

    Parameters
    ----------
    card : NetworkCard
        Of the network.
    state : State
        Losses and validations.
    drawn : sequence of (Prepared, ndarray)
        Held-out images, with the labels that the network gave them.
    """
    rows = "".join(
        f"<tr><td>{escape(one.data_set)}, {escape(one.split)}</td><td>{one.ap50:.3f}</td>"
        f"<td>{one.mean_iou:.3f}</td><td>{one.foreground_iou:.3f}</td></tr>"
        for one in card.scores
    )
    overlays = "".join(
        f"<figure>{_overlay(image, labels)}{_overlay(image, image.labels)}<figcaption>"
        f"{escape(image.name)}: left the network's outlines, right the ground truth"
        "</figcaption></figure>"
        for image, labels in drawn
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(card.name)}"
        "</title><style>body{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto;"
        "padding:0 1rem}img{max-width:48%;margin-right:1%}td,th{padding:.2rem .8rem;"
        "text-align:left}</style>"
        f"<h1>{escape(card.name)}</h1><p>{escape(card.task)}. Best checkpoint after "
        f"{state.best_step} of {state.step} steps.</p>"
        f"<h2>Curves</h2>{_svg(loss_chart(state))}{_svg(score_chart(state))}"
        "<h2>Scores</h2><table><tr><th>images<th>AP at IoU 0.5<th>mean IoU of matches"
        f"<th>foreground IoU</tr>{rows}</table><h2>Held-out images</h2>{overlays}</html>"
    )


def loss_chart(state: State) -> Any:
    """Return the chart of the loss: means over equal stretches of steps."""
    import altair as alt

    stretches = np.array_split(np.array(state.losses), min(POINTS, len(state.losses)))
    ends = np.cumsum([len(one) for one in stretches])
    rows = [
        {"step": int(end), "loss": float(one.mean())}
        for end, one in zip(ends, stretches, strict=True)
    ]
    return (
        alt.Chart(data(rows), width=WIDTH, height=HEIGHT)
        .mark_line(color=BLUE)
        .encode(
            alt.X("step:Q", title="Step"),
            alt.Y("loss:Q", title="Loss on the training images", scale=_from_the_data()),
        )
    )


def score_chart(state: State) -> Any:
    """Return the chart of the scores on the held-out images."""
    import altair as alt

    names = ("AP at IoU 0.5", "mean IoU of matches", "foreground IoU")
    rows = [
        {"step": row[0], "score": row[1 + i], "kind": name}
        for row in state.validations
        for i, name in enumerate(names)
    ]
    return (
        alt.Chart(data(rows), width=WIDTH, height=HEIGHT)
        .mark_line(point=True)
        .encode(
            alt.X("step:Q", title="Step"),
            alt.Y("score:Q", title="Score on held-out images", scale=_from_the_data()),
            alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=list(names), range=[BLUE, VERMILION, GREEN]),
            ),
        )
    )


def _from_the_data() -> Any:
    import altair as alt

    return alt.Scale(zero=False)


def _svg(chart: Any) -> str:
    return chart_bytes(chart, "svg").decode()


def _overlay(image: Prepared, labels: NDArray[np.int32]) -> str:
    levels = np.clip(np.moveaxis(image.pixels, 0, -1) * 255, 0, 255).astype(np.uint8)
    shown = levels if levels.shape[-1] == 3 else levels[..., 0]
    view = view_of(Image.parse(shown, name=image.name, known=KnownPixelSize(None, UNKNOWN)))
    drawn = with_contours(view, Labels.parse(labels, source=image.name))
    return f'<img alt="" src="data:image/png;base64,{_base64(png_bytes(drawn))}">'


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
