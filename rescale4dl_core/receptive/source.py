"""The graph of an ONNX file, as far as it matters for what looks at what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.receptive.constants import LARGEST_VALUE
from rescale4dl_core.receptive.node import Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

LARGEST_SIDE_PX = 8192
MOST_CHANNELS = 4
"""A dimension of this size or less is taken as channels, a larger one as pixels."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Operations and constants; one input, which is the image."""

    input_name: str
    input_shape: tuple[int | None, ...]
    """None where the size is free."""

    output_names: tuple[str, ...]
    nodes: tuple[Node, ...]
    values: Mapping[str, NDArray[np.generic]]
    shapes: Mapping[str, tuple[int, ...]]

    @property
    def channel_guesses(self) -> tuple[tuple[int, int], ...]:
        """Which dimension may hold the channels, and how many, likeliest first."""
        weights = self._input_channels_of_first_convolution()
        found = []
        for index in (1, 3):
            fixed = self.input_shape[index]
            n_channels = weights if fixed is None else fixed
            if n_channels is not None:
                likely = fixed is not None and fixed <= MOST_CHANNELS
                found.append((not likely, index, n_channels))
        return tuple((index, n) for _, index, n in sorted(found))

    def _input_channels_of_first_convolution(self) -> int | None:
        for node in self.nodes:
            if node.operation == "Conv" and node.inputs[1] in self.shapes:
                return self.shapes[node.inputs[1]][1] * node.number("group", 1)
        return None


def graph_of(model: Any) -> Graph:
    """Return the graph of an `onnx.ModelProto`.

    Raises
    ------
    NetworkError
        If it does not take exactly one image, of four dimensions.
    """
    from onnx import helper, numpy_helper

    opset = max(
        (o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), default=1
    )
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    nodes = tuple(
        Node(
            node.op_type,
            tuple(node.input),
            tuple(node.output),
            {a.name: helper.get_attribute_value(a) for a in node.attribute},
            opset,
        )
        for node in model.graph.node
    )
    image = _image_input([i for i in model.graph.input if i.name not in weights])
    return Graph(
        image.name,
        _shape_of(image),
        tuple(output.name for output in model.graph.output),
        nodes,
        {
            name: numpy_helper.to_array(tensor)
            for name, tensor in weights.items()
            if np.prod(tensor.dims, dtype=float) <= LARGEST_VALUE
        },
        {name: tuple(tensor.dims) for name, tensor in weights.items()},
    )


def _image_input(inputs: list[Any]) -> Any:
    if len(inputs) != 1:
        names = ", ".join(i.name for i in inputs[:4]) or "none"
        raise NetworkError(
            f"This network takes {len(inputs)} inputs ({names}); a network that takes one "
            "image is expected. Export the part that goes from the image to the maps."
        )
    n_dims = len(inputs[0].type.tensor_type.shape.dim)
    if n_dims != 4:
        more = " Networks for stacks are not supported; use one for planes." * (n_dims == 5)
        raise NetworkError(
            f"This network takes an input of {n_dims} dimensions; four are expected: "
            f"batch, channels, rows, columns, or batch, rows, columns, channels.{more}"
        )
    sizes = _shape_of(inputs[0])[1:]
    if any(size is not None and size > LARGEST_SIDE_PX for size in sizes):
        shown = " x ".join(map(str, sizes[-2:]))
        raise NetworkError(
            f"This network fixes the image to {shown} px; up to "
            f"{LARGEST_SIDE_PX} px are accepted. Export it with free rows and columns."
        )
    return inputs[0]


def _shape_of(image: Any) -> tuple[int | None, ...]:
    dims = image.type.tensor_type.shape.dim
    return tuple(dim.dim_value if dim.dim_value > 0 else None for dim in dims)
