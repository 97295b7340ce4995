"""The images of the sample, the objects measured on them, and the sweep over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.charts.size_histogram import size_histogram_chart
from rescale4dl_core.charts.sweep_curves import score_chart
from rescale4dl_core.pictures.png import picture_png
from rescale4dl_core.report.document import Chart, Picture, Section, Table
from rescale4dl_core.session.choices import ObjectSource
from rescale4dl_core.session.facts import entry_facts
from rescale4dl_core.study.results import score_of
from rescale4dl_core.wording import number, times

if TYPE_CHECKING:
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.report.subject import ReportSubject
    from rescale4dl_core.study.results import ScaleResult, Sweep


OUTLINED = (
    "The sample as taken, with the outlines that were measured; dashed: cut by the border, "
    "not measured."
)
MOST_IMAGES = 20
"""So many images are listed; a longer list is for a file."""


def sample_section(subject: ReportSubject) -> Section:
    """Return what is known of the image that is shown, with its picture."""
    entry = subject.session.entry
    facts = Table(
        f"{entry.sample.image.name}",
        ("Property", "Value", "Read from"),
        tuple((fact.name, fact.value, fact.source) for fact in entry_facts(entry)),
    )
    drawn = (
        entry.drawn if subject.session.choices.object_source is ObjectSource.DRAWN else ()
    )
    picture = Picture(
        "The sample as taken." if subject.labels is None else OUTLINED,
        f"Picture of {entry.sample.image.name}",
        picture_png(entry.sample.image, labels=subject.labels, lines=drawn),
    )
    n_images = len(subject.session.entries)
    sentences = () if n_images == 1 else (f"{n_images} images; shown is one of them.",)
    return Section("Sample", sentences=sentences, tables=(facts,), figures=(picture,))


def objects_section(measurement: Measurement) -> Section:
    """Return the sizes of the objects as a table, a histogram, and image by image."""
    sizes = Table(
        "Sizes of the objects",
        ("", "px", "µm"),
        tuple(
            (name, number(length_px), _um(measurement, length_px))
            for name, length_px in _lengths_px(measurement)
        ),
    )
    images = Table(
        _images_caption(measurement),
        ("Image", "Objects inside", "Cut by the border", "Diameter (px)"),
        tuple(
            (
                image.name,
                str(image.n_objects),
                str(image.n_border),
                "no object" if image.diameter_px is None else number(image.diameter_px),
            )
            for image in measurement.images[:MOST_IMAGES]
        ),
    )
    return Section(
        "Objects",
        sentences=(
            f"{measurement.n_objects} objects inside the images count; "
            f"{measurement.n_border} are cut by a border and do not.",
            f"Diameter: {measurement.estimator.words}. {measurement.estimator_reason}",
        ),
        bullets=measurement.notes,
        tables=(sizes, images),
        figures=(
            Chart(
                "Blue: objects per diameter. Line: mean diameter (Eq. 2). Green: 5 to 95 % "
                "of the objects.",
                "Histogram of the diameters",
                size_histogram_chart(measurement),
            ),
        ),
    )


def _lengths_px(measurement: Measurement) -> tuple[tuple[str, float], ...]:
    return (
        ("Mean diameter (Eq. 2, over the images)", measurement.diameter_px),
        ("Median of all objects", float(np.median(measurement.diameters_px))),
        ("5 % are smaller than", measurement.diameter_px_p05),
        ("5 % are larger than", measurement.diameter_px_p95),
    )


def _um(measurement: Measurement, length_px: float) -> str:
    size = measurement.pixel_size
    return "not known" if size is None else number(length_px * size.mean_um)


def _images_caption(measurement: Measurement) -> str:
    n_images = measurement.n_images
    if n_images <= MOST_IMAGES:
        return "Image by image"
    return f"Image by image: the first {MOST_IMAGES} of {n_images}"


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
                score_chart(sweep),
            ),
        )
    return Section(
        "A network at several pixel sizes",
        sentences=tuple(sentences),
        bullets=sweep.notes,
        tables=(_table(sweep),),
        figures=figures,
    )


def reported_sweep(sweep: Sweep) -> dict[str, Any]:
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
