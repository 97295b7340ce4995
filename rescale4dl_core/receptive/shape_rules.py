"""Rules of the operations that move values about: reshape, concatenate, crop, pad."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rescale4dl_core.receptive.layout import (
    Layout,
    Part,
    SizesDisagreeError,
    UnknownOperationError,
)
from rescale4dl_core.receptive.node import Effect, Reaches
from rescale4dl_core.receptive.reach import Taps

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.receptive.node import Call


def _transpose(call: Call) -> Effect:
    layout = call.layout()
    order = call.node.numbers("perm", tuple(reversed(range(layout.rank))))
    if sorted(order) != list(range(layout.rank)):
        raise SizesDisagreeError
    return Effect((layout.permuted(order),))


def _reshape(call: Call) -> Effect:
    layout = call.layout()
    wanted = list(call.integers(1) or call.node.numbers("shape", ()))
    total = math.prod(layout.shape)
    for index, size in enumerate(wanted):
        if size == 0 and not call.node.number("allowzero", 0):
            wanted[index] = layout.shape[index]
    if -1 in wanted:
        rest = -math.prod(wanted)
        if rest < 1 or total % rest:
            raise SizesDisagreeError
        wanted[wanted.index(-1)] = total // rest
    return Effect((layout.reshaped(wanted),))


def _flatten(call: Call) -> Effect:
    layout = call.layout()
    axis = call.node.number("axis", 1) % (layout.rank + 1)
    shape = (math.prod(layout.shape[:axis]), math.prod(layout.shape[axis:]))
    return Effect((layout.reshaped(shape),))


def _squeeze(call: Call) -> Effect:
    layout = call.layout()
    given = call.integers(1) or call.node.numbers("axes", ())
    ones = [index for index, size in enumerate(layout.shape) if size == 1]
    dropped = frozenset(axis % layout.rank for axis in given) if given else frozenset(ones)
    return Effect((layout.without(dropped),))


def _unsqueeze(call: Call) -> Effect:
    layout = call.layout()
    given = call.integers(1) or call.node.numbers("axes", ())
    rank = layout.rank + len(given)
    new = {axis % rank for axis in given}
    kept = iter(layout.dims)
    dims = tuple((Part(1),) if i in new else next(kept) for i in range(rank))
    return Effect((Layout(dims),))


def _concat(call: Call) -> Effect:
    """Join along channels; constants among the inputs take part with their shape."""
    node = call.node
    layouts = [
        call.layout(index)
        if call.follows_image(index)
        else Layout(tuple((Part(size),) for size in call.shape(index)))
        for index in range(call.n_inputs)
    ]
    first = next(call.layout(i) for i in range(call.n_inputs) if call.follows_image(i))
    axis = node.number("axis", 1) % first.rank
    if any(layout.axes_at(axis) for layout in layouts):
        raise UnknownOperationError
    for layout in layouts:
        if layout.rank != first.rank or any(
            layout.shape[i] != first.shape[i] for i in range(first.rank) if i != axis
        ):
            raise SizesDisagreeError
        if layout.axes and layout.without(frozenset((axis,))).axes != first.axes:
            raise UnknownOperationError
    return Effect((first.resized(axis, sum(layout.shape[axis] for layout in layouts)),))


def _split(call: Call) -> Effect:
    layout, node = call.layout(), call.node
    axis = node.number("axis", 0) % layout.rank
    if layout.axes_at(axis):
        raise UnknownOperationError
    sizes = call.integers(1) or node.numbers("split", ())
    if not sizes:
        n = len(node.outputs)
        each = -(-layout.shape[axis] // n)
        sizes = (*[each] * (n - 1), layout.shape[axis] - each * (n - 1))
    if sum(sizes) != layout.shape[axis]:
        raise SizesDisagreeError
    return Effect(tuple(layout.resized(axis, size) for size in sizes))


def _slice(call: Call) -> Effect:
    layout, node = call.layout(), call.node
    starts = call.integers(1) or node.numbers("starts", ())
    ends = call.integers(2) or node.numbers("ends", ())
    axes = call.integers(3) or node.numbers("axes", range(len(starts)))
    steps = call.integers(4) or (1,) * len(starts)
    result, reaches = layout, Reaches()
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        index = axis % layout.rank
        taken = range(layout.shape[index])[slice(start, end, step)]
        if not taken:
            raise SizesDisagreeError
        direction = layout.axis_at(index)
        result = result.resized(index, len(taken))
        if direction is not None:
            if step < 0:
                raise UnknownOperationError
            reaches[direction] = Taps(step, taken.start, taken.start)
    return Effect((result,), reaches)


def _pad(call: Call) -> Effect:
    layout, node = call.layout(), call.node
    pads = call.integers(1) or node.numbers("pads", ()) or node.numbers("paddings", ())
    axes = call.integers(3) or tuple(range(layout.rank))
    if len(pads) != 2 * len(axes) or node.text("mode", "constant") == "wrap":
        raise UnknownOperationError
    result, reaches = layout, Reaches()
    for place, axis in enumerate(axes):
        before, after = pads[place], pads[place + len(axes)]
        if before == after == 0:
            continue
        index = axis % layout.rank
        direction = layout.axis_at(index)
        result = result.resized(index, layout.shape[index] + before + after)
        if direction is not None:
            reaches[direction] = Taps(1, -before, -before)
    return Effect((result,), reaches)


def _gather(call: Call) -> Effect:
    layout = call.layout()
    axis = call.node.number("axis", 0) % layout.rank
    indices = call.value(1)
    if layout.axes_at(axis):
        raise UnknownOperationError
    taken = tuple((Part(size),) for size in indices.shape)
    return Effect((Layout((*layout.dims[:axis], *taken, *layout.dims[axis + 1 :])),))


SHAPE_RULES: dict[str, Callable[[Call], Effect]] = {
    "Transpose": _transpose,
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Concat": _concat,
    "Split": _split,
    "Slice": _slice,
    "Pad": _pad,
    "Gather": _gather,
}
