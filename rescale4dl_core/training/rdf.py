"""The bioimage.io description of a network (rdf.yaml), so that other tools can run it."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any

from rescale4dl_core import __version__
from rescale4dl_core.inference.spec import OutputKind

if TYPE_CHECKING:
    from pathlib import Path

    from rescale4dl_core.inference.card import NetworkCard

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
