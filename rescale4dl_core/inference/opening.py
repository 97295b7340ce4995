"""Opening a network: by the name of one that ships, or from a file of the user's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.card import Normalisation
from rescale4dl_core.inference.network import Network, opened_network
from rescale4dl_core.inference.store import shipped_names, shipped_network

if TYPE_CHECKING:
    from rescale4dl_core.receptive.bioimageio import Description


def open_network(model: str | Path, *, provider: str = "auto") -> Network:
    """Open a shipped network by its name, or a file by its path.

    Parameters
    ----------
    model : str or Path
        Name of a shipped network, an .onnx file, or a bioimage.io .zip.
    provider : str
        "auto", "cpu" or "cuda".

    Raises
    ------
    NetworkError
        If there is no such network, or it cannot be opened.

    Examples
    --------
    >>> open_network("unet-cocci-fluo").spec.output
    <OutputKind.CLASSES: 'classes'>
    """
    names = shipped_names()
    if str(model) in names:
        return shipped_network(str(model), provider=provider)
    path = Path(model)
    if path.is_file():
        return open_uploaded(path.name, path.read_bytes(), provider=provider)
    raise NetworkError(
        f"There is no network {str(model)!r}: it is neither a file nor one of those that "
        f"ship with the app ({', '.join(names) or 'none are installed'}). Correct the "
        "name or the path."
    )


def open_uploaded(name: str, content: bytes, *, provider: str = "auto") -> Network:
    """Open a network of the user's own, in a process with bounds.

    Parameters
    ----------
    name : str
        Of the file; its ending tells what it is.
    content : bytes
        The ONNX file, or the bioimage.io package.
    provider : str
        "auto", "cpu" or "cuda".

    Raises
    ------
    NetworkError
        If it is not safe, cannot be opened, or does not segment images.
    """
    from rescale4dl_core.inference.network_process import open_elsewhere

    onnx_bytes, description = onnx_in(name, content)
    runner = open_elsewhere(onnx_bytes, name=name, provider=provider)
    spec = runner.spec()
    if description is not None:
        spec = replace(spec, normalisation=_normalisation(description))
        runner = replace(runner, notes=(*runner.notes, *_notes(description)))
    return opened_network(name, onnx_bytes, spec, runner)


def onnx_in(name: str, content: bytes) -> tuple[bytes, Description | None]:
    """Return the ONNX file in an upload, and the description that comes with it.

    Raises
    ------
    NetworkError
        If a zip is no bioimage.io package that can be read.
    """
    from rescale4dl_core.receptive.bioimageio import read_package

    if not name.lower().endswith(".zip"):
        return content, None
    package = read_package(content)
    return package.onnx_bytes, package.description


def _normalisation(description: Description) -> Normalisation:
    if description.low_percentile is None or description.high_percentile is None:
        return Normalisation()
    return Normalisation(
        description.low_percentile, description.high_percentile, description.per_channel
    )


def _notes(description: Description) -> tuple[str, ...]:
    if not description.other_preprocessing:
        return ()
    usual = Normalisation()
    return (
        f"The package prepares images by {', '.join(description.other_preprocessing)}; "
        f"here intensities are scaled from the {usual.low_percentile:g}th to the "
        f"{usual.high_percentile:g}th percentile instead, so this network may do worse "
        "than it can.",
    )
