"""Which operations of the ONNX standard a stranger's network may use."""

from __future__ import annotations

from rescale4dl_core.receptive.trace import RULES

SIZES = ("Shape", "Size", "Constant", "ConstantOfShape", "Range")

NOT_FOLLOWED = (
    *("GridSample", "MaxUnpool", "Tile", "GatherElements", "GatherND", "ScatterND"),
    *("ScatterElements", "TopK", "Einsum", "OneHot", "NonZero", "RoiAlign", "Trilu"),
    *("ReverseSequence", "MatMulInteger", "QLinearMatMul", "Attention", "EyeLike"),
    *("BitShift", "Asin", "Acos", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Col2Im"),
    *("CenterCropPad", "AffineGrid", "DeformConv", "Compress", "Unique"),
)
"""Harmless, but what they look at cannot be read from the graph: measured instead."""

CONTROL_FLOW = ("If", "Loop", "Scan", "SequenceMap")

ALLOWED_OPERATIONS = frozenset((*RULES, *SIZES, *NOT_FOLLOWED))
