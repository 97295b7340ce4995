"""The card of a network as a page of Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.inference.spec import OutputKind

if TYPE_CHECKING:
    from rescale4dl_core.inference.card import NetworkCard, TestScores


def card_markdown(card: NetworkCard) -> str:
    """Return the README of a network's folder."""
    parts = (
        f"# {card.name}\n\n{card.task}. {card.architecture}, "
        f"{card.training.n_parameters:,} parameters, {card.size_bytes / 1e6:.1f} MB, "
        f"licence of the weights: {card.licence}.\n",
        _use(card),
        _sizes(card),
        _feeding(card),
        "## Validation\n",
        *(_scores(scores) for scores in card.scores),
        _made(card),
    )
    return "\n".join(parts)


def _use(card: NetworkCard) -> str:
    not_for = "\n".join(f"- {one}" for one in card.not_for)
    return f"## Use\n\nFor: {card.intended_use}.\n\nNot for:\n\n{not_for}\n"


def _sizes(card: NetworkCard) -> str:
    fields, window, training = card.receptive_fields, card.window, card.training
    theoretical = (
        "the whole image"
        if fields.theoretical_px is None
        else f"{fields.theoretical_px} px"
    )
    return (
        "## Size of objects\n\n"
        "| | |\n|---|---|\n"
        f"| diameters trained on, 5-95 % (median) | {training.diameter_px_p05:g}-"
        f"{training.diameter_px_p95:g} px ({training.diameter_px_p50:g} px) |\n"
        f"| window | {window.low_percent:.2g}-{window.high_percent:.2g} % of a diameter "
        f"per pixel: {window.diameter_min_px:.0f}-{window.diameter_max_px:.0f} px |\n"
        f"| receptive field, theoretical | {theoretical} |\n"
        f"| receptive field, impulse | {fields.impulse_px} px |\n"
        f"| receptive field, effective (95 % of the energy) | {fields.effective_px:.0f} px "
        f"|\n\nSource of the window: {window.source}.\n"
    )


def _feeding(card: NetworkCard) -> str:
    spec = card.spec
    percentiles = spec.normalisation
    if spec.output is OutputKind.STARS:
        outputs = (
            f"`probability` (N, 1, rows / {spec.output_stride}, columns / "
            f"{spec.output_stride}) and `distances` (N, {spec.n_rays}, ...), in px along "
            "the rays in the order of the stardist package. Objects: "
            f"probability above {spec.thresholds.probability:g}, suppression of those that "
            f"overlap by more than {spec.thresholds.overlap:g}"
        )
    else:
        outputs = (
            "`classes` (N, 3, rows, columns): background, inside, edge, after softmax. "
            f"Objects: where inside reaches {spec.thresholds.seed:g}; two where it drops "
            f"by {spec.thresholds.depth:g} between parts of "
            f"{spec.thresholds.seed_area_px} px or more; grown by a watershed over inside "
            f"+ edge above {spec.thresholds.probability:g}"
        )
    return (
        "## Input and output\n\n"
        f"Input `image`: float32 (N, {spec.input_channels}, rows, columns), rows and "
        f"columns multiples of {spec.multiple_px}. Intensities: percentile "
        f"{percentiles.low_percentile:g} of the whole image is 0, percentile "
        f"{percentiles.high_percentile:g} is 1"
        f"{', each channel on its own' if percentiles.per_channel else ''}; no clipping. "
        f"Tiles: with a halo of {spec.halo_px} px, percentiles still over the whole image."
        f"\n\nOutput: {outputs}.\n"
    )


def _scores(scores: TestScores) -> str:
    lines = [
        f"**{scores.data_set}**, {scores.split} ({len(scores.images)} images, "
        f"{sum(one.n_objects for one in scores.images)} objects), mean over images "
        "± standard deviation:\n",
        "| AP at IoU 0.5 | mean IoU of matched objects | foreground IoU |",
        "|---|---|---|",
        "| "
        + " | ".join(
            f"{mean:.3f} ± {np.std([getattr(one, name) for one in scores.images]):.3f}"
            for name, mean in (
                ("ap50", scores.ap50),
                ("mean_iou", scores.mean_iou),
                ("foreground_iou", scores.foreground_iou),
            )
        )
        + " |",
        "",
        "<details><summary>Each image</summary>\n",
        "| image | objects | AP at IoU 0.5 | mean IoU | foreground IoU |",
        "|---|---|---|---|---|",
        *(
            f"| {one.image} | {one.n_objects} | {one.ap50:.3f} | {one.mean_iou:.3f} | "
            f"{one.foreground_iou:.3f} |"
            for one in scores.images
        ),
        "\n</details>\n",
    ]
    return "\n".join(lines)


def _made(card: NetworkCard) -> str:
    training = card.training
    data = "\n".join(
        f"- {one.name}: {one.n_images} images, {one.n_objects} objects, {one.licence}; "
        f"{one.source}"
        for one in training.data
    )
    return (
        "## How it was made\n\n"
        f"`{training.command}`\n\n"
        f"Recipe {training.recipe}, seed {training.seed}, best after {training.n_steps} "
        f"steps. {training.split[:1].upper()}{training.split[1:]}.\n\n"
        f"Data:\n\n{data}\n\nSoftware: {', '.join(training.software)}.\n\n"
        f"SHA-256 of model.onnx: `{card.sha256}`\n"
    )
