"""Follow an image through a graph: sizes of all tensors, and who looks at whom."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.receptive.grid_rules import RESIZE_RULES, WINDOW_RULES
from rescale4dl_core.receptive.layout import (
    Axis,
    Layout,
    SizesDisagreeError,
    UnknownOperationError,
)
from rescale4dl_core.receptive.node import Call, Effect, Tensors
from rescale4dl_core.receptive.onnx_graph import LARGEST_VALUE, computed_constant
from rescale4dl_core.receptive.reach import HERE, Everywhere
from rescale4dl_core.receptive.value_rules import SHAPE_RULES, VALUE_RULES

if TYPE_CHECKING:
    from rescale4dl_core.receptive.node import Node, Reaches
    from rescale4dl_core.receptive.onnx_graph import Graph

RULES = {**WINDOW_RULES, **RESIZE_RULES, **SHAPE_RULES, **VALUE_RULES}

_MALFORMED = (IndexError, ValueError, TypeError, KeyError, OverflowError, ZeroDivisionError)


class UnreadableOperationError(Exception):
    """Between image and output stands an operation with no rule; it says which."""


@dataclass(frozen=True, slots=True)
class Link:
    """One tensor looks at another one."""

    seen_by: str
    seen: str
    reaches: Reaches


@dataclass(frozen=True, slots=True)
class Trace:
    """A graph with the sizes it has for one size of image."""

    links: tuple[Link, ...]
    layouts: dict[str, Layout]
    steps: dict[str, dict[Axis, Fraction]]
    """Pixels of the image per pixel of each tensor."""


def trace(graph: Graph, image: Layout) -> Trace:
    """Follow an image through a graph.

    Parameters
    ----------
    graph : Graph
        As `graph_of` returns it.
    image : Layout
        Of the input.

    Raises
    ------
    SizesDisagreeError
        If the tensors do not fit together at this size.
    UnreadableOperationError
        If an operation has no rule here.
    """
    known = Tensors({graph.input_name: image}, dict(graph.values), dict(graph.shapes))
    steps = {graph.input_name: dict.fromkeys(Axis, Fraction(1))}
    links: list[Link] = []
    for node in graph.nodes:
        if node.operation in ("Shape", "Size"):
            _size_of(node, known)
        elif not any(name in known.layouts for name in node.inputs):
            _constant(node, known)
        else:
            links += _apply(node, known, steps)
    return Trace(tuple(links), known.layouts, steps)


def _apply(
    node: Node, known: Tensors, steps: dict[str, dict[Axis, Fraction]]
) -> list[Link]:
    effect = _effect(node, known)
    links = []
    for output, layout in zip(node.outputs, effect.outputs, strict=False):
        if not output:
            continue
        known.layouts[output] = layout
        for name in dict.fromkeys(node.inputs):
            if name in known.layouts and name in steps:
                reaches = _completed(node, known.layouts[name], layout, effect)
                links.append(Link(output, name, reaches))
                steps.setdefault(output, {}).update(
                    {
                        axis: steps[name][axis] * reaches.get(axis, HERE).step
                        for axis in layout.axes & known.layouts[name].axes
                    }
                )
    return links


def _effect(node: Node, known: Tensors) -> Effect:
    rule = RULES.get(node.operation)
    if rule is None:
        raise UnreadableOperationError(node.operation)
    try:
        return rule(Call(node, known))
    except UnknownOperationError:
        raise UnreadableOperationError(node.operation) from None
    except _MALFORMED as error:
        raise SizesDisagreeError from error


def _completed(node: Node, seen: Layout, output: Layout, effect: Effect) -> Reaches:
    """Return the reaches of one input; a direction that is lost was looked at whole."""
    lost = seen.axes - output.axes
    gone: Reaches = {axis: Everywhere(node.operation) for axis in lost}
    return {**gone, **effect.reaches}


def _size_of(node: Node, known: Tensors) -> None:
    layout = known.layouts.get(node.inputs[0])
    shape = layout.shape if layout else known.shapes.get(node.inputs[0])
    if shape is None:
        return
    if node.operation == "Size":
        value = np.asarray(np.prod(shape, dtype=np.int64))
    else:
        end = node.attributes.get("end")
        value = np.asarray(shape[slice(node.number("start", 0), end)], np.int64)
    _keep_constant(node.outputs[0], value, known)


def _constant(node: Node, known: Tensors) -> None:
    inputs = [known.values.get(name) for name in node.inputs if name]
    value = computed_constant(node, inputs)
    if value is not None:
        _keep_constant(node.outputs[0], value, known)
    elif node.operation == "Constant" and "value" in node.attributes:
        known.shapes[node.outputs[0]] = tuple(node.attributes["value"].dims)
    else:
        _shape_of_weights(node, known)


def _shape_of_weights(node: Node, known: Tensors) -> None:
    """Take note of the shape of weights that are cast or transposed in the graph."""
    sizes = {name: known.shapes[name] for name in node.inputs if name in known.shapes}
    layouts = {name: Layout.of(s, [None] * len(s)) for name, s in sizes.items()}
    with suppress(SizesDisagreeError, UnreadableOperationError):
        effect = _effect(node, Tensors(layouts, known.values, known.shapes))
        for output, layout in zip(node.outputs, effect.outputs, strict=False):
            known.shapes[output] = layout.shape


def _keep_constant(name: str, value: np.ndarray, known: Tensors) -> None:
    known.shapes[name] = value.shape
    if value.size <= LARGEST_VALUE:
        known.values[name] = value
