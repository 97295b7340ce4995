"""The theoretical receptive field of a network: read from its graph, nothing is run.

From the pixels of a map it walks back to the pixels of the image that they look at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.receptive.layout import Axis, Layout, SizesDisagreeError
from rescale4dl_core.receptive.onnx_graph import graph_of
from rescale4dl_core.receptive.reach import HERE, Everywhere
from rescale4dl_core.receptive.trace import Trace, trace
from rescale4dl_core.receptive.untrusted import parsed_network

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from rescale4dl_core.receptive.onnx_graph import Graph

    Stretch = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What each position of a map sees along one direction of the image."""

    first_px: NDArray[np.int64]
    last_px: NDArray[np.int64]
    global_by: str | None
    """The operation that looks at the whole image, if one does."""

    @property
    def sizes_px(self) -> NDArray[np.int64]:
        """Image pixels seen, from the first to the last."""
        return self.last_px - self.first_px + 1


def seen_by(trace: Trace, output: str, axis: Axis, image: str) -> Seen:
    """Return what every position of a map sees, as if the image had no border.

    Exact where each layer is: a stretch stands for all pixels between its ends, which
    layers with gaps between their taps do not all look at.

    Parameters
    ----------
    trace : Trace
        Of the graph, for one size of image.
    output : str
        Name of the map.
    axis : Axis
        Direction in the image.
    image : str
        Name of the input.
    """
    layout = trace.layouts[output]
    dim = layout.dim_of(axis)
    positions = np.arange(1 if dim is None else layout.shape[dim])
    stretches: dict[str, Stretch] = {output: (positions, positions)}
    global_by = None
    for link in reversed(trace.links):
        if link.seen_by not in stretches:
            continue
        reach = link.reaches.get(axis, HERE)
        if isinstance(reach, Everywhere):
            global_by = reach.operation
        found = reach.inputs_of(*stretches[link.seen_by])
        stretches[link.seen] = _hull(stretches.get(link.seen), found)
    first, last = stretches[image]
    return Seen(first, last, global_by)


def _hull(known: Stretch | None, found: Stretch) -> Stretch:
    if known is None:
        return found
    return np.minimum(known[0], found[0]), np.maximum(known[1], found[1])


SIZES_TRIED_PX = (768, 640, 1000, *range(769, 833))
"""Multiples of all usual poolings first, then every remainder of 64."""

COARSEST_GRID_PX = 1024
LARGEST_OVERHANG = 2
"""A map may reach beyond the image by padding, but not to this many times its size."""

ROWS_AND_COLUMNS = (Axis.ROWS, Axis.COLUMNS)


@dataclass(frozen=True, slots=True)
class MapOutput:
    """One map that a network makes."""

    name: str
    index: int
    """Among the outputs of the file."""

    n_channels: int
    stride_px: int
    """Image pixels per pixel of the map."""


@dataclass(frozen=True, slots=True)
class GraphView:
    """What the graph of a network tells about it."""

    input_channels: int
    channels_last: bool
    """Batch, rows, columns, channels, as TensorFlow exports; else channels second."""

    fixed_size_px: tuple[int | None, int | None]
    """Rows and columns where the file fixes them."""

    takes_several: bool
    """Whether a batch may hold more than one image."""

    outputs: tuple[MapOutput, ...]
    """The finest maps; coarser ones are left out."""

    multiple_px: int
    """After how many image pixels the pattern of positions repeats: the pooling grid.
    Rows and columns are a multiple of it, so that maps cover the image and tiles agree."""

    lost_px: int
    """Image pixels that the maps do not cover: convolutions without padding."""

    rows_px: tuple[int, ...]
    """Pixels seen along the rows axis, for each position on the pooling grid."""

    columns_px: tuple[int, ...]
    largest_px: int | None
    """The largest over positions, maps and directions; None: the whole image."""

    global_by: str | None
    """The operation that looks at the whole image."""

    unknown_operation: str | None = None
    """The operation because of which the graph could not be followed: the rest was then
    found by trial runs, and `largest_px` is None."""

    @property
    def output_stride(self) -> int:
        """Image pixels per pixel of the maps."""
        return self.outputs[0].stride_px


def theoretical_receptive_field(onnx_bytes: bytes) -> GraphView:
    """Read from a graph what each pixel of the maps looks at.

    Parameters
    ----------
    onnx_bytes : bytes
        An ONNX file; it is checked as one from a stranger.

    Returns
    -------
    GraphView
        With the exact receptive field at each position on the pooling grid, away from the
        border, in image pixels.

    Raises
    ------
    NetworkError
        If the file is refused (`check_untrusted`), takes or makes no image, or its
        tensors fit together at no size tried.
    UnreadableOperationError
        If an operation between image and maps has no rule; the fields then have to be
        measured.
    """
    return view_of_graph(graph_of(parsed_network(onnx_bytes)))


