"""The folder of a network: ONNX, card, README, bioimage.io description, test tensors."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.plain import to_plain
from rescale4dl_core.training.card_text import card_markdown
from rescale4dl_core.training.rdf import rdf_yaml
from rescale4dl_core.writing.fresh_file import fresh_file
from rescale4dl_core.writing.text import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rescale4dl_core.inference.card import NetworkCard

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
