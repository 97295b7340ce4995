"""The card of a network that has just been trained."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import TrainingError
from rescale4dl_core.inference.card import (
    DataSource,
    NetworkCard,
    NetworkSpec,
    OutputKind,
    ReceptiveFields,
    TestScores,
    Thresholds,
    Training,
)
from rescale4dl_core.training.recipe import Architecture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.receptive.inspect import Inspection
    from rescale4dl_core.training.image_pairs import Prepared, Source, Split
    from rescale4dl_core.training.recipe import Recipe

PACKAGES = ("torch", "monai", "stardist", "numpy", "scipy", "onnx", "onnxruntime")
SIZE_DRAWS = 20_000
NAMES = {Architecture.UNET: "U-Net", Architecture.STARDIST: "StarDist"}


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a training yields besides the network itself."""

    recipe: Recipe
    sources: tuple[Source, ...]
    split: Split
    n_parameters: int
    best_step: int
    thresholds: Thresholds
    scores: tuple[TestScores, ...]
    command: str


def card_from(outcome: Outcome, model: bytes, inspection: Inspection) -> NetworkCard:
    """Return the card of a network.

    Parameters
    ----------
    outcome : Outcome
        What the training yielded.
    model : bytes
        The ONNX file.
    inspection : Inspection
        What the ONNX file says of its receptive field and window.
    """
    recipe = outcome.recipe
    if inspection.window is None:
        raise TrainingError(
            f"{recipe.name} sees {inspection.sees_px:.0f} px, too little for any object "
            "(see window_for_receptive_field). Give it more poolings."
        )
    return NetworkCard(
        name=recipe.name,
        architecture=NAMES[recipe.architecture],
        task=recipe.task,
        licence=recipe.licence,
        spec=spec_of(recipe, outcome.thresholds, inspection),
        receptive_fields=ReceptiveFields(
            inspection.theoretical_px, inspection.impulse_px, inspection.effective_px
        ),
        window=inspection.window,
        training=_training(outcome),
        scores=outcome.scores,
        intended_use=recipe.intended_use,
        not_for=recipe.not_for,
        sha256=hashlib.sha256(model).hexdigest(),
        size_bytes=len(model),
    )


def spec_of(recipe: Recipe, thresholds: Thresholds, inspection: Inspection) -> NetworkSpec:
    """Return how the network has to be fed."""
    seen_px = inspection.theoretical_px or inspection.impulse_px
    multiple_px = recipe.multiple_px
    is_unet = recipe.architecture is Architecture.UNET
    return NetworkSpec(
        input_channels=recipe.layers.input_channels,
        output=OutputKind.CLASSES if is_unet else OutputKind.STARS,
        multiple_px=multiple_px,
        halo_px=-(-(seen_px // 2 + 1) // multiple_px) * multiple_px,
        output_stride=recipe.layers.grid,
        n_rays=recipe.layers.n_rays,
        normalisation=recipe.normalisation,
        thresholds=thresholds,
    )


def _training(outcome: Outcome) -> Training:
    recipe = outcome.recipe
    p05, p50, p95 = trained_diameters_px(outcome.split.training, recipe)
    n_held_out = len(outcome.split.validation)
    return Training(
        recipe=f"training/recipes/{recipe.name}.toml",
        command=outcome.command,
        data=tuple(
            DataSource(one.name, one.licence, one.origin, len(one.pairs), one.n_objects)
            for one in outcome.sources
        ),
        split=f"{len(outcome.split.training)} images to learn from, {n_held_out} held out "
        "to choose the checkpoint and the thresholds"
        + (
            "; the thresholds also by the real images learnt from"
            if recipe.validation.thresholds_on_learnt
            else ""
        ),
        seed=recipe.seed,
        n_steps=outcome.best_step,
        n_parameters=outcome.n_parameters,
        diameter_px_p05=p05,
        diameter_px_p50=p50,
        diameter_px_p95=p95,
        software=tuple(f"{name} {_version(name)}" for name in PACKAGES),
    )


def trained_diameters_px(
    images: Sequence[Prepared], recipe: Recipe
) -> tuple[float, float, float]:
    """Return the 5th, 50th and 95th percentile of the diameters that were trained on.

    Objects count as often as a patch is likely to hold them, at the sizes to which the
    augmentation brings them.
    """
    counted = [one for one in images if len(one.diameters_px)]
    diameters_px = np.concatenate([one.diameters_px for one in counted])
    weights = np.concatenate(
        [np.full(len(one.diameters_px), one.weight / one.labels.size) for one in counted]
    )
    rng = np.random.default_rng(recipe.seed)
    drawn = rng.choice(diameters_px, SIZE_DRAWS, p=weights / weights.sum())
    largest = np.log1p(recipe.augmentation.size_percent / 100)
    drawn = drawn * np.exp(rng.uniform(-largest, largest, SIZE_DRAWS))
    p05, p50, p95 = np.percentile(drawn, (5, 50, 95))
    return round(float(p05), 1), round(float(p50), 1), round(float(p95), 1)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
