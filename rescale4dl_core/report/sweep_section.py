"""A network over pixel sizes, where one was run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescale4dl_core.advice.wording import number, times
from rescale4dl_core.report.charts import sweep_chart
from rescale4dl_core.report.document import Chart, Section, Table
from rescale4dl_core.study.results import score_of

if TYPE_CHECKING:
    from rescale4dl_core.study.results import ScaleResult, Sweep

NONE = "–"


def sweep_section(sweep: Sweep) -> Section:
    """Return what the network found at each pixel size, as a table and a curve.

    Times are left out: they belong to the machine, not to the sample.
    """
    judged = "IoU on the grid of the sample" if sweep.has_truth else "stability"
    best = sweep.best
    sentences = [
        f"{sweep.network} was run on {sweep.n_images} image(s) at {len(sweep.scales)} "
        f"pixel sizes, without training it anew; scales are compared by {judged}."
    ]
    if best is not None:
        sentences.append(f"Best: pixels {times(best.ratio)} as large as the sample's.")
    if not sweep.complete:
        sentences.append("The sweep was stopped before it was done; this is its part.")
    figures: tuple[Chart, ...] = ()
    if any(score_of(scale) is not None for scale in sweep.scales):
        figures = (
            Chart(
                f"{judged[0].upper()}{judged[1:]} at each pixel size."
                + (" Grey: what no network can exceed." if sweep.has_truth else ""),
                "Score of the network over coverage",
                sweep_chart(sweep),
            ),
        )
    return Section(
        "A network at several pixel sizes",
        sentences=tuple(sentences),
        bullets=sweep.notes,
        tables=(_table(sweep),),
        figures=figures,
    )


def sweep_fields(sweep: Sweep) -> dict[str, Any]:
    """Return the sweep for programs, without times."""
    return {
        "network": sweep.network,
        "n_images": sweep.n_images,
        "has_truth": sweep.has_truth,
        "complete": sweep.complete,
        "best_ratio": None if sweep.best is None else sweep.best.ratio,
        "scales": [_fields(scale) for scale in sweep.scales],
    }


def _fields(scale: ScaleResult) -> dict[str, Any]:
    own, sample, stability = scale.own_grid, scale.sample_grid, scale.stability
    return {
        "ratio": scale.ratio,
        "pixel_size_um": None if scale.pixel_size is None else scale.pixel_size.mean_um,
        "coverage_percent": scale.coverage_percent,
        "n_objects": scale.n_objects,
        "diameter_px": scale.diameter_px,
        "iou_own_grid": None if own is None else own.iou.mean,
        "iou_sample_grid": None if sample is None else sample.iou.mean,
        "iou_ceiling": scale.iou_ceiling,
        "stability": None if stability is None else stability.mean,
    }


def _table(sweep: Sweep) -> Table:
    return Table(
        "Scale by scale",
        (
            *("Pixel size", "Coverage (%)", "Found", "IoU, own grid"),
            *("IoU, sample's grid", "Ceiling", "Stability"),
        ),
        tuple(_row(_fields(scale)) for scale in sweep.scales),
    )


def _row(fields: dict[str, Any]) -> tuple[str, ...]:
    def written(name: str) -> str:
        value = fields[name]
        return NONE if value is None else number(value)

    size = times(fields["ratio"])
    if fields["pixel_size_um"] is not None:
        size = f"{number(fields['pixel_size_um'])} µm ({size})"
    return (
        size,
        written("coverage_percent"),
        str(fields["n_objects"]),
        written("iou_own_grid"),
        written("iou_sample_grid"),
        written("iou_ceiling"),
        written("stability"),
    )
