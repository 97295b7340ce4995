"""The networks that ship: where they are, their cards, and opening one."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from rescale4dl_core.documents import Document, from_plain
from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.card import NetworkCard
from rescale4dl_core.inference.network import Network, network_from_bytes
from rescale4dl_core.resources import app_folder

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = app_folder() / "models"

CARD_NAME, ONNX_NAME = "card.json", "model.onnx"

_REMEDY = "get the folder models/ again: install the program anew"


def shipped_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of the networks that are there, sorted; by default of `FOLDER`."""
    cards = (folder or FOLDER).glob(f"*/{CARD_NAME}")
    return tuple(sorted(card.parent.name for card in cards))


def shipped_cards(folder: Path | None = None) -> tuple[NetworkCard, ...]:
    """Return the cards of the networks that are there, sorted by name.

    Raises
    ------
    NetworkError
        If a card is damaged.
    """
    return tuple(card_of(name, folder) for name in shipped_names(folder))


def card_of(name: str, folder: Path | None = None) -> NetworkCard:
    """Return the card of one network.

    Raises
    ------
    NetworkError
        If there is no such network, or its card is damaged.
    """
    folder = folder or FOLDER
    path = folder / name / CARD_NAME
    if name not in shipped_names(folder):
        raise NetworkError(_missing(name, folder))
    document = Document(f"The card of the network {name}", _REMEDY, NetworkError)
    try:
        plain = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NetworkError(
            f"The card of the network {name} ({path}) cannot be read: {error}. "
            f"{_REMEDY[:1].upper()}{_REMEDY[1:]}."
        ) from error
    card: NetworkCard = from_plain(NetworkCard, plain, where="card", document=document)
    return card


def shipped_network(
    name: str, *, provider: str = "auto", folder: Path | None = None
) -> Network:
    """Open a network that ships.

    Raises
    ------
    NetworkError
        If it is not there, or is not the file that its card describes.
    """
    card = card_of(name, folder)
    path = (folder or FOLDER) / name / ONNX_NAME
    try:
        onnx_bytes = path.read_bytes()
    except OSError as error:
        raise NetworkError(
            f"The network {name} lacks its file {path} ({error.strerror or error}). "
            f"{_REMEDY[:1].upper()}{_REMEDY[1:]}."
        ) from error
    if hashlib.sha256(onnx_bytes).hexdigest() != card.sha256:
        raise NetworkError(
            f"The file {path} is not the one that the card of {name} describes: it is "
            f"damaged or was replaced. {_REMEDY[:1].upper()}{_REMEDY[1:]}."
        )
    return network_from_bytes(name, onnx_bytes, card.spec, provider=provider, card=card)


def _missing(name: str, folder: Path) -> str:
    names = shipped_names(folder)
    if not names:
        return (
            f"No networks are installed: they are expected in {folder}, which holds none. "
            "Install the program again: `pip install .` in a checkout of the repository."
        )
    return f"There is no network {name!r}. Those that ship are: {', '.join(names)}."
