"""All that can be found out about a network before it is used, and notes on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import NetworkError, QuantityError
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.receptive.effective import effective_field
from rescale4dl_core.receptive.graph import GraphView, MapOutput, view_of_graph
from rescale4dl_core.receptive.impulse import impulse_field
from rescale4dl_core.receptive.onnx_graph import graph_of
from rescale4dl_core.receptive.probe import Probe
from rescale4dl_core.receptive.trace import UnreadableOperationError
from rescale4dl_core.receptive.untrusted import parsed_network
from rescale4dl_core.window import Window, window_for_receptive_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.receptive.effective import EffectiveField
    from rescale4dl_core.receptive.impulse import ImpulseField
    from rescale4dl_core.receptive.onnx_graph import Graph
    from rescale4dl_core.receptive.probe import RunBatch


def notes_on(
    view: GraphView, impulse: ImpulseField, effective: EffectiveField
) -> list[str]:
    """Return what a user should know of a network before trusting its window."""
    notes = []
    if view.global_by:
        notes.append(
            f"The operation {view.global_by} looks at the whole image, so the theoretical "
            "receptive field is global and the window rests on the effective one."
        )
    if view.unknown_operation:
        notes.append(
            f"What the operation {view.unknown_operation} looks at cannot be read from "
            "the graph, so the theoretical receptive field is not known and the window "
            "rests on the impulse-measured one."
        )
    if impulse.reaches_edge:
        notes.append(
            "A changed pixel changed the maps as far as was looked: the impulse-measured "
            f"receptive field is {impulse.largest_px} px or more."
        )
    if effective.side_px == 0:
        notes.append(
            "Moving single pixels changed nothing: the effective receptive field could not "
            "be measured. The network may be untrained, or expect other intensities."
        )
    if view.lost_px:
        notes.append(
            f"The maps leave out {view.lost_px} px of the image's rows and columns, since "
            "the network does not pad. It can be inspected, but not run here: export it "
            "with padding."
        )
    if any(view.fixed_size_px):
        size = " x ".join("any" if n is None else str(n) for n in view.fixed_size_px)
        notes.append(f"The file fixes the image size to {size} px.")
    return notes


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


@dataclass(frozen=True, slots=True)
class InspectedMap:
    """One map that a network makes, and the values seen in it."""

    name: str
    n_channels: int
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a network takes, gives and sees."""

    theoretical_px: int | None
    """Largest exact one over positions by the graph; None: global, or not known."""

    impulse_px: int
    """Side of the square in which a changed pixel changes the maps."""

    impulse_reaches_edge: bool
    """Whether changes were seen as far as was looked."""

    effective_px: float
    """Side of the square that holds 95 % of the response energy."""

    output_stride: int
    window: Window | None
    """None where no object suits: see `notes`."""

    input_channels: int
    channels_last: bool
    fixed_size_px: tuple[int | None, int | None]
    multiple_px: int
    lost_px: int
    """Image pixels at the border that the maps do not cover."""

    maps: tuple[InspectedMap, ...]
    rows_px: tuple[int, ...]
    """The theoretical one along the rows axis at each position on the pooling grid."""

    columns_px: tuple[int, ...]
    global_by: str | None
    """The operation that makes the theoretical one global."""

    unknown_operation: str | None
    """The operation because of which the graph could not be followed."""

    notes: tuple[str, ...]
    """In words, what a user has to know."""

    @property
    def sees_px(self) -> float:
        """The receptive field that the window rests on."""
        if self.theoretical_px is not None:
            return float(self.theoretical_px)
        return float(self.impulse_px) if self.unknown_operation else self.effective_px


def inspect_network(
    onnx_bytes: bytes,
    run: RunBatch,
    *,
    patches: Sequence[NDArray[np.float32]] = (),
    seed: int = 0,
    progress: Progress = silent,
) -> Inspection:
    """Find the three receptive fields of a network and the window that follows.

    Parameters
    ----------
    onnx_bytes : bytes
        The ONNX file; it is checked as one from a stranger.
    run : callable
        Runs the same network on one batch, shaped as the network has it, and returns its
        outputs in the order of the file. A network from a stranger has to run in a
        process with bounds on memory and time.
    patches : sequence of float32 ndarray of shape (channels, rows, columns)
        Images for the effective field, normalised as the network expects them; without
        any, noise.
    seed : int
        Of the measurements; the same seed gives the same answer.
    progress : Progress
        Called for each run.

    Raises
    ------
    NetworkError
        If the file is refused, does not make maps of images, or cannot be run.
    """
    progress(0.0, "Reading the graph")
    view = graph_view(onnx_bytes, run)
    return inspect_view(view, run, patches=patches, seed=seed, progress=progress)


