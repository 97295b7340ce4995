"""What a network takes and gives, by trial runs: where its graph is not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.receptive.graph import GraphView, MapOutput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.receptive.probe import RunBatch
    from rescale4dl_core.receptive.source import Graph

BASE_PX = 128
MULTIPLES_TRIED_PX = (16, 32, 64)
"""From 16 up, so that a pooling grid that is not known is covered."""


def measured_view(graph: Graph, run: RunBatch, unknown_operation: str) -> GraphView:
    """Return what trial runs tell; the theoretical receptive field stays unknown.

    Raises
    ------
    NetworkError
        If the network makes no map of any image tried.
    """
    for channel_dim, n_channels in graph.channel_guesses or ((1, 1), (3, 1)):
        dims = (2, 3) if channel_dim == 1 else (1, 2)
        fixed = (graph.input_shape[dims[0]], graph.input_shape[dims[1]])
        size = (fixed[0] or BASE_PX, fixed[1] or BASE_PX)
        maps = _maps(graph, run, channel_dim, n_channels, size)
        if not maps:
            continue
        return GraphView(
            input_channels=n_channels,
            channels_last=channel_dim == 3,
            fixed_size_px=fixed,
            takes_several=graph.input_shape[0] is None,
            outputs=maps,
            multiple_px=_multiple(graph, run, channel_dim, n_channels),
            lost_px=0,
            rows_px=(),
            columns_px=(),
            largest_px=None,
            global_by=None,
            unknown_operation=unknown_operation,
        )
    raise NetworkError(
        f"This network makes no map of an image of {BASE_PX} px: an output of four "
        "dimensions, as fine as the image or a whole number of times coarser, is expected. "
        "Export the part that goes from the image to the maps."
    )


def _multiple(graph: Graph, run: RunBatch, channel_dim: int, n_channels: int) -> int:
    """Return the smallest multiple that works at one size after the base."""
    for multiple in MULTIPLES_TRIED_PX:
        size = (BASE_PX + multiple, BASE_PX + multiple)
        if _maps(graph, run, channel_dim, n_channels, size):
            return multiple
    return MULTIPLES_TRIED_PX[-1]


def _maps(
    graph: Graph, run: RunBatch, channel_dim: int, n_channels: int, size: tuple[int, int]
) -> tuple[MapOutput, ...]:
    """Return the maps that cover an image of this size, none where it cannot be run."""
    last = channel_dim == 3
    shape = (1, *size, n_channels) if last else (1, n_channels, *size)
    try:
        outputs = run(np.random.default_rng(0).random(shape, np.float32))
    except NetworkError:
        return ()
    found = [
        MapOutput(name, index, output.shape[channel_dim], stride)
        for index, (name, output) in enumerate(
            zip(graph.output_names, outputs, strict=False)
        )
        if (stride := _stride(output, size, last=last))
    ]
    finest = min((one.stride_px for one in found), default=0)
    return tuple(one for one in found if one.stride_px == finest)


def _stride(output: NDArray[np.float32], size: Sequence[int], *, last: bool) -> int | None:
    if output.ndim != 4:
        return None
    shape = output.shape[1:3] if last else output.shape[2:4]
    strides = {whole / part for whole, part in zip(size, shape, strict=True) if part}
    (stride, *rest) = strides or {0.5}
    return int(stride) if not rest and stride >= 1 and stride % 1 == 0 else None