def view_of_graph(graph: Graph) -> GraphView:
    """See `theoretical_receptive_field`."""
    disagreement: Exception | None = None
    for channel_dim, n_channels in graph.channel_guesses:
        for size_px in SIZES_TRIED_PX:
            try:
                return _view(graph, channel_dim, n_channels, size_px)
            except SizesDisagreeError as error:
                disagreement = error
            if None not in graph.input_shape[1:]:
                break
    raise NetworkError(
        "The tensors of this network do not fit together for images of "
        f"{min(SIZES_TRIED_PX)} to {max(SIZES_TRIED_PX)} px. It may be damaged; export it "
        "again with free rows and columns."
    ) from disagreement


def _view(graph: Graph, channel_dim: int, n_channels: int, size_px: int) -> GraphView:
    dims = _space_dims(channel_dim)
    fixed = (graph.input_shape[dims[0]], graph.input_shape[dims[1]])
    size = (fixed[0] or size_px, fixed[1] or size_px)
    followed = trace(graph, _image(channel_dim, n_channels, size))
    outputs = _finest_maps(graph, followed, channel_dim)
    grid_px = _grid_px(followed)
    stride_px = outputs[0].stride_px
    seen = {
        axis: [seen_by(followed, one.name, axis, graph.input_name) for one in outputs]
        for axis in ROWS_AND_COLUMNS
    }
    everything = [one for maps in seen.values() for one in maps]
    global_by = next((one.global_by for one in everything if one.global_by), None)
    return GraphView(
        n_channels,
        channel_dim == 3,
        fixed,
        graph.input_shape[0] is None,
        outputs,
        grid_px,
        _lost_px(followed, outputs[0], size[0]),
        _by_position(seen[Axis.ROWS], max(1, grid_px // stride_px)),
        _by_position(seen[Axis.COLUMNS], max(1, grid_px // stride_px)),
        None if global_by else max(int(one.sizes_px.max()) for one in everything),
        global_by,
    )


def _space_dims(channel_dim: int) -> tuple[int, int]:
    return (2, 3) if channel_dim == 1 else (1, 2)


def _image(channel_dim: int, n_channels: int, size: tuple[int, int]) -> Layout:
    if channel_dim == 1:
        return Layout.of((1, n_channels, *size), (None, None, *ROWS_AND_COLUMNS))
    return Layout.of((1, *size, n_channels), (None, *ROWS_AND_COLUMNS, None))


def _finest_maps(graph: Graph, followed: Trace, channel_dim: int) -> tuple[MapOutput, ...]:
    image = followed.layouts[graph.input_name]
    maps = []
    for index, name in enumerate(graph.output_names):
        layout = followed.layouts.get(name)
        if layout is None or layout.rank != 4 or layout.axes != frozenset(Axis):
            continue
        steps = {followed.steps[name][axis] for axis in ROWS_AND_COLUMNS}
        step = max(steps)
        too_large = any(
            _length(layout, axis) * step > LARGEST_OVERHANG * _length(image, axis)
            for axis in ROWS_AND_COLUMNS
        )
        if len(steps) > 1 or step.denominator > 1 or too_large:
            raise NetworkError(
                f"One pixel of the map {name!r} stands for "
                f"{' x '.join(str(s) for s in sorted(steps))} pixels of the image, and it "
                f"has {' x '.join(map(str, layout.shape))}; a whole number, the same for "
                "rows and columns, is expected, and a map as large as the image. This "
                "network does not segment images on their own grid."
            )
        channels = next(i for i in (1, 3, 2) if not layout.axes_at(i))
        maps.append(MapOutput(name, index, layout.shape[channels], int(step)))
    if not maps:
        raise NetworkError(
            "This network makes no map: none of its outputs has rows and columns. A "
            "network that segments images is expected, not one that classifies them."
        )
    finest = min(one.stride_px for one in maps)
    return tuple(one for one in maps if one.stride_px == finest)


def _grid_px(followed: Trace) -> int:
    """Return after how many image pixels the pattern of positions repeats."""
    steps = [step for tensor in followed.steps.values() for step in tensor.values()]
    whole = [step.limit_denominator(64).numerator for step in steps]
    return min(math.lcm(*whole), COARSEST_GRID_PX)


def _by_position(seen: Iterable[Seen], n_positions: int) -> tuple[int, ...]:
    sizes = [one.sizes_px[:n_positions] for one in seen]
    return tuple(int(max(at)) for at in zip(*sizes, strict=True))


def _lost_px(followed: Trace, one: MapOutput, size_px: int) -> int:
    return size_px - one.stride_px * _length(followed.layouts[one.name], Axis.ROWS)


def _length(layout: Layout, axis: Axis) -> int:
    dim = layout.dim_of(axis)
    return 1 if dim is None else layout.shape[dim]
