"""The folder of a network: ONNX, card, README, bioimage.io description, test tensors."""

from __future__ import annotations

import hashlib
import io
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.documents import to_plain
from rescale4dl_core.inference.card import OutputKind
from rescale4dl_core.version import __version__
from rescale4dl_core.writing.fresh_file import fresh_file, write_text

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

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


FORMAT_VERSION = "0.5.4"
"""Of the model description: https://github.com/bioimage-io/spec-bioimage-io."""

CITED = (
    ("Ferreira et al. 2025: ReScale4DL", "10.1101/2025.04.09.647871"),
    ("Ronneberger et al. 2015: U-Net", "10.1007/978-3-319-24574-4_28"),
    ("Schmidt et al. 2018: StarDist", "10.1007/978-3-030-00934-2_30"),
)
"""The study, then what each architecture goes back to."""

SMALLEST_PX = 128
"""Smallest input: the size of the test tensors."""


def rdf_yaml(card: NetworkCard, folder: Path) -> str:
    """Return the text of rdf.yaml.

    Parameters
    ----------
    card : NetworkCard
        Of the network.
    folder : Path
        Holds the files that are described, for their checksums.
    """
    import yaml

    text: str = yaml.safe_dump(
        _description(card, folder), sort_keys=False, allow_unicode=True, width=100
    )
    return text


def _description(card: NetworkCard, folder: Path) -> dict[str, Any]:
    is_stardist = card.spec.output is OutputKind.STARS
    cited = (CITED[0], CITED[2] if is_stardist else CITED[1])
    return {
        "type": "model",
        "format_version": FORMAT_VERSION,
        "name": card.name,
        "description": f"{card.task}.",
        "version": __version__,
        "authors": [{"name": "The ReScale4DL Advisor developers"}],
        "license": card.licence,
        "documentation": "README.md",
        "cite": [{"text": text, "doi": doi} for text, doi in cited],
        "tags": ["2d", "instance-segmentation", card.architecture.lower(), "onnx"],
        "inputs": [_input(card, folder)],
        "outputs": _outputs(card, folder),
        "weights": {
            "onnx": {"source": "model.onnx", "sha256": card.sha256, "opset_version": 17}
        },
    }


def _input(card: NetworkCard, folder: Path) -> dict[str, Any]:
    spec, percentiles = card.spec, card.spec.normalisation
    axes = [] if percentiles.per_channel else ["channel"]
    return {
        "id": "image",
        "description": "Microscope image; the percentiles are those of the whole image",
        "axes": [
            {"type": "batch"},
            {"type": "channel", "channel_names": _channels(spec.input_channels)},
            *(
                {
                    "type": "space",
                    "id": axis,
                    "size": {"min": SMALLEST_PX, "step": spec.multiple_px},
                }
                for axis in "yx"
            ),
        ],
        "test_tensor": _file(folder, "test_input.npy"),
        "data": {"type": "float32"},
        "preprocessing": [
            {"id": "ensure_dtype", "kwargs": {"dtype": "float32"}},
            {
                "id": "scale_range",
                "kwargs": {
                    "axes": [*axes, "y", "x"],
                    "min_percentile": percentiles.low_percentile,
                    "max_percentile": percentiles.high_percentile,
                },
            },
        ],
    }


def _outputs(card: NetworkCard, folder: Path) -> list[dict[str, Any]]:
    if card.spec.output is OutputKind.CLASSES:
        names = ["background", "inside", "edge"]
        described = [("classes", "Probability of each class", names)]
    else:
        rays = [f"ray{i}" for i in range(card.spec.n_rays)]
        described = [
            ("probability", "Probability of an object", ["probability"]),
            ("distances", "Distance to the object's edge along each ray, in px", rays),
        ]
    return [
        {
            "id": name,
            "description": text,
            "axes": [
                {"type": "batch"},
                {"type": "channel", "channel_names": channels},
                *(_output_axis(axis, card) for axis in "yx"),
            ],
            "test_tensor": _file(folder, file),
            "data": {"type": "float32"},
        }
        for (name, text, channels), file in zip(
            described, ("test_output.npy", "test_output_2.npy"), strict=False
        )
    ]


def _output_axis(axis: str, card: NetworkCard) -> dict[str, Any]:
    """Describe rows or columns; the halo is half the effective receptive field.

    The theoretical one would not fit into test tensors small enough to ship.
    """
    stride, multiple_px = card.spec.output_stride, card.spec.multiple_px
    half_px = math.ceil(card.receptive_fields.effective_px / 2)
    halo_px = min(-(-half_px // multiple_px) * multiple_px, SMALLEST_PX // 2 - multiple_px)
    return {
        "type": "space",
        "id": axis,
        "scale": float(stride),
        "size": {"tensor_id": "image", "axis_id": axis},
        "halo": halo_px // stride,
    }


def _channels(n_channels: int) -> list[str]:
    return ["red", "green", "blue"] if n_channels == 3 else ["intensity"]


def _file(folder: Path, name: str) -> dict[str, str]:
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    return {"source": name, "sha256": digest}


MODEL, CARD, README, RDF = "model.onnx", "card.json", "README.md", "rdf.yaml"
TEST_INPUT = "test_input.npy"


def expected_names(n_outputs: int) -> tuple[str, ...]:
    """Return the files of the expected outputs, in the order of the network's outputs.

    Examples
    --------
    >>> expected_names(2)
    ('test_output.npy', 'test_output_2.npy')
    """
    return tuple(
        f"test_output{f'_{i}' if i > 1 else ''}.npy" for i in range(1, n_outputs + 1)
    )


def write_model_folder(
    folder: Path,
    card: NetworkCard,
    model: bytes,
    image: NDArray[np.float32],
    outputs: tuple[NDArray[np.float32], ...],
) -> None:
    """Write everything, replacing what was there.

    Parameters
    ----------
    folder : Path
        Named as the network.
    card : NetworkCard
        Of this very file.
    model : bytes
        The ONNX file.
    image : float32 ndarray of shape (N, channels, rows, columns)
        Test input.
    outputs : tuple of float32 ndarray
        What the network answers to it.
    """
    _write(folder / MODEL, model)
    _write(folder / TEST_INPUT, _npy(image))
    names = expected_names(len(outputs))
    for name, output in zip(names, outputs, strict=True):
        _write(folder / name, _npy(output))
    write_card(folder, card)


def write_card(folder: Path, card: NetworkCard) -> None:
    """Write the card and what is made from it; scores may have been added to it."""
    text = json.dumps(to_plain(card), indent=1, ensure_ascii=False, allow_nan=False)
    write_text(folder / CARD, text + "\n", overwrite=True)
    write_text(folder / README, card_markdown(card), overwrite=True)
    write_text(folder / RDF, rdf_yaml(card, folder), overwrite=True)


def _write(path: Path, content: bytes) -> None:
    with fresh_file(path, overwrite=True) as temporary:
        temporary.write_bytes(content)


def _npy(array: NDArray[np.float32]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()
