"""Small constants of a graph: the sizes and scales that exporters compute inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.receptive.node import Node

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
