"""What a network found at each pixel size, over coverage, as in Fig. 3 and 4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.charts.curves import Curve, Mark, Point, curve_chart
from rescale4dl_core.charts.style import (
    BLUE,
    CEILING,
    DASHED,
    OLIVE,
    PURPLE,
    SOLID,
    VERMILION,
    Axis,
    coverage_axis,
    unit_axis,
)
from rescale4dl_core.wording import coarser_or_finer, pixel

if TYPE_CHECKING:
    from collections.abc import Callable

    from altair.typing import ChartType

    from rescale4dl_core.study.results import Interval, ScaleResult, Sweep
    from rescale4dl_core.window import Window

SAMPLE_GRID = "IoU on the sample's pixels"
OWN_GRID = "IoU on the scale's own pixels (as published)"
LIMIT = "limit: the mask itself, made coarser and back"
STABILITY = "stability"
PER_FIELD = "objects per field (right axis)"


def score_chart(
    sweep: Sweep,
    window: Window | None = None,
    shown: ScaleResult | None = None,
    *,
    pickable: bool = False,
) -> ChartType:
    """Return every score of a sweep over coverage, and the objects per field.

    Parameters
    ----------
    sweep : Sweep
        At least one scale, and one of them with a score.
    window : Window, optional
        Coverages that the network is made for, shaded.
    shown : ScaleResult, optional
        The scale whose picture stands below, marked.
    pickable : bool
        Whether a click on a point picks its scale.
    """
    taken = sweep.scales[0].coverage_percent / sweep.scales[0].ratio
    marks = [Mark(taken, "as taken", dash=(3, 3))]
    if shown is not None:
        marks.append(Mark(shown.coverage_percent, "", BLUE, SOLID))
    per_field = _curve(
        *(sweep, PER_FIELD, lambda scale: scale.objects_per_fov or None, VERMILION, (2, 3)),
    )
    return curve_chart(
        score_curves(sweep),
        _coverage_axis(sweep),
        unit_axis("Score (0 to 1)"),
        window=window,
        marks=marks,
        per_field=per_field if per_field.points else None,
        pickable=pickable,
        legend_columns=2,
    )


def score_curves(sweep: Sweep) -> list[Curve]:
    """Return the curves of all scores that the sweep has."""
    curves = [
        _curve(sweep, LIMIT, lambda scale: scale.iou_ceiling, CEILING, DASHED),
        _curve(
            *(sweep, OWN_GRID, lambda scale: scale.iou_own_grid, PURPLE, (8, 3)),
            banded=False,
        ),
        _curve(sweep, SAMPLE_GRID, lambda scale: scale.iou_sample_grid, BLUE),
        _curve(sweep, STABILITY, lambda scale: scale.stability, OLIVE),
    ]
    return [curve for curve in curves if curve.points]


def count_chart(sweep: Sweep) -> ChartType:
    """Return the objects found over coverage, those cut by a border included."""
    curve = _curve(
        *(sweep, "objects", lambda scale: float(scale.n_objects + scale.n_border), BLUE)
    )
    y = Axis("Objects found")
    return curve_chart([curve], _coverage_axis(sweep), y)


def diameter_chart(sweep: Sweep) -> ChartType:
    """Return the diameter found over coverage, in px of the sample."""

    def diameter_px(scale: ScaleResult) -> float | None:
        # In pixels of the sample, where all scales can be compared.
        return None if scale.diameter_px is None else scale.diameter_px * scale.ratio

    y = Axis("Diameter found (px)")
    return curve_chart(
        [_curve(sweep, "diameter", diameter_px, BLUE)],
        _coverage_axis(sweep),
        y,
        level=(sweep.reference_diameter_px, "as measured"),
    )


def name_of(scale: ScaleResult) -> str:
    """Return "0.16 µm, 2x coarser"."""
    way = coarser_or_finer(scale.ratio)
    size = scale.pixel_size
    return way if size is None else f"{pixel(size.mean_um, scale.ratio)}, {way}"


def _coverage_axis(sweep: Sweep) -> Axis:
    return coverage_axis([scale.coverage_percent for scale in sweep.scales])


def _curve(
    sweep: Sweep,
    name: str,
    value_of: Callable[[ScaleResult], Interval | float | None],
    colour: str,
    dash: tuple[int, ...] = SOLID,
    *,
    banded: bool = True,
) -> Curve:
    points = []
    for scale in sweep.scales:
        value = value_of(scale)
        if value is not None:
            points.append(
                Point(
                    scale.coverage_percent,
                    value if isinstance(value, float) else value.mean,
                    name_of(scale),
                    None if isinstance(value, float) else value.low,
                    None if isinstance(value, float) else value.high,
                    scale.ratio,
                    scale.n_objects,
                )
            )
    return Curve(name, tuple(points), colour, dash, banded)
