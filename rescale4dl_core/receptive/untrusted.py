"""A network from anyone: looked at closely before anything in it is used.

The checks read the file only. Running the network, and following its graph, still
belongs in a process with bounded memory and time that can be ended: what a graph computes
cannot be foreseen in full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.receptive.trace import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator


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
LARGEST_FILE_BYTES = 200 * 1000**2
MOST_NODES = 20_000
OLDEST_OPSET = 9
STANDARD_DOMAINS = ("", "ai.onnx")
RE_EXPORT = "Ask whoever made it for a plain ONNX file, or export it again"


def check_untrusted(onnx_bytes: bytes) -> None:
    """Refuse a network that could read files, run foreign code or fill the memory.

    Parameters
    ----------
    onnx_bytes : bytes
        The ONNX file.

    Raises
    ------
    NetworkError
        If the file is larger than 200 MB, damaged or no ONNX file; keeps weights in
        other files; has operators outside the ONNX standard or not needed to segment an
        image; has loops, branches or functions of its own; claims sizes that its bytes do
        not hold; or breaks the rules of the standard.
    """
    parsed_network(onnx_bytes)


def require_small(n_bytes: int) -> None:
    """Refuse a file of more than 200 MB, before it is read or sent anywhere.

    Raises
    ------
    NetworkError
        If it is larger.
    """
    if n_bytes > LARGEST_FILE_BYTES:
        raise NetworkError(
            f"This network has {n_bytes / 1e6:.0f} MB; up to "
            f"{LARGEST_FILE_BYTES / 1e6:.0f} MB are accepted. Use a smaller one."
        )


def parsed_network(onnx_bytes: bytes) -> Any:
    """Return the checked `onnx.ModelProto`; see `check_untrusted`."""
    import onnx
    from google.protobuf.message import DecodeError

    require_small(len(onnx_bytes))
    try:
        model = onnx.load_model_from_string(onnx_bytes)
    except (DecodeError, ValueError, RuntimeError) as error:
        raise _damaged() from error
    _require_plain_model(model)
    for tensor in _tensors(model.graph):
        _require_inline(tensor)
    for node in model.graph.node:
        _require_harmless(node)
    try:
        onnx.checker.check_model(model)
    except (onnx.checker.ValidationError, ValueError, RuntimeError) as error:
        raise NetworkError(
            "This network breaks the rules of the ONNX standard: "
            f"{_first_line(error)}. {RE_EXPORT}."
        ) from error
    return model


def _damaged() -> NetworkError:
    return NetworkError(
        "This is no ONNX file, or a damaged one. Choose a file that ends in .onnx, and "
        "copy or download it again where it does."
    )


def _require_plain_model(model: Any) -> None:
    if not model.graph.node or not model.graph.output:
        raise _damaged()
    if model.functions:
        raise NetworkError(
            f"This network brings {len(model.functions)} functions of its own, which are "
            f"not accepted. {RE_EXPORT} with opset 17 (torch.onnx.export with "
            "dynamo=False does)."
        )
    if model.graph.sparse_initializer:
        raise NetworkError(
            f"This network has sparse weights, which are not accepted. {RE_EXPORT} with "
            "dense ones."
        )
    foreign = [d.domain for d in model.opset_import if d.domain not in STANDARD_DOMAINS]
    used = {node.domain for node in model.graph.node} - set(STANDARD_DOMAINS)
    if used:
        raise NetworkError(
            f"This network uses operators of {_short(sorted(used)[0])!r}, which is outside "
            f"the ONNX standard; foreign code is not run. {RE_EXPORT} with standard "
            "operators only."
        )
    versions = [d.version for d in model.opset_import if d.domain not in foreign]
    if not versions or min(versions) < OLDEST_OPSET:
        raise NetworkError(
            f"This network is written in ONNX opset {min(versions, default=0)}; opset "
            f"{OLDEST_OPSET} or newer is needed. {RE_EXPORT} with opset 17."
        )
    if len(model.graph.node) > MOST_NODES:
        raise NetworkError(
            f"This network has {len(model.graph.node)} operations; up to {MOST_NODES} are "
            "accepted. Use a smaller one."
        )


def _tensors(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            yield attribute.t
            yield from attribute.tensors


def _require_inline(tensor: Any) -> None:
    """Refuse weights in other files, and tensors that claim more than they hold."""
    import onnx

    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise NetworkError(
            "This network keeps its weights in other files, which are not read. "
            f"{RE_EXPORT} as one file (external_data=False)."
        )
    if any(size < 0 for size in tensor.dims):
        raise _damaged()
    claimed = float(np.prod(tensor.dims, dtype=float))
    stored = max(
        len(tensor.raw_data) * 2,
        *(len(getattr(tensor, name)) * 8 for name in _TYPED_FIELDS),
    )
    if claimed > stored and claimed > 1:
        raise _damaged()


_TYPED_FIELDS = ("float_data", "int32_data", "int64_data", "double_data", "uint64_data")


def _require_harmless(node: Any) -> None:
    if node.op_type in CONTROL_FLOW or any(
        attribute.HasField("g") or attribute.graphs for attribute in node.attribute
    ):
        raise NetworkError(
            f"This network has branches or loops ({_short(node.op_type)}), which are not "
            f"accepted: they may never end. {RE_EXPORT} for one fixed way through "
            "(torch.jit.trace instead of torch.jit.script)."
        )
    if any(
        attribute.HasField("sparse_tensor") or attribute.sparse_tensors
        for attribute in node.attribute
    ):
        raise NetworkError(
            f"This network has sparse constants, which are not accepted. {RE_EXPORT} with "
            "dense ones."
        )
    if node.op_type not in ALLOWED_OPERATIONS:
        raise NetworkError(
            f"This network uses the operation {_short(node.op_type)!r}, which is not among "
            f"the {len(ALLOWED_OPERATIONS)} that networks for images need. {RE_EXPORT} "
            "without it."
        )


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _first_line(error: Exception) -> str:
    return _short(str(error).strip().split("\n")[0]).rstrip(".")
