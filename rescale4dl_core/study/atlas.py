"""The atlas: how well each shipped network does over pixel sizes, on sets with masks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.documents import Document, from_plain, to_plain
from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference import store
from rescale4dl_core.study.object_facts import ObjectFacts  # noqa: TC001 read by type
from rescale4dl_core.study.results import Interval  # noqa: TC001 read by type

if TYPE_CHECKING:
    from pathlib import Path

    from rescale4dl_core.inference.card import NetworkCard

FILE_NAME = "atlas.json"


@dataclass(frozen=True, slots=True)
class AtlasPoint:
    """A network on a test set, every image brought to the same coverage."""

    coverage_percent: float
    own_grid: Interval
    """IoU on the scale's own grid: mean over the images, interval over the images."""

    sample_grid: Interval
    """IoU mapped back to the grid of the test images."""

    images_low: float
    """5th percentile of `sample_grid` over single images: what a new image may be like.
    With fewer than five images the lowest end of their own intervals."""

    images_high: float
    ceiling: float
    recall: float
    n_images: int
    n_objects: int


@dataclass(frozen=True, slots=True)
class AtlasCurve:
    """A network on one test set."""

    data_set: str
    split: str
    """Which images, in words."""

    trained_on: bool
    """Whether the network has seen these images, so that the scores flatter it."""

    facts: ObjectFacts
    points: tuple[AtlasPoint, ...]
    """Finest first, that is by rising coverage."""

    stability_rank: float | None = None
    """Spearman correlation of stability x geometric limit and IoU over the scales, mean
    over images; None where stability was not computed."""


@dataclass(frozen=True, slots=True)
class NetworkAtlas:
    """All curves of one network: `atlas.json` in its folder."""

    network: str
    sha256: str
    """Of the model.onnx that was run; another one needs another atlas."""

    command: str
    curves: tuple[AtlasCurve, ...]


def read_atlas(card: NetworkCard, models: Path | None = None) -> NetworkAtlas | None:
    """Return the atlas of a shipped network, None where there is none for these weights.

    Parameters
    ----------
    card : NetworkCard
        Of the network.
    models : Path, optional
        The folder of the networks; the one beside the package where none is given.

    Raises
    ------
    NetworkError
        If the file is there and cannot be read.
    """
    path = (models or store.FOLDER) / card.name / FILE_NAME
    if not path.is_file():
        return None
    document = Document(
        f"The atlas of {card.name}",
        "make it again with python -m benchmarks.make_atlas",
        NetworkError,
    )
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NetworkError(
            f"{document.subject} cannot be read: {error}. Please {document.remedy}."
        ) from error
    atlas: NetworkAtlas = from_plain(
        NetworkAtlas, plain, where="the file", document=document
    )
    return atlas if atlas.sha256 == card.sha256 else None


def atlas_text(atlas: NetworkAtlas) -> str:
    """Return the content of `atlas.json`."""
    return json.dumps(_rounded(to_plain(atlas)), indent=1, allow_nan=False) + "\n"


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value
