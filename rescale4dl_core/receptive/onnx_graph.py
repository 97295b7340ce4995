"""The graph of an ONNX file: what is computed from what, and the constants within it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.receptive.node import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]


LARGEST_VALUE = 4096
"""Constants of more numbers than this are weights, and not looked into."""


def computed_constant(node: Node, inputs: Sequence[Array | None]) -> Array | None:
    """Return the output of an operation on known constants, None where it is not known.

    Parameters
    ----------
    node : Node
        Any operation; only those that exporters use on sizes are computed.
    inputs : sequence of ndarray or None
        None for an input that is left out or not known.
    """
    rule = _RULES.get(node.operation)
    present = [name for name in node.inputs if name]
    if rule is None or any(i is None for i in inputs[: len(present)]):
        return None
    try:
        with np.errstate(all="ignore"):
            found = np.asarray(rule(node, *inputs))
    except (ValueError, IndexError, TypeError, OverflowError, ZeroDivisionError):
        return None
    return found if found.size <= LARGEST_VALUE else None


def _constant(node: Node, *_: Array) -> Array:
    from onnx import numpy_helper

    for name, value in node.attributes.items():
        if name == "value" and np.prod(value.dims, dtype=float) <= LARGEST_VALUE:
            found: Array = numpy_helper.to_array(value)
            return found
        if name in ("value_int", "value_ints"):
            return np.asarray(value, np.int64)
        if name in ("value_float", "value_floats"):
            return np.asarray(value, np.float32)
    raise ValueError


def _constant_of_shape(node: Node, shape: Array) -> Array:
    from onnx import numpy_helper

    if np.prod(shape, dtype=float) > LARGEST_VALUE:
        raise ValueError
    given = node.attributes.get("value")
    fill = np.float32(0) if given is None else numpy_helper.to_array(given).ravel()[0]
    return np.full(shape.astype(np.int64).tolist(), fill)


def _range(_: Node, start: Array, limit: Array, step: Array) -> Array:
    if abs(float(limit) - float(start)) > LARGEST_VALUE * abs(float(step)):
        raise ValueError
    return np.arange(start.item(), limit.item(), step.item())


def _cast(node: Node, value: Array) -> Array:
    from onnx import helper

    return value.astype(helper.tensor_dtype_to_np_dtype(node.number("to", 1)))


def _divided(_: Node, a: Array, b: Array) -> Array:
    whole = np.issubdtype(a.dtype, np.integer) and np.issubdtype(b.dtype, np.integer)
    return np.trunc(a / b).astype(a.dtype) if whole else a / b


def _axes(node: Node, given: Sequence[Array]) -> tuple[int, ...]:
    if given:
        return tuple(int(axis) for axis in given[0].ravel())
    return node.numbers("axes", ())


def _unsqueezed(node: Node, value: Array, *axes: Array) -> Array:
    return np.expand_dims(value, _axes(node, axes))


def _squeezed(node: Node, value: Array, *axes: Array) -> Array:
    return np.squeeze(value, _axes(node, axes) or None)


def _sliced(node: Node, value: Array, *rest: Array) -> Array:
    parts = [part.ravel().tolist() for part in rest]
    starts, ends = parts[:2] or [list(node.numbers(n, ())) for n in ("starts", "ends")]
    axes = parts[2] if len(parts) > 2 else list(node.numbers("axes", range(len(starts))))
    steps = parts[3] if len(parts) > 3 else [1] * len(starts)
    index = [slice(None)] * value.ndim
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        stop = None if step < 0 and end < -value.shape[axis] else int(end)
        index[axis] = slice(int(start), stop, int(step))
    return value[tuple(index)]


def _gathered(node: Node, value: Array, indices: Array) -> Array:
    return np.take(value, indices.astype(np.int64), axis=node.number("axis", 0))


def _expanded(_: Node, value: Array, shape: Array) -> Array:
    sizes = np.broadcast_shapes(value.shape, tuple(int(size) for size in shape))
    if np.prod(sizes, dtype=float) > LARGEST_VALUE:
        raise ValueError
    return np.broadcast_to(value, sizes)


def _reduced(function: Callable[..., Any]) -> Callable[..., Array]:
    def rule(node: Node, value: Array, *axes: Array) -> Array:
        keep = bool(node.number("keepdims", 1))
        found: Array = function(value, axis=_axes(node, axes) or None, keepdims=keep)
        return found

    return rule


def _on_values(function: Callable[..., Any]) -> Callable[..., Array]:
    def rule(_: Node, *values: Array) -> Array:
        return np.asarray(function(*values))

    return rule


_RULES: dict[str, Callable[..., Array]] = {
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Range": _range,
    "Cast": _cast,
    "Div": _divided,
    "Unsqueeze": _unsqueezed,
    "Squeeze": _squeezed,
    "Slice": _sliced,
    "Gather": _gathered,
    "Expand": _expanded,
    "Concat": lambda node, *values: np.concatenate(values, axis=node.number("axis", 0)),
    "Reshape": lambda _, value, shape: value.reshape(shape.astype(np.int64).tolist()),
    "Transpose": lambda node, value: value.transpose(node.numbers("perm", ()) or None),
    "ReduceProd": _reduced(np.prod),
    "ReduceSum": _reduced(np.sum),
    "ReduceMin": _reduced(np.min),
    "ReduceMax": _reduced(np.max),
    "Identity": _on_values(lambda value: value),
    "Add": _on_values(np.add),
    "Sub": _on_values(np.subtract),
    "Mul": _on_values(np.multiply),
    "Mod": _on_values(np.mod),
    "Min": _on_values(lambda *values: np.minimum.reduce(values)),
    "Max": _on_values(lambda *values: np.maximum.reduce(values)),
    "Pow": _on_values(np.power),
    "Neg": _on_values(np.negative),
    "Abs": _on_values(np.abs),
    "Floor": _on_values(np.floor),
    "Ceil": _on_values(np.ceil),
    "Round": _on_values(np.round),
    "Sqrt": _on_values(np.sqrt),
    "Equal": _on_values(np.equal),
    "Less": _on_values(np.less),
    "Greater": _on_values(np.greater),
    "Not": _on_values(np.logical_not),
    "And": _on_values(np.logical_and),
    "Or": _on_values(np.logical_or),
    "Where": _on_values(np.where),
}
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
