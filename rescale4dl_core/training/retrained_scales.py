"""The same recipe trained anew at each pixel size, as Ferreira et al. 2025 did.

Images and labels are rescaled, patches keep their field of view, and each network is scored
on the test images at its own scale. The result is a sweep like that of one network over
scales, so that the same tables and charts show it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from rescale4dl_core.charts.picture_files import PictureFormat, chart_bytes
from rescale4dl_core.charts.style import titled
from rescale4dl_core.charts.sweep_curves import score_chart
from rescale4dl_core.errors import TrainingError
from rescale4dl_core.images import UNKNOWN, Image, ImageInfo, KnownPixelSize, Sample
from rescale4dl_core.inference.store import shipped_network
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.rescaling.series import rescale_image, rescale_labels
from rescale4dl_core.study.results import scale_rows, sweep_fields
from rescale4dl_core.study.sweep import sweep
from rescale4dl_core.training.checkpoint import CHECKPOINT
from rescale4dl_core.training.image_pairs import Pair
from rescale4dl_core.training.model_folder import CARD
from rescale4dl_core.training.pair_folders import read_folder, read_sources
from rescale4dl_core.training.produce import Test, produce_from
from rescale4dl_core.writing.csv_text import columns_of, csv_text
from rescale4dl_core.writing.fresh_file import write_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.quantities import RescaleFactor
    from rescale4dl_core.study.results import ScaleResult, Sweep
    from rescale4dl_core.training.image_pairs import Source
    from rescale4dl_core.training.recipe import Recipe


TABLE, RESULT, CHART = "scales.csv", "scales.json", "scales.svg"


def train_scales(
    recipe: Recipe,
    folders: Sequence[Path],
    factors: Sequence[RescaleFactor],
    out: Path,
    *,
    command: str,
    resume: bool = False,
    progress: Progress = silent,
) -> Sweep:
    """Train and score one network per scale.

    Writes `<out>/<scale>/` for each, then `scales.csv`, `scales.json` and `scales.svg`.
    With `resume`, a scale that is done is taken as it is, and one that was begun is gone on
    with.

    Parameters
    ----------
    recipe : Recipe
        Its test images are those scored.
    folders : sequence of Path
        Where the recipe's data are.
    factors : sequence of RescaleFactor
        New / old pixel size.

    Raises
    ------
    TrainingError
        If the recipe has no test images, or cannot be trained.
    OutputError
        If `out` holds trainings and `resume` is false.
    """
    if not recipe.test:
        raise TrainingError(
            f"{recipe.name} lists no test images, so scales could not be compared. Add a "
            "[[test]] entry to the recipe."
        )
    sources = read_sources(recipe, folders)
    tests = [read_folder(entry, folders) for entry in recipe.test]
    pairs = [pair for test in tests for pair in test.pairs]
    samples = [_sample(pair) for pair in pairs]
    measurement = summarise([_measured(pair) for pair in pairs])
    scales: list[ScaleResult] = []
    for i, factor in enumerate(sorted(set(factors), reverse=True)):

        def report(done: float, message: str, /, i: int = i) -> None:
            progress((i + done) / len(factors), message)

        network = _network_at(
            factor,
            replace(recipe, name=f"{recipe.name}-{factor.folder_name}"),
            sources,
            tests,
            out / factor.folder_name,
            command,
            resume,
            report,
        )
        at_scale = sweep(
            samples, network, [factor], measurement=measurement, with_stability=False
        )
        scales += at_scale.scales
    result = replace(
        at_scale, network=recipe.name, scales=tuple(sorted(scales, key=lambda s: s.ratio))
    )
    write_text(out / TABLE, csv_text(columns_of(scale_rows(result))), overwrite=True)
    write_text(out / RESULT, json.dumps(sweep_fields(result), indent=1), overwrite=True)
    chart = titled(
        score_chart(result), f"{result.network}, trained anew at each pixel size"
    )
    svg = chart_bytes(chart, PictureFormat.SVG).decode()
    write_text(out / CHART, svg, overwrite=True)
    return result


def _network_at(
    factor: RescaleFactor,
    recipe: Recipe,
    sources: tuple[Source, ...],
    tests: Sequence[Source],
    out: Path,
    command: str,
    resume: bool,
    progress: Progress,
) -> Network:
    """Train the network of one scale, unless that has been done, and open it."""
    if not (resume and (out / recipe.name / CARD).exists()):
        produce_from(
            at_scale(recipe, factor),
            tuple(rescaled(source, factor) for source in sources),
            [Test(rescaled(one, factor), f"at {factor.folder_name}") for one in tests],
            out,
            command=command,
            resume=resume and (out / CHECKPOINT).exists(),
            progress=progress,
        )
    return shipped_network(recipe.name, folder=out)


def at_scale(recipe: Recipe, factor: RescaleFactor) -> Recipe:
    """Return the recipe with patches that show as much of the sample at another scale.

    Sides are rounded to what the network takes; the edge class keeps its width in px.
    """
    multiple_px = recipe.multiple_px
    steps = max(1, round(recipe.patches.side_px / float(factor.ratio) / multiple_px))
    return replace(recipe, patches=replace(recipe.patches, side_px=steps * multiple_px))


def rescaled(source: Source, factor: RescaleFactor) -> Source:
    """Return a source with other pixels: averaged or interpolated, labels nearest."""
    pairs = []
    for pair in source.pairs:
        sample = _sample(pair)
        labels = Labels.parse(pair.labels, source=pair.name)
        pairs.append(
            Pair(
                pair.name,
                rescale_image(sample.image, factor, for_screen=True).pixels,
                rescale_labels(labels, factor).pixels,
                pair.cut_sides,
            )
        )
    return replace(source, pairs=tuple(pairs))


def _sample(pair: Pair) -> Sample:
    known = KnownPixelSize(None, UNKNOWN)
    image = Image.parse(pair.pixels, name=pair.name, known=known)
    axes = "YXS" if image.is_rgb else "YX"
    info = ImageInfo(
        name=pair.name,
        format="array",
        axes=axes,
        shape=pair.pixels.shape,
        dtype=str(pair.pixels.dtype),
        known=known,
        channels=("",),
        scenes=("",),
    )
    return Sample(image, info, Labels.parse(pair.labels, source=pair.name))


def _measured(pair: Pair) -> MeasuredImage:
    labels = Labels.parse(pair.labels, source=pair.name)
    return MeasuredImage(pair.name, measure_objects(labels), labels.shape, None)
