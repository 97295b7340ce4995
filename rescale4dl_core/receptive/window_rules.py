"""Rules of the operations that look at a window: convolutions and pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.receptive.layout import (
    Layout,
    Part,
    SizesDisagreeError,
    UnknownOperationError,
)
from rescale4dl_core.receptive.node import Effect, Reaches
from rescale4dl_core.receptive.reach import Everywhere, Spread, Taps

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.receptive.node import Call, Node

LARGEST_STEP_PX = 128
"""Strides, dilations and kernels beyond this are no image processing."""

SAME = ("SAME_UPPER", "SAME_LOWER")


@dataclass(frozen=True, slots=True)
class _Window:
    """Attributes of a convolution or pooling, along one dimension."""

    kernel: int
    stride: int
    dilation: int
    pad_before: int
    pad_after: int

    @property
    def extent(self) -> int:
        return (self.kernel - 1) * self.dilation + 1


def _windows(
    node: Node, kernel: tuple[int, ...], sizes: tuple[int, ...]
) -> tuple[_Window, ...]:
    n = len(kernel)
    strides = node.numbers("strides", [1] * n)
    dilations = node.numbers("dilations", [1] * n)
    pads = node.numbers("pads", [0] * 2 * n)
    automatic = node.text("auto_pad", "NOTSET")
    windows = []
    for index in range(n):
        stride, dilation = strides[index], dilations[index]
        if min(stride, dilation, kernel[index]) < 1:
            raise SizesDisagreeError
        if max(stride, dilation, kernel[index]) > LARGEST_STEP_PX:
            raise UnknownOperationError
        before, after = pads[index], pads[n + index]
        if automatic in SAME:
            extent = (kernel[index] - 1) * dilation + 1
            total = max(
                0, (-(-sizes[index] // stride) - 1) * stride + extent - sizes[index]
            )
            before = total // 2 if automatic == "SAME_UPPER" else total - total // 2
            after = total - before
        elif automatic == "VALID":
            before = after = 0
        windows.append(_Window(kernel[index], stride, dilation, before, after))
    return tuple(windows)


def _along_window(call: Call, channels: int | None, kernel: tuple[int, ...]) -> Effect:
    """Return the effect of windows over all dimensions after batch and channels."""
    layout = call.layout()
    if layout.rank != len(kernel) + 2:
        raise SizesDisagreeError
    reaches: Reaches = {}
    result = layout
    ceil = call.node.number("ceil_mode", 0)
    for index, window in enumerate(_windows(call.node, kernel, layout.shape[2:]), start=2):
        span = layout.shape[index] + window.pad_before + window.pad_after - window.extent
        if span < 0:
            raise SizesDisagreeError
        size = (-(-span // window.stride) if ceil else span // window.stride) + 1
        axis = layout.axis_at(index)
        result = result.resized(index, size)
        if axis is not None:
            first = -window.pad_before
            reaches[axis] = Taps(window.stride, first, first + window.extent - 1)
    if channels is not None:
        result = _with_channels(result, channels, reaches, call.node.operation)
    return Effect((result, result), reaches)


def _with_channels(layout: Layout, channels: int, reaches: Reaches, name: str) -> Layout:
    for axis in layout.axes_at(1):
        reaches[axis] = Everywhere(name)
    dims = list(layout.dims)
    dims[1] = (Part(channels),)
    return Layout(tuple(dims))


def _convolution(weights: int) -> Callable[[Call], Effect]:
    def rule(call: Call) -> Effect:
        shape = call.shape(weights)
        if (
            len(shape) < 3
            or shape[1] * call.node.number("group", 1) != call.layout().shape[1]
        ):
            raise SizesDisagreeError
        return _along_window(call, shape[0], shape[2:])

    return rule


def _pooling(call: Call) -> Effect:
    return _along_window(call, None, call.node.numbers("kernel_shape", ()))


def _transposed(call: Call) -> Effect:
    layout, shape, node = call.layout(), call.shape(1), call.node
    n = len(shape) - 2
    if layout.rank != n + 2 or n < 1 or shape[0] != layout.shape[1]:
        raise SizesDisagreeError
    extra = node.numbers("output_padding", [0] * n)
    wanted = node.numbers("output_shape", ())
    if wanted or node.text("auto_pad", "NOTSET") in SAME:
        return _transposed_to_size(call, wanted[-n:], extra)
    windows = _windows(node, shape[2:], layout.shape[2:])
    pads = [(window.pad_before, window.pad_after) for window in windows]
    return _spread(call, windows, pads, extra)


def _transposed_to_size(
    call: Call, wanted: tuple[int, ...], extra: tuple[int, ...]
) -> Effect:
    """Return the effect where the padding follows from the size of the output."""
    layout, shape = call.layout(), call.shape(1)
    windows = _windows(call.node, shape[2:], layout.shape[2:])
    upper = call.node.text("auto_pad", "NOTSET") == "SAME_UPPER"
    pads = []
    for index, window in enumerate(windows):
        size = layout.shape[2 + index]
        target = wanted[index] if wanted else size * window.stride
        total = window.stride * (size - 1) + extra[index] + window.extent - target
        before = total // 2 if upper else total - total // 2
        pads.append((before, total - before))
    return _spread(call, windows, pads, extra)


def _spread(
    call: Call,
    windows: tuple[_Window, ...],
    pads: list[tuple[int, int]],
    extra: tuple[int, ...],
) -> Effect:
    layout = call.layout()
    reaches: Reaches = {}
    result = layout
    for index, window in enumerate(windows):
        before, after = pads[index]
        size = layout.shape[2 + index]
        total = window.stride * (size - 1) + extra[index] + window.extent - before - after
        axis = layout.axis_at(2 + index)
        result = result.resized(2 + index, total)
        if axis is not None:
            reaches[axis] = Spread(window.stride, window.kernel, window.dilation, before)
    channels = call.shape(1)[1] * call.node.number("group", 1)
    return Effect((_with_channels(result, channels, reaches, "ConvTranspose"),), reaches)


WINDOW_RULES: dict[str, Callable[[Call], Effect]] = {
    "Conv": _convolution(1),
    "ConvInteger": _convolution(1),
    "QLinearConv": _convolution(3),
    "MaxPool": _pooling,
    "AveragePool": _pooling,
    "LpPool": _pooling,
    "ConvTranspose": _transposed,
}
