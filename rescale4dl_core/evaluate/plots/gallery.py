"""Every chart that an evaluation has, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rescale4dl_core.evaluate.plots.curves import original_grid_chart, throughput_chart
from rescale4dl_core.evaluate.plots.scores import custom_chart, iou_chart
from rescale4dl_core.evaluate.plots.sizes import sizes_chart, treatment_chart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.evaluate.evaluation import Evaluation
    from rescale4dl_core.evaluate.treatment import TreatmentEffect


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """A chart, called as its files are."""

    name: str
    chart: Any
    """An Altair chart with all its data inside."""


def plots_of(
    evaluation: Evaluation, effects: Sequence[TreatmentEffect] = ()
) -> tuple[Plot, ...]:
    """Return the charts of an evaluation; none where no object lies inside an image."""
    if not any(sampling.coverage_percent for sampling in evaluation.samplings):
        return ()
    plots = [
        Plot("iou_against_coverage", iou_chart(evaluation)),
        Plot("sizes", sizes_chart(evaluation)),
        Plot("throughput", throughput_chart(evaluation)),
    ]
    if any(sampling.iou_original_grid is not None for sampling in evaluation.samplings):
        plots.append(Plot("iou_on_original_grid", original_grid_chart(evaluation)))
    if effects:
        plots.append(Plot("treated_untreated", treatment_chart(evaluation, effects)))
    names = dict.fromkeys(name for one in evaluation.samplings for name in one.custom)
    plots += [Plot(name, custom_chart(evaluation, name)) for name in names]
    return tuple(plots)
