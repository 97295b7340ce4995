"""A network that is ready to run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.onnx_session import open_session
from rescale4dl_core.inference.spec import ChannelAxis, NetworkSpec, OutputKind
from rescale4dl_core.inference.star_process import star_children

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.inference.child import Children


class Runner(Protocol):
    """Whatever runs the network: this process, or one of its own."""

    @property
    def provider(self) -> str:
        """What truly runs."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be reported on opening."""
        ...

    @property
    def input_shape(self) -> tuple[int | str | None, ...]:
        """Of the input: numbers where fixed, names or None where free."""
        ...

    @property
    def output_shapes(self) -> tuple[tuple[int | str | None, ...], ...]:
        """Of each output."""
        ...

    def run(
        self, batch: NDArray[np.float32], *, give_back: bool = True
    ) -> tuple[NDArray[np.float32], ...]:
        """Run one batch, shaped as the network has it."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """An open network. It may be shared between threads, and is worth keeping."""

    name: str
    spec: NetworkSpec
    card: NetworkCard | None
    """None for a network of the user's own."""

    digest: str
    """SHA-256 of the ONNX file, 64 hex digits."""

    runner: Runner = field(repr=False)
    star_sorters: Children = field(default_factory=star_children, repr=False)
    """Processes that turn StarDist candidates into labels."""

    @property
    def provider(self) -> str:
        """What truly runs: "CPUExecutionProvider", "CUDAExecutionProvider"."""
        return self.runner.provider

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be reported on opening: a provider that was not there."""
        return self.runner.notes

    def run(
        self, batch: NDArray[np.float32], *, give_back: bool = True
    ) -> tuple[NDArray[np.float32], ...]:
        """Return the maps of one batch.

        Parameters
        ----------
        batch : float32 ndarray of shape (images, channels, rows, columns)
            Normalised; rows and columns are multiples of `spec.multiple_px`.
        give_back : bool
            Whether memory is given back afterwards; not where more batches follow.

        Returns
        -------
        tuple of float32 ndarray of shape (images, maps, rows, columns)
            One for classes and foreground. Two for stars: probability, then one distance
            per ray. On the output grid.

        Raises
        ------
        NetworkError
            If the network cannot be run on this batch, or answers something else than
            `spec` says.
        """
        last = self.spec.channel_axis is ChannelAxis.LAST
        if last:
            batch = np.ascontiguousarray(np.moveaxis(batch, 1, -1))
        outputs = self.runner.run(batch, give_back=give_back)
        if last:
            outputs = tuple(np.moveaxis(output, -1, 1) for output in outputs)
        maps = _in_order(outputs, self.spec)
        if maps is None:
            found = " and ".join(str(output.shape) for output in outputs) or "nothing"
            raise NetworkError(
                f"{self.name} answers with arrays of shape {found}, which are not the "
                f"maps of a network of kind “{self.spec.output.value}”. Choose the kind "
                "that it is, or another network."
            )
        return maps


def network_from_bytes(
    name: str,
    onnx_bytes: bytes,
    spec: NetworkSpec,
    *,
    trusted: bool,
    provider: str = "auto",
    card: NetworkCard | None = None,
) -> Network:
    """Open a network.

    Parameters
    ----------
    name : str
        For messages and labels.
    onnx_bytes : bytes
        The ONNX file.
    spec : NetworkSpec
        How it is fed and what its outputs mean.
    trusted : bool
        Whether it runs in this process. One that is not is checked first, and runs in a
        process with bounds on memory and time.
    provider : str
        "auto", "cpu" or "cuda".
    card : NetworkCard, optional
        Of a shipped network.

    Raises
    ------
    NetworkError
        If it cannot be opened, is not safe, or does not take what `spec` says.
    """
    runner: Runner
    if trusted:
        runner = open_session(onnx_bytes, name=name, provider=provider)
    else:
        from rescale4dl_core.inference.network_process import open_elsewhere

        runner = open_elsewhere(onnx_bytes, name=name, provider=provider)
    axis = 1 if spec.channel_axis is ChannelAxis.FIRST else 3
    n_channels = runner.input_shape[axis]
    if isinstance(n_channels, int) and n_channels != spec.input_channels:
        raise NetworkError(
            f"{name} takes {n_channels} channel(s), and its description says "
            f"{spec.input_channels}. The two do not belong together: get both again."
        )
    digest = hashlib.sha256(onnx_bytes).hexdigest()
    return Network(name, spec, card, digest, runner)


def open_network(model: str | Path, *, provider: str = "auto") -> Network:
    """Open a shipped network by its name, or a file by its path.

    Parameters
    ----------
    model : str or Path
        Name of a shipped network, or an .onnx file.
    provider : str
        "auto", "cpu" or "cuda".

    Raises
    ------
    NetworkError
        If there is no such network, or it cannot be opened.
    """
    from rescale4dl_core.inference.store import shipped_names, shipped_network

    if str(model) in shipped_names():
        return shipped_network(str(model), provider=provider)
    raise NetworkError(_not_there(str(model), shipped_names()))


def _not_there(model: str, names: tuple[str, ...]) -> str:
    offered = ", ".join(names) or "none are installed"
    return (
        f"There is no network {model!r}: it is neither a file nor one of those that ship "
        f"with the app ({offered}). Correct the name or the path."
    )


def _in_order(
    outputs: tuple[NDArray[np.float32], ...], spec: NetworkSpec
) -> tuple[NDArray[np.float32], ...] | None:
    """Return the maps that `spec` announces, None where they are not there."""
    if any(output.ndim != 4 for output in outputs):
        return None
    if spec.output is not OutputKind.STARS:
        return outputs[:1] or None
    of_channels = {output.shape[1]: output for output in reversed(outputs)}
    if 1 in of_channels and spec.n_rays in of_channels:
        return of_channels[1], of_channels[spec.n_rays]
    together = of_channels.get(1 + spec.n_rays)
    return None if together is None else (together[:, :1], together[:, 1:])
