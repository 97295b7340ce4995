"""One batch through a network, whatever runs it and however it wants its channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.card import ChannelAxis, NetworkSpec, OutputKind

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


def maps_of(
    batch: NDArray[np.float32],
    spec: NetworkSpec,
    runner: Runner,
    *,
    name: str,
    give_back: bool = True,
) -> tuple[NDArray[np.float32], ...]:
    """Run one batch; see `Network.run`.

    Raises
    ------
    NetworkError
        If the network cannot be run on this batch, or answers something else than `spec`
        says.
    """
    last = spec.channel_axis is ChannelAxis.LAST
    if last:
        batch = np.ascontiguousarray(np.moveaxis(batch, 1, -1))
    outputs = runner.run(batch, give_back=give_back)
    if last:
        outputs = tuple(np.moveaxis(output, -1, 1) for output in outputs)
    maps = _in_order(outputs, spec)
    if maps is None:
        found = " and ".join(str(output.shape) for output in outputs) or "nothing"
        raise NetworkError(
            f"{name} answers with arrays of shape {found}, which are not the maps of a "
            f"network of kind “{spec.output.value}”. Choose the kind that it is, or "
            "another network."
        )
    return _as_probabilities(maps, spec) if spec.logits else maps


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


def _as_probabilities(
    maps: tuple[NDArray[np.float32], ...], spec: NetworkSpec
) -> tuple[NDArray[np.float32], ...]:
    from scipy.special import expit, softmax

    first, *others = maps
    one_by_one = spec.output is not OutputKind.CLASSES
    scaled = expit(first) if one_by_one else softmax(first, axis=1)
    return (scaled.astype(np.float32), *others)
