"""From a recipe and its images to the folder of a network: the whole way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.errors import OutputError
from rescale4dl_core.inference.onnx_session import open_session
from rescale4dl_core.inference.spec import Thresholds
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.receptive.inspect import inspect_network
from rescale4dl_core.training.calibration import calibrate
from rescale4dl_core.training.checkpoint import CHECKPOINT
from rescale4dl_core.training.folders import read_folder, read_sources
from rescale4dl_core.training.loop import train
from rescale4dl_core.training.model_folder import write_model_folder
from rescale4dl_core.training.network_card import Outcome, card_from
from rescale4dl_core.training.onnx_export import drawn_image, onnx_bytes, require_parity
from rescale4dl_core.training.pairs import prepared, split
from rescale4dl_core.training.recipe import Precision, Side
from rescale4dl_core.training.training_report import report_html
from rescale4dl_core.training.validation import (
    best_thresholds,
    labels_of,
    predict_maps,
    scores_at,
)
from rescale4dl_core.writing.text import write_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rescale4dl_core.inference.card import NetworkCard, TestScores
    from rescale4dl_core.receptive.inspect import Inspection
    from rescale4dl_core.training.networks import StarDist, UNet
    from rescale4dl_core.training.pairs import Prepared, Source, Split
    from rescale4dl_core.training.recipe import Folder, Recipe
    from rescale4dl_core.training.validation import Maps

REPORT = "report.html"
SHOWN = 6
"""Held-out images in the report."""

N_INSPECTED = 8
"""Images on parts of which the effective receptive field is measured."""

LEARNING, AFTERWARDS = 0.9, 0.1
"""Shares of the progress."""


@dataclass(frozen=True, slots=True)
class Produced:
    """What a training left."""

    card: NetworkCard
    model_folder: Path
    report: Path


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """Images that are scored once, when everything is decided."""

    __test__ = False

    source: Source
    split: str
    """Which images, in words."""


def produce(
    recipe: Recipe,
    folders: Sequence[Path],
    out: Path,
    *,
    command: str,
    resume: bool = False,
    progress: Progress = silent,
) -> Produced:
    """Train a network and write `<out>/<name>/` with all that a network ships with.

    Thresholds are chosen on the images held out of the training images; the test images of
    the recipe are scored once, at the end.

    Raises
    ------
    TrainingError
        If recipe, images or checkpoint cannot be used.
    OutputError
        If `out` holds a training and `resume` is false.
    """
    sources = read_sources(recipe, folders, lambda _done, message: progress(0.0, message))
    tests = [Test(read_folder(one, folders), _split_in_words(one)) for one in recipe.test]
    return produce_from(
        recipe, sources, tests, out, command=command, resume=resume, progress=progress
    )


def produce_from(
    recipe: Recipe,
    sources: tuple[Source, ...],
    tests: Sequence[Test],
    out: Path,
    *,
    command: str,
    resume: bool = False,
    progress: Progress = silent,
) -> Produced:
    """Do as `produce` with images that have been read; the errors are the same."""
    if (out / CHECKPOINT).exists() and not resume:
        raise OutputError(
            f"{out} already holds a training ({CHECKPOINT}). Go on with it by --resume, or "
            "choose another folder."
        )
    data = split(sources, recipe)
    network, state = train(
        recipe,
        data,
        out,
        resume=resume,
        progress=lambda done, message: progress(LEARNING * done, message),
    )
    network = network.cpu()
    thresholds = Thresholds()
    scores: tuple[TestScores, ...] = ()
    if data.validation:
        calibrate(network, data.validation, recipe)
        thresholds, held_out = best_thresholds(
            network,
            data.validation,
            recipe,
            lambda done, message: progress(LEARNING + AFTERWARDS * 0.7 * done, message),
            learnt=data.learnt_but_real() if recipe.validation.thresholds_on_learnt else (),
        )
        scores = (held_out,)
    progress(LEARNING + AFTERWARDS * 0.8, "scoring, exporting and writing the network")
    outcome = Outcome(
        recipe=recipe,
        sources=sources,
        split=data,
        n_parameters=sum(one.numel() for one in network.parameters()),
        best_step=state.best_step,
        thresholds=thresholds,
        scores=(*scores, *(_tested(network, recipe, one, thresholds) for one in tests)),
        command=command,
    )
    model = onnx_bytes(network, recipe)
    image = drawn_image(recipe)
    outputs = require_parity(network, recipe, model, image)
    card = card_from(outcome, model, _inspected(model, recipe, data))
    folder = out / recipe.name
    write_model_folder(folder, card, model, image, outputs)
    drawn = [
        (one, labels_of(_maps(network, one, recipe), one.labels.shape, recipe, thresholds))
        for one in data.validation[:: max(1, len(data.validation) // SHOWN)]
    ]
    write_text(out / REPORT, report_html(card, state, drawn), overwrite=True)
    progress(1.0, f"{recipe.name} is trained")
    return Produced(card, folder, out / REPORT)


def _inspected(model: bytes, recipe: Recipe, data: Split) -> Inspection:
    """Measure the receptive fields on real images."""
    images = [*data.validation, *data.training]
    return inspect_network(
        model,
        open_session(model, name=recipe.name, provider="cpu").run,
        patches=[one.pixels for one in images[:N_INSPECTED]],
        seed=recipe.seed,
    )


def _tested(
    network: UNet | StarDist,
    recipe: Recipe,
    test: Test,
    thresholds: Thresholds,
) -> TestScores:
    images = [prepared(pair, recipe) for pair in test.source.pairs]
    maps = [_maps(network, image, recipe) for image in images]
    return scores_at(
        thresholds, maps, images, recipe, data_set=test.source.name, split=test.split
    )


def _split_in_words(entry: Folder) -> str:
    rows = f"rows {entry.rows!r} of split.csv"
    if not entry.cut_sides:
        return f"{rows}, never trained on"
    sides = ", ".join(
        f"{side.value} {100 * at:g} %" for side, at in zip(Side, entry.region, strict=True)
    )
    return (
        f"a part of the field that was never trained on ({sides}), of the {rows}; objects "
        "cut by its line do not count"
    )


def _maps(network: UNet | StarDist, image: Prepared, recipe: Recipe) -> Maps:
    return predict_maps(network, image, recipe, Precision.FP32)
