"""Sizes of the objects: truth beside prediction, treated beside untreated."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.evaluate.plots.style import (
    BLUE,
    GREY,
    HEIGHT,
    PURPLE,
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
from rescale4dl_core.evaluate.tables import image_diameter_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.evaluate.evaluation import Evaluation
    from rescale4dl_core.evaluate.treatment import TreatmentEffect

TRUTH, PREDICTION = "ground truth", "prediction"
SIDES = {"gt": TRUTH, "prediction": PREDICTION}
UNTREATED, TREATED = "untreated", "treated"
DODGE = 14
SIZE_TITLE = "Mean diameter (px of the original)"


def sizes_chart(evaluation: Evaluation) -> Any:
    """Return the mean diameter of each image and of all, true and predicted.

    Diameters are divided by the factor of their sampling, so that without an error they
    would all be the same; the axis starts at 0.
    """
    coverage = {one.name: one.coverage_percent for one in evaluation.samplings}
    rows = []
    for sampling, results in by_sampling(evaluation.results).items():
        for result in results:
            for name, shapes in ((TRUTH, result.truth), (PREDICTION, result.prediction)):
                diameter_px = image_diameter_px(shapes, evaluation.estimator)
                if diameter_px is not None and coverage[sampling] is not None:
                    rows.append(
                        {
                            "sampling": sampling,
                            "coverage_percent": coverage[sampling],
                            "file": result.pair.file,
                            "series": name,
                            "value": diameter_px * float(result.pair.factor.ratio),
                        }
                    )
    chart = _points_and_means(evaluation, rows, (TRUTH, PREDICTION), (GREY, VERMILION))
    return styled(chart, "Sizes of true and predicted objects")


def treatment_chart(evaluation: Evaluation, effects: Sequence[TreatmentEffect]) -> Any:
    """Return the mean diameter of treated and untreated images, true and predicted."""
    import altair as alt

    coverage = {one.name: one.coverage_percent for one in evaluation.samplings}
    ratio = {one.name: one.ratio for one in evaluation.samplings}
    panels = []
    for side, side_name in SIDES.items():
        rows = [
            {
                "sampling": effect.sampling,
                "coverage_percent": coverage[effect.sampling],
                "series": name,
                "value": value * ratio[effect.sampling],
                "difference_percent": effect.difference_percent,
                "p_value": effect.p_value,
            }
            for effect in effects
            if effect.side == side and coverage[effect.sampling] is not None
            for name, values in (
                (UNTREATED, effect.untreated_px),
                (TREATED, effect.treated_px),
            )
            for value in values
        ]
        panel = _points_and_means(
            evaluation, rows, (UNTREATED, TREATED), (BLUE, PURPLE), width=WIDTH * 2 // 3
        )
        panels.append(panel.properties(title=side_name))
    nearest = min(ratio.values(), key=lambda one: abs(math.log(one)))
    told = [
        f"{effect.sampling}, {SIDES[effect.side]}: {effect.sentence}"
        for effect in effects
        if ratio[effect.sampling] == nearest
    ]
    return styled(alt.hconcat(*panels), "Sizes of treated and untreated images", told)


def _points_and_means(
    evaluation: Evaluation,
    rows: list[dict[str, Any]],
    names: tuple[str, str],
    palette: tuple[str, str],
    width: int = WIDTH,
) -> Any:
    import altair as alt

    x = coverage_axis(evaluation.samplings)
    largest = max((row["value"] for row in rows), default=1.0)
    y = alt.Y("value:Q", title=SIZE_TITLE, scale=alt.Scale(domain=[0, 1.1 * largest]))
    colour = alt.Color("series:N", scale=colours(names, palette))
    layers: list[Any] = []
    for name, offset in zip(names, (-DODGE / 2, DODGE / 2), strict=True):
        own = [row for row in rows if row["series"] == name]
        shared = {"x": x, "xOffset": alt.value(offset), "color": colour}
        shown = tuple(key for key in (own or [{}])[0] if key != "series")
        layers += [
            alt.Chart(data(own))
            .mark_circle(size=28, opacity=0.6)
            .encode(**shared, y=y, tooltip=tooltips(shown)),
            alt.Chart(data(_means(own)))
            .mark_tick(orient="horizontal", size=DODGE, thickness=3, opacity=1)
            .encode(**shared, y=y, tooltip=tooltips(("sampling", "value", "images"))),
        ]
    layers += original_line(evaluation, x)
    return alt.layer(*layers).properties(width=width, height=HEIGHT)


def _means(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["sampling"], []).append(row)
    return [
        {
            **group[0],
            "value": float(np.mean([row["value"] for row in group])),
            "images": len(group),
        }
        for group in groups.values()
    ]
