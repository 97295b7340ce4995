"""Every chart of an evaluation: scores, sizes and throughput over coverage."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.charts.box_plots import BoxSeries, Group, box_chart
from rescale4dl_core.charts.curves import (
    Curve,
    Mark,
    Point,
    curve_chart,
    mark_layers,
)
from rescale4dl_core.charts.style import (
    BLUE,
    CEILING,
    DASHED,
    GREEN,
    GREY,
    HEIGHT_PX,
    PURPLE,
    VERMILION,
    Axis,
    colour_by,
    coverage_axis,
    data,
    tips,
    titled,
    unit_axis,
)
from rescale4dl_core.charts.throughput_curves import throughput_chart
from rescale4dl_core.evaluation.folders import ORIGINAL
from rescale4dl_core.evaluation.kind_of_maps import Kind
from rescale4dl_core.evaluation.summary import by_sampling
from rescale4dl_core.evaluation.tables import image_diameter_px

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import altair as alt
    from altair.typing import ChartType

    from rescale4dl_core.evaluation.evaluation import Evaluation
    from rescale4dl_core.evaluation.pair import PairResult
    from rescale4dl_core.evaluation.summary import SamplingSummary
    from rescale4dl_core.evaluation.treatment import TreatmentEffect

MAPPED_BACK = "predictions, mapped back to the original grid"
ROUND_TRIP = "ceiling: round trip of the ground truth"
PER_FIELD = "objects per field, if they filled it (Eq. 3, right axis)"
TRUTH, PREDICTION = "ground truth", "prediction"
SIDES = {"gt": TRUTH, "prediction": PREDICTION}
UNTREATED, TREATED = "untreated", "treated"
SIZE_TITLE = "Mean diameter (px of the original)"
STEP_PX = 14
PANEL_WIDTH_PX = 300


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """A chart, called as its files are."""

    name: str
    chart: ChartType
    """With all its data inside, and its title."""

    below: tuple[str, ...] = ()
    """Sentences that a file has below its title; on a page they stand in the text."""

    @property
    def on_paper(self) -> ChartType:
        """The chart with the sentences below its title."""
        return titled(self.chart, self.chart.title.text, self.below)


def plots_of(
    evaluation: Evaluation, effects: Sequence[TreatmentEffect] = ()
) -> tuple[Plot, ...]:
    """Return the charts of an evaluation; none where no object lies inside an image."""
    if not any(sampling.coverage_percent for sampling in evaluation.samplings):
        return ()
    plots = [
        Plot("iou_against_coverage", _iou_chart(evaluation)),
        Plot("sizes", _sizes_chart(evaluation)),
        Plot("throughput", _throughput_chart(evaluation)),
    ]
    if any(sampling.iou_original_grid is not None for sampling in evaluation.samplings):
        plots.append(Plot("iou_on_original_grid", _original_grid_chart(evaluation)))
    if effects:
        told = _told(evaluation, effects)
        plots.append(Plot("treated_untreated", _treatment_chart(evaluation, effects), told))
    names = dict.fromkeys(name for one in evaluation.samplings for name in one.custom)
    plots += [Plot(name, _custom_chart(evaluation, name)) for name in names]
    return tuple(plots)


def _iou_chart(evaluation: Evaluation) -> ChartType:
    """Return the IoU of every image against coverage, with the throughput."""
    mask = _boxes(evaluation, "foreground", BLUE, lambda result: result.foreground.iou)
    match evaluation.kind.kind:
        case Kind.INSTANCE:
            series = [_boxes(evaluation, "objects", BLUE, lambda result: result.iou)]
        case Kind.SEMANTIC:
            of_classes = _boxes(
                *(evaluation, "mean of the classes", GREEN),
                lambda result: result.iou_semantic,
            )
            series = [mask, of_classes]
        case Kind.BINARY:
            series = [mask]
    title = "IoU on the grid of each sampling"
    return _box_chart(evaluation, series, title, unit_axis("IoU"))


def _custom_chart(evaluation: Evaluation, name: str) -> ChartType:
    """Return a score of the user against coverage, as the built-in ones."""
    series = _boxes(evaluation, name, BLUE, lambda result: result.custom.get(name, np.nan))
    return _box_chart(evaluation, [series], name, Axis(name, from_zero=False))


def _box_chart(
    evaluation: Evaluation,
    series: Sequence[BoxSeries],
    title: str,
    y: Axis,
) -> ChartType:
    per_field = Curve(
        PER_FIELD,
        _points(evaluation, lambda one: one.objects_per_fov_ceiling or None),
        VERMILION,
    )
    chart = box_chart(
        *(series, _x(evaluation), y),
        marks=_original(evaluation),
        per_field=per_field,
    )
    return titled(chart, title)


def _boxes(
    evaluation: Evaluation,
    name: str,
    colour: str,
    score: Callable[[PairResult], float],
) -> BoxSeries:
    coverage = _coverages(evaluation)
    groups = [
        Group(
            coverage[sampling],
            sampling,
            tuple(result.pair.file for result in results),
            tuple(score(result) for result in results),
        )
        for sampling, results in by_sampling(evaluation.results).items()
        if sampling in coverage
    ]
    return BoxSeries(name, colour, tuple(groups))


def _original_grid_chart(evaluation: Evaluation) -> ChartType:
    """Return the IoU on the original grid and its ceiling, against coverage."""
    curves = [
        Curve(MAPPED_BACK, _points(evaluation, lambda one: one.iou_original_grid)),
        Curve(
            *(ROUND_TRIP, _points(evaluation, lambda one: one.iou_ceiling)),
            *(CEILING, DASHED),
        ),
    ]
    chart = curve_chart(
        [curve for curve in curves if curve.points],
        _x(evaluation),
        unit_axis("IoU"),
        marks=_original(evaluation),
    )
    return titled(chart, "IoU on the grid of the original")


def _throughput_chart(evaluation: Evaluation) -> ChartType:
    """Return the objects per field of view: as measured, and the ceiling of Eq. 3."""
    chart = throughput_chart(
        _points(evaluation, lambda one: one.objects_per_fov_ceiling or None),
        # A count of 0 has no place on a logarithmic axis.
        _points(evaluation, lambda one: one.objects_per_fov or None),
        _x(evaluation),
        "Objects per field of view",
        marks=_original(evaluation),
    )
    return titled(chart, "Throughput: objects in the field of the original camera")


def _sizes_chart(evaluation: Evaluation) -> ChartType:
    """Return the mean diameter of each image and of all, true and predicted.

    Diameters are divided by the factor of their sampling, so that without an error they
    would all be the same; the axis starts at 0.
    """
    coverage = _coverages(evaluation)
    rows = []
    for sampling, results in by_sampling(evaluation.results).items():
        for result in results:
            for name, shapes in ((TRUTH, result.truth), (PREDICTION, result.prediction)):
                diameter_px = image_diameter_px(shapes, evaluation.estimator)
                if diameter_px is not None and sampling in coverage:
                    rows.append(
                        {
                            "name": sampling,
                            "x": coverage[sampling],
                            "file": result.pair.file,
                            "series": name,
                            "value": diameter_px * float(result.pair.factor.ratio),
                        }
                    )
    chart = _points_and_means(
        *(evaluation, rows, _size_axis(rows), {TRUTH: GREY, PREDICTION: VERMILION}),
        {"file": ("file", "")},
    )
    return titled(chart, "Sizes of true and predicted objects")


def _treatment_chart(
    evaluation: Evaluation, effects: Sequence[TreatmentEffect]
) -> ChartType:
    """Return the mean diameter of treated and untreated images, true and predicted."""
    from rescale4dl_core.charts.whole_altair import alt

    coverage = _coverages(evaluation)
    ratio = {one.name: one.ratio for one in evaluation.samplings}
    rows = [
        {
            "side": effect.side,
            "name": effect.sampling,
            "x": coverage[effect.sampling],
            "series": name,
            "value": value * ratio[effect.sampling],
            "difference_percent": effect.difference_percent,
            "p_value": effect.p_value,
        }
        for effect in effects
        if effect.sampling in coverage
        for name, values in ((UNTREATED, effect.untreated_px), (TREATED, effect.treated_px))
        for value in values
    ]
    panels = [
        _points_and_means(
            evaluation,
            [row for row in rows if row["side"] == side],
            _size_axis(rows),
            {UNTREATED: BLUE, TREATED: PURPLE},
            {"difference_percent": ("difference (%)", "+.1f"), "p_value": ("p", ".2~g")},
        ).properties(title=side_name, width=PANEL_WIDTH_PX)
        for side, side_name in SIDES.items()
    ]
    return titled(alt.hconcat(*panels), "Sizes of treated and untreated images")


def _told(evaluation: Evaluation, effects: Sequence[TreatmentEffect]) -> tuple[str, ...]:
    """Return the effects at the sampling nearest to the original, in sentences."""
    ratio = {one.name: one.ratio for one in evaluation.samplings}
    # On a log axis, where half and twice as large are equally far.
    nearest = min(ratio.values(), key=lambda one: abs(math.log(one)))
    return tuple(
        f"{effect.sampling}, {SIDES[effect.side]}: {effect.sentence}"
        for effect in effects
        if ratio[effect.sampling] == nearest
    )


def _points_and_means(
    evaluation: Evaluation,
    rows: Sequence[dict[str, Any]],
    y: Axis,
    colours: Mapping[str, str],
    told: Mapping[str, tuple[str, str]],
) -> alt.LayerChart | alt.FacetChart:
    """Return one point per image, and a tick at the mean of each sampling."""
    from rescale4dl_core.charts.whole_altair import alt

    x = _x(evaluation)
    colour = colour_by("series", colours)
    of_all = {"name": ("sampling", ""), "value": (SIZE_TITLE, ".3~g")}
    layers: list[alt.Chart] = []
    for name, offset in zip(colours, (-STEP_PX / 2, STEP_PX / 2), strict=True):
        own = [row for row in rows if row["series"] == name]
        shared = {
            "x": x.x(),
            "xOffset": alt.value(offset),
            "color": colour,
            "y": y.y(),
        }
        layers += [
            alt.Chart(data(own))
            .mark_circle(size=28, opacity=0.6)
            .encode(**shared, tooltip=tips({**of_all, **told})),
            alt.Chart(data(_means(own)))
            .mark_tick(orient="horizontal", size=STEP_PX, thickness=3, opacity=1)
            .encode(**shared, tooltip=tips({**of_all, "images": ("images", ",d")})),
        ]
    return alt.layer(*layers, *mark_layers(_original(evaluation), x)).properties(
        height=HEIGHT_PX
    )


def _size_axis(rows: Sequence[dict[str, Any]]) -> Axis:
    """Return the axis of sizes from 0, so that differences show as large as they are."""
    return Axis(SIZE_TITLE, (0.0, 1.1 * max((row["value"] for row in rows), default=1.0)))


def _means(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["name"], []).append(row)
    return [
        {
            **group[0],
            "value": float(np.mean([row["value"] for row in group])),
            "images": len(group),
        }
        for group in groups.values()
    ]


def _coverages(evaluation: Evaluation) -> dict[str, float]:
    """Return the coverage of each sampling that has one, in percent."""
    return {
        one.name: one.coverage_percent
        for one in evaluation.samplings
        if one.coverage_percent is not None
    }


def _x(evaluation: Evaluation) -> Axis:
    return coverage_axis(_coverages(evaluation).values())


def _original(evaluation: Evaluation) -> tuple[Mark, ...]:
    coverage = _coverages(evaluation).get(ORIGINAL)
    return () if coverage is None else (Mark(coverage, "original"),)


def _points(
    evaluation: Evaluation, value_of: Callable[[SamplingSummary], float | None]
) -> tuple[Point, ...]:
    return tuple(
        Point(one.coverage_percent, value, one.name)
        for one in evaluation.samplings
        if one.coverage_percent is not None and (value := value_of(one)) is not None
    )
