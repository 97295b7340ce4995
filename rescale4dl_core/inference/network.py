"""A network that is ready to run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.card import ChannelAxis, NetworkSpec
from rescale4dl_core.inference.maps import Runner, maps_of
from rescale4dl_core.inference.onnx_session import open_session
from rescale4dl_core.inference.star_process import star_children

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.inference.child_process import Children


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
        return maps_of(batch, self.spec, self.runner, name=self.name, give_back=give_back)


def network_from_bytes(
    name: str,
    onnx_bytes: bytes,
    spec: NetworkSpec,
    *,
    provider: str = "auto",
    card: NetworkCard | None = None,
) -> Network:
    """Open a network that is trusted: it runs in this process.

    One from a stranger is opened by `opening.open_uploaded`, in a process with bounds.

    Parameters
    ----------
    name : str
        For messages and labels.
    onnx_bytes : bytes
        The ONNX file.
    spec : NetworkSpec
        How it is fed and what its outputs mean.
    provider : str
        "auto", "cpu" or "cuda".
    card : NetworkCard, optional
        Of a shipped network.

    Raises
    ------
    NetworkError
        If it cannot be opened, or does not take what `spec` says.
    """
    runner = open_session(onnx_bytes, name=name, provider=provider)
    return opened_network(name, onnx_bytes, spec, runner, card)


def opened_network(
    name: str,
    onnx_bytes: bytes,
    spec: NetworkSpec,
    runner: Runner,
    card: NetworkCard | None = None,
) -> Network:
    """Put an open network together with what is known of it.

    Raises
    ------
    NetworkError
        If the two do not belong together.
    """
    axis = 1 if spec.channel_axis is ChannelAxis.FIRST else 3
    n_channels = runner.input_shape[axis]
    if isinstance(n_channels, int) and n_channels != spec.input_channels:
        raise NetworkError(
            f"{name} takes {n_channels} channel(s), and its description says "
            f"{spec.input_channels}. The two do not belong together: get both again."
        )
    digest = hashlib.sha256(onnx_bytes).hexdigest()
    return Network(name, spec, card, digest, runner)