def graph_view(onnx_bytes: bytes, run: RunBatch) -> GraphView:
    """Read what a network takes, gives and sees from its graph, or else by trial runs.

    Raises
    ------
    NetworkError
        If the file is refused, or does not make maps of images.
    """
    graph = graph_of(parsed_network(onnx_bytes))
    try:
        return view_of_graph(graph)
    except UnreadableOperationError as error:
        return measured_view(graph, run, str(error))


def inspect_view(
    view: GraphView,
    run: RunBatch,
    *,
    patches: Sequence[NDArray[np.float32]] = (),
    seed: int = 0,
    progress: Progress = silent,
) -> Inspection:
    """Do what is left of `inspect_network` once the graph was read, where that was done.

    Raises
    ------
    NetworkError
        If the network cannot be run.
    """
    probe = probe_of(view, run)
    maps = _maps_of(view, probe, patches)
    impulse = impulse_field(
        probe, expected_px=view.largest_px, seed=seed, progress=_part(progress, 0.05, 0.5)
    )
    effective = effective_field(
        probe,
        sees_px=impulse.largest_px,
        patches=patches,
        seed=seed,
        progress=_part(progress, 0.5, 1.0),
    )
    progress(1.0, "Done")
    return _inspection(view, maps, impulse, effective)


def _part(progress: Progress, start: float, end: float) -> Progress:
    def report(fraction: float, message: str, /) -> None:
        progress(start + (end - start) * fraction, message)

    return report


def probe_of(view: GraphView, run: RunBatch) -> Probe:
    """Return the network of a graph as one that can be measured."""
    return Probe(
        run,
        view.channels_last,
        tuple(one.index for one in view.outputs),
        view.input_channels,
        view.output_stride,
        view.multiple_px,
        view.fixed_size_px,
        view.takes_several,
    )


def _maps_of(
    view: GraphView, probe: Probe, patches: Sequence[NDArray[np.float32]]
) -> tuple[InspectedMap, ...]:
    size = probe.size_px(128, 128)
    random = np.random.default_rng(0)
    image = random.random((view.input_channels, *size), np.float32)
    seen = [probe.maps(image[None])]
    for patch in patches[:2]:
        rows, columns = (
            n // probe.multiple_px * probe.multiple_px for n in patch.shape[1:]
        )
        if not any(probe.fixed_size_px) and min(rows, columns) >= probe.multiple_px:
            piece = np.ascontiguousarray(patch[:, :rows, :columns])
            seen.append(probe.maps(piece[None]))
    return tuple(
        InspectedMap(
            one.name,
            one.n_channels,
            min(float(maps[index].min()) for maps in seen),
            max(float(maps[index].max()) for maps in seen),
        )
        for index, one in enumerate(view.outputs)
    )


def _inspection(
    view: GraphView,
    maps: tuple[InspectedMap, ...],
    impulse: ImpulseField,
    effective: EffectiveField,
) -> Inspection:
    notes = notes_on(view, impulse, effective)
    if view.largest_px is not None:
        sees_px: float = view.largest_px
    else:
        sees_px = impulse.largest_px if view.unknown_operation else effective.side_px
    window: Window | None = None
    try:
        window = window_for_receptive_field(sees_px, view.output_stride)
    except QuantityError as error:
        notes.append(str(error))
    return Inspection(
        view.largest_px,
        impulse.largest_px,
        impulse.reaches_edge,
        effective.side_px,
        view.output_stride,
        window,
        view.input_channels,
        view.channels_last,
        view.fixed_size_px,
        view.multiple_px,
        view.lost_px,
        maps,
        view.rows_px,
        view.columns_px,
        view.global_by,
        view.unknown_operation,
        tuple(notes),
    )
