"""Rules of the operations that change or move values, or mix them along whole axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rescale4dl_core.receptive.layout import (
    Layout,
    Part,
    SizesDisagreeError,
    UnknownOperationError,
    broadcast,
)
from rescale4dl_core.receptive.node import Effect, Reaches
from rescale4dl_core.receptive.reach import Everywhere, Taps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rescale4dl_core.receptive.node import Call


IN_PLACE = (
    *("Relu", "LeakyRelu", "ThresholdedRelu", "Elu", "Selu", "Celu", "Gelu", "Sigmoid"),
    *("HardSigmoid", "HardSwish", "Swish", "Mish", "Tanh", "Softplus", "Softsign", "Erf"),
    *("Exp", "Log", "Sqrt", "Reciprocal", "Neg", "Abs", "Sign", "Floor", "Ceil", "Round"),
    *("Sin", "Cos", "Tan", "Atan", "Clip", "Shrink", "Cast", "CastLike", "Identity"),
    *("Dropout", "Not", "IsNaN", "IsInf", "LRN", "BatchNormalization"),
    *("QuantizeLinear", "DequantizeLinear"),
)
ELEMENTWISE = (
    *("Add", "Sub", "Mul", "Div", "Pow", "Mod", "Min", "Max", "Sum", "Mean", "PRelu"),
    *("Where", "And", "Or", "Xor", "Equal", "Greater", "Less", "GreaterOrEqual"),
    *("LessOrEqual", "Expand"),
)
REDUCTIONS = (
    *("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1"),
    *("ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare"),
)


def _in_place(call: Call) -> Effect:
    return Effect((call.layout(),) * max(1, len(call.node.outputs)))


def _elementwise(call: Call) -> Effect:
    indices = range(call.n_inputs)
    layouts = [call.layout(i) for i in indices if call.follows_image(i)]
    names = [call.name(i) for i in indices if not call.follows_image(i)]
    if call.node.operation == "Expand":
        shapes = [call.integers(1) or ()]
    else:
        shapes = [s for n in names if (s := call.tensors.shapes.get(n)) is not None]
    return Effect((broadcast(layouts, shapes),))


def _everywhere(call: Call, dims: Iterable[int]) -> Reaches:
    layout = call.layout()
    axes = {axis for index in dims for axis in layout.axes_at(index)}
    return {axis: Everywhere(call.node.operation) for axis in axes}


def _reduced(call: Call) -> Effect:
    layout, node = call.layout(), call.node
    given = call.integers(1) or node.numbers("axes", ())
    if not given and node.number("noop_with_empty_axes", 0):
        return Effect((layout,))
    return _reduced_over(call, given or range(layout.rank))


def _arg_reduced(call: Call) -> Effect:
    return _reduced_over(call, (call.node.number("axis", 0),))


def _reduced_over(call: Call, axes: Iterable[int]) -> Effect:
    layout = call.layout()
    dropped = frozenset(axis % layout.rank for axis in axes)
    if call.node.number("keepdims", 1):
        one = (Part(1),)
        dims = tuple(one if i in dropped else d for i, d in enumerate(layout.dims))
        result = Layout(dims)
    else:
        result = layout.without(dropped)
    return Effect((result,), _everywhere(call, dropped))


def _pooled_globally(call: Call) -> Effect:
    layout, one = call.layout(), (Part(1),)
    rest = range(2, layout.rank)
    result = Layout(layout.dims[:2] + (one,) * len(rest))
    return Effect((result,), _everywhere(call, rest))


def _along_axis(default: int) -> Callable[[Call], Effect]:
    """Return the rule of what mixes values along one axis: softmax, cumulative sums."""

    def rule(call: Call) -> Effect:
        layout, node = call.layout(), call.node
        flattens = node.opset < 13 and node.operation != "LpNormalization"
        axis = node.number("axis", 1 if flattens else default) % layout.rank
        mixed = range(axis, layout.rank) if flattens else (axis,)
        return Effect((layout,), _everywhere(call, mixed))

    return rule


def _cumulated(call: Call) -> Effect:
    layout = call.layout()
    (axis,) = call.integers(1) or (0,)
    return Effect((layout,), _everywhere(call, (axis % layout.rank,)))


def _normalised_from_axis(call: Call) -> Effect:
    layout = call.layout()
    axis = call.node.number("axis", -1) % layout.rank
    mixed = range(axis, layout.rank)
    return Effect((layout,) * len(call.node.outputs), _everywhere(call, mixed))


def _normalised_over_space(call: Call) -> Effect:
    return Effect((call.layout(),), _everywhere(call, range(1, call.layout().rank)))


def _normalised_over_axes(call: Call) -> Effect:
    layout = call.layout()
    axes = (axis % layout.rank for axis in call.node.numbers("axes", (0, 2, 3)))
    return Effect((layout,), _everywhere(call, axes))


def _quantised_as_a_whole(call: Call) -> Effect:
    layout = call.layout()
    reaches = _everywhere(call, range(layout.rank))
    return Effect((layout, Layout(()), Layout(())), reaches)


def _multiplied(call: Call) -> Effect:
    """Multiply matrices: the last dimension of the first input is summed over."""
    sides = [i for i in (0, 1) if call.follows_image(i)]
    if len(sides) == 2:
        return _attended(call)
    layout, weights = call.layout(sides[0]), call.shape(1 - sides[0])
    if sides == [1] or len(weights) != 2 or layout.rank < 2:
        raise UnknownOperationError
    if layout.shape[-1] != weights[0]:
        raise SizesDisagreeError
    result = Layout((*layout.dims[:-1], (Part(weights[1]),)))
    return Effect((result,), _everywhere(call, (layout.rank - 1,)))


def _attended(call: Call) -> Effect:
    """Multiply two tensors of the image: every place may meet every other one."""
    first, second = call.layout(0), call.layout(1)
    if min(first.rank, second.rank) < 2 or first.shape[-1] != second.shape[-2]:
        raise SizesDisagreeError
    result = Layout((*first.dims[:-1], second.dims[-1]))
    axes = first.axes | second.axes
    return Effect((result,), {axis: Everywhere("attention (MatMul)") for axis in axes})


def _general_product(call: Call) -> Effect:
    layout, weights = call.layout(), call.shape(1)
    if layout.rank != 2 or len(weights) != 2 or call.node.number("transA", 0):
        raise UnknownOperationError
    units = weights[0] if call.node.number("transB", 0) else weights[1]
    return Effect((Layout((layout.dims[0], (Part(units),))),), _everywhere(call, (1,)))


VALUE_RULES: dict[str, Callable[[Call], Effect]] = {
    **dict.fromkeys(IN_PLACE, _in_place),
    **dict.fromkeys(ELEMENTWISE, _elementwise),
    **dict.fromkeys(REDUCTIONS, _reduced),
    **dict.fromkeys(("ArgMax", "ArgMin"), _arg_reduced),
    **dict.fromkeys(
        ("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"), _pooled_globally
    ),
    **dict.fromkeys(("Softmax", "LogSoftmax", "Hardmax"), _along_axis(-1)),
    "LpNormalization": _along_axis(-1),
    "CumSum": _cumulated,
    **dict.fromkeys(("LayerNormalization", "RMSNormalization"), _normalised_from_axis),
    "InstanceNormalization": _normalised_over_space,
    "GroupNormalization": _normalised_over_space,
    "MeanVarianceNormalization": _normalised_over_axes,
    "DynamicQuantizeLinear": _quantised_as_a_whole,
    "MatMul": _multiplied,
    "Gemm": _general_product,
}


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
