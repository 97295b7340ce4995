"""Rules of the operations that change the grid: Resize, Upsample, depth to space."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rescale4dl_core.receptive.layout import (
    Layout,
    Part,
    SizesDisagreeError,
    UnknownOperationError,
)
from rescale4dl_core.receptive.node import Effect, Reaches
from rescale4dl_core.receptive.reach import HALF, ROUNDINGS, Nearest, Place, Taps, Weighted

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.receptive.node import Call
    from rescale4dl_core.receptive.reach import Reach

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
