"""Rules of the operations on a grid: convolution, pooling, resizing, depth to space."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from rescale4dl_core.receptive.layout import (
    Layout,
    Part,
    SizesDisagreeError,
    UnknownOperationError,
)
from rescale4dl_core.receptive.node import Effect, Reaches
from rescale4dl_core.receptive.reach import (
    HALF,
    ROUNDINGS,
    Everywhere,
    Nearest,
    Place,
    Spread,
    Taps,
    Weighted,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.receptive.node import Call, Node
    from rescale4dl_core.receptive.reach import Reach


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
FINEST_RATIO = 1000
"""Scales are stored as 32-bit numbers: 0.333333 is taken as 1/3."""


def _resize(call: Call) -> Effect:
    node, layout = call.node, call.layout()
    if node.opset < 11:
        return _upsample(call)
    all_dims = range(layout.rank)
    chosen = [axis % layout.rank for axis in node.numbers("axes", all_dims)]
    sizes = call.integers(3)
    if node.text("keep_aspect_ratio_policy", "stretch") != "stretch":
        raise UnknownOperationError
    scales = None if sizes else call.value(2).ravel().tolist()
    return _resampled(
        call,
        dict(zip(chosen, scales, strict=True)) if scales else {},
        dict(zip(chosen, sizes, strict=True)) if sizes else {},
        node.text("coordinate_transformation_mode", "half_pixel"),
    )


def _upsample(call: Call) -> Effect:
    node, rank = call.node, call.layout().rank
    stored = node.attributes.get("scales")
    scales = list(stored) if stored is not None else call.value(1).ravel().tolist()
    return _resampled(call, dict(zip(range(rank), scales, strict=True)), {}, "asymmetric")


def _resampled(
    call: Call, scales: dict[int, float], sizes: dict[int, int], coordinates: str
) -> Effect:
    layout = call.layout()
    result, reaches = layout, Reaches()
    for index in scales.keys() | sizes.keys():
        before = layout.shape[index]
        scale = _scale(scales, sizes, index, before)
        after = sizes.get(index, int(before * scale))
        if scale == 1 and after == before:
            continue
        axis = layout.axis_at(index)
        result = result.resized(index, after)
        if axis is not None:
            place = _place(coordinates, scale, before, after)
            reaches[axis] = _reach(call, place, scale)
    return Effect((result,), reaches)


def _scale(
    scales: dict[int, float], sizes: dict[int, int], index: int, before: int
) -> Fraction:
    if index in sizes:
        scale = Fraction(sizes[index], before)
    else:
        scale = Fraction(scales[index]).limit_denominator(FINEST_RATIO)
    if not scale > 0:
        raise SizesDisagreeError
    return scale


def _place(coordinates: str, scale: Fraction, before: int, after: int) -> Place:
    """Return where outputs lie between the inputs, as the ONNX standard defines it."""
    if coordinates == "asymmetric":
        return Place.of(1 / scale, Fraction(0))
    if coordinates == "align_corners":
        gain = Fraction(before - 1, after - 1) if after > 1 else Fraction(0)
        return Place.of(gain, Fraction(0))
    if coordinates == "tf_half_pixel_for_nn":
        return Place.of(1 / scale, HALF / scale)
    if coordinates not in ("half_pixel", "pytorch_half_pixel", "half_pixel_symmetric"):
        raise UnknownOperationError
    shift = Fraction(0)
    if coordinates == "half_pixel_symmetric":
        shift = (1 - Fraction(after) / (scale * before)) * Fraction(before, 2)
    return Place.of(1 / scale, HALF / scale - HALF + shift)


def _reach(call: Call, place: Place, scale: Fraction) -> Reach:
    mode = call.node.text("mode", "nearest")
    if mode == "nearest":
        usual = "floor" if call.node.operation == "Upsample" else "round_prefer_floor"
        rounding = call.node.text("nearest_mode", usual)
        if rounding not in ROUNDINGS:
            raise UnknownOperationError
        return Nearest(place, rounding, 1 / scale)
    radius = {"linear": 1, "cubic": 2}.get(mode)
    if radius is None:
        raise UnknownOperationError
    widened = bool(call.node.number("antialias", 0)) and scale < 1
    reach = radius / scale if widened else Fraction(radius)
    return Weighted(place, reach, not widened, 1 / scale)


def _depth_to_space(call: Call) -> Effect:
    return _blocks(call, finer=True)


def _space_to_depth(call: Call) -> Effect:
    return _blocks(call, finer=False)


def _blocks(call: Call, *, finer: bool) -> Effect:
    layout, side = call.layout(), call.node.number("blocksize", 0)
    if layout.rank != 4 or side < 1 or layout.axes_at(1):
        raise UnknownOperationError
    whole = Fraction(side) if finer else Fraction(1, side)
    if layout.shape[1] * (1 / whole) ** 2 % 1 or layout.shape[2] * whole % 1:
        raise SizesDisagreeError
    result, reaches = layout, Reaches()
    for index in (2, 3):
        axis = layout.axis_at(index)
        result = result.resized(index, int(layout.shape[index] * whole))
        if axis is not None:
            reaches[axis] = (
                Nearest(Place.of(1 / whole, Fraction(0)), "floor", 1 / whole)
                if finer
                else Taps(side, 0, side - 1)
            )
    dims = list(result.dims)
    dims[1] = (Part(int(layout.shape[1] / whole**2)),)
    return Effect((Layout(tuple(dims)),), reaches)


RESIZE_RULES: dict[str, Callable[[Call], Effect]] = {
    "Resize": _resize,
    "Upsample": _upsample,
    "DepthToSpace": _depth_to_space,
    "SpaceToDepth": _space_to_depth,
}
