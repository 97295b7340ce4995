"""How a network that comes without a card is fed: by its graph and its answer to noise.

Reading a graph takes time and memory that its maker decides, so `spec_of` is called in the
process with bounds that will run the network.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.card import ChannelAxis, NetworkSpec, OutputKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.inference.onnx_session import OnnxSession
    from rescale4dl_core.receptive.graph import GraphView

FEWEST_RAYS = 8
"""A map with more channels than classes usually are holds distances along rays."""

MOST_CLASSES = 8

PROBE_PX = 128
"""Side of the noise image that shows what a network answers."""


def spec_of(onnx_bytes: bytes, session: OnnxSession) -> NetworkSpec:
    """Return how a network is fed, by its graph and by its answer to noise.

    Parameters
    ----------
    onnx_bytes : bytes
        The ONNX file.
    session : OnnxSession
        The same, opened.

    Raises
    ------
    NetworkError
        If it is refused as one from a stranger, or does not segment images.
    """
    from rescale4dl_core.receptive.inspect import graph_view

    spec = _spec_of_view(graph_view(onnx_bytes, session.run))
    return replace(spec, logits=_answers_with_logits(spec, session))


def _spec_of_view(view: GraphView) -> NetworkSpec:
    if view.input_channels not in (1, 3):
        raise NetworkError(
            f"This network takes {view.input_channels} channels; 1 (one intensity) or 3 "
            "(red, green and blue) can be given. Choose another network."
        )
    if view.lost_px:
        raise NetworkError(
            f"The maps of this network are {view.lost_px} px smaller than the image: its "
            "convolutions have no padding. Export it with padding (“same”)."
        )
    rows, columns = view.fixed_size_px
    if rows != columns:
        raise NetworkError(
            f"This network takes images of {rows or 'any number of'} rows and "
            f"{columns or 'any number of'} columns only; free sizes, or as many rows as "
            "columns, are expected. Export it with free rows and columns."
        )
    kind, n_rays = output_kind([one.n_channels for one in view.outputs])
    return NetworkSpec(
        input_channels=view.input_channels,
        output=kind,
        multiple_px=view.multiple_px,
        halo_px=0 if view.largest_px is None else math.ceil(view.largest_px / 2),
        output_stride=view.output_stride,
        n_rays=n_rays,
        channel_axis=ChannelAxis.LAST if view.channels_last else ChannelAxis.FIRST,
        whole_image=view.largest_px is None,
        fixed_px=rows or 0,
    )


def output_kind(n_channels: Sequence[int]) -> tuple[OutputKind, int]:
    """Return what maps with so many channels hold, and along how many rays.

    Raises
    ------
    NetworkError
        If they are neither classes, nor foreground, nor stars.

    Examples
    --------
    >>> output_kind([3])
    (<OutputKind.CLASSES: 'classes'>, 0)
    >>> output_kind([1, 32])
    (<OutputKind.STARS: 'stars'>, 32)
    """
    most = max(n_channels)
    if sorted(n_channels) == [1, most] and most >= FEWEST_RAYS:
        return OutputKind.STARS, most
    if len(n_channels) == 1 and most > MOST_CLASSES:
        return OutputKind.STARS, most - 1
    if most <= MOST_CLASSES:
        kind = OutputKind.FOREGROUND if n_channels[0] == 1 else OutputKind.CLASSES
        return kind, 0
    raise NetworkError(
        f"The maps of this network have {' and '.join(map(str, n_channels))} channels. "
        "Expected: one map of object probability, one per class, or for StarDist one of "
        "probability and one of distances along rays. Choose another network."
    )


def _answers_with_logits(spec: NetworkSpec, session: OnnxSession) -> bool:
    """Whether the maps leave the range of probabilities, so that the last step is due."""
    from rescale4dl_core.inference.maps import maps_of

    side = spec.fixed_px or -(-PROBE_PX // spec.multiple_px) * spec.multiple_px
    noise = np.random.default_rng(0).random((1, spec.input_channels, side, side))
    first = maps_of(noise.astype(np.float32), spec, session, name="this network")[0]
    return bool(first.min() < -0.01 or first.max() > 1.01)
