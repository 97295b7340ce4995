"""From a recipe and its images to the folder of a network and its report."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import torch

from rescale4dl_core.charts.picture_files import PictureFormat, chart_bytes
from rescale4dl_core.charts.training_curves import loss_chart, validation_chart
from rescale4dl_core.errors import OutputError
from rescale4dl_core.images import UNKNOWN, Image, KnownPixelSize
from rescale4dl_core.inference.card import Thresholds
from rescale4dl_core.inference.onnx_session import open_session
from rescale4dl_core.labels import Labels
from rescale4dl_core.pictures.overlay import with_contours
from rescale4dl_core.pictures.png import png_bytes
from rescale4dl_core.pictures.view import view_of
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.receptive.inspect import inspect_network
from rescale4dl_core.training.checkpoint import CHECKPOINT
from rescale4dl_core.training.image_pairs import prepared, split
from rescale4dl_core.training.loop import train
from rescale4dl_core.training.model_folder import write_model_folder
from rescale4dl_core.training.network_card import Outcome, card_from
from rescale4dl_core.training.networks import DISTANCE_UNIT_PX, StarDist, UNet
from rescale4dl_core.training.onnx_export import drawn_image, onnx_bytes, require_parity
from rescale4dl_core.training.pair_folders import read_folder, read_sources
from rescale4dl_core.training.recipe import Precision, Side
from rescale4dl_core.training.validation import (
    best_thresholds,
    labels_of,
    predict_maps,
    score_by,
    scores_at,
)
from rescale4dl_core.writing.fresh_file import write_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from altair.typing import ChartType
    from numpy.typing import NDArray

    from rescale4dl_core.inference.card import NetworkCard, TestScores
    from rescale4dl_core.receptive.inspect import Inspection
    from rescale4dl_core.training.checkpoint import State
    from rescale4dl_core.training.image_pairs import Prepared, Source, Split
    from rescale4dl_core.training.recipe import Folder, Recipe
    from rescale4dl_core.training.validation import Maps


OFFSETS_PX = (0.0, 0.25, 0.5, 0.75, 1.0)


def calibrate(
    network: UNet | StarDist, images: Sequence[Prepared], recipe: Recipe
) -> float:
    """Add the constant to all distances that suits the validation images best.

    A ray is learnt as a median over all that the object may be, and a star drawn from
    medians is smaller than the object: nuclei came out at .94 of their area. The constant
    goes into the bias of the last layer: every program that runs the network has it.

    Returns
    -------
    float
        The constant in px, 0 for a U-Net; of two that score alike the smaller.
    """
    if not isinstance(network, StarDist):
        return 0.0
    maps = [predict_maps(network, one, recipe, Precision.FP32) for one in images]

    def score(offset_px: float) -> float:
        longer = [(first, distances + offset_px) for first, distances in maps]
        scores = scores_at(Thresholds(), longer, images, recipe)
        return score_by(scores, recipe.validation.best_by)

    best_px = max(OFFSETS_PX, key=score)
    with torch.no_grad():
        bias = network.distances.bias
        if bias is not None:
            bias += best_px / DISTANCE_UNIT_PX
    return best_px


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
        f"<h2>Curves</h2>{_svg(loss_chart(state.losses))}{_svg(_scores(state))}"
        "<h2>Scores</h2><table><tr><th>images<th>AP at IoU 0.5<th>mean IoU of matches"
        f"<th>foreground IoU</tr>{rows}</table><h2>Held-out images</h2>{overlays}</html>"
    )


def _scores(state: State) -> ChartType:
    names = ("AP at IoU 0.5", "mean IoU of matches", "foreground IoU")
    return validation_chart(
        {
            name: [(row[0], row[1 + place]) for row in state.validations]
            for place, name in enumerate(names)
        }
    )


def _svg(chart: ChartType) -> str:
    return chart_bytes(chart, PictureFormat.SVG).decode()


def _overlay(image: Prepared, labels: NDArray[np.int32]) -> str:
    levels = np.clip(np.moveaxis(image.pixels, 0, -1) * 255, 0, 255).astype(np.uint8)
    shown = levels if levels.shape[-1] == 3 else levels[..., 0]
    view = view_of(Image.parse(shown, name=image.name, known=KnownPixelSize(None, UNKNOWN)))
    drawn = with_contours(view, Labels.parse(labels, source=image.name))
    return f'<img alt="" src="data:image/png;base64,{_base64(png_bytes(drawn))}">'


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


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
