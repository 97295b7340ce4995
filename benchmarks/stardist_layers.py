"""The layers of the stardist package's default 2D network (grid 2), as ONNX.

Random weights: only speed is of interest. The number of parameters is that of
`StarDist2D(Config2D(n_rays=32, grid=(2, 2)))`, which the benchmark checks.
"""

from __future__ import annotations

import numpy as np
from onnx import TensorProto, helper, numpy_helper

BASE, DEPTH, FEATURES, RAYS = 32, 3, 128, 32


class _Graph:
    """Nodes and weights, added one after the other."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)
        self.nodes: list[object] = []
        self.weights: list[object] = []
        self.n_parameters = 0

    def add(
        self, kind: str, inputs: list[str], output: str = "", **attributes: object
    ) -> str:
        output = output or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def constant(self, array: np.ndarray) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(array, name))
        return name

    def conv(self, x: str, n_in: int, n_out: int, side: int = 3, output: str = "") -> str:
        scale = np.sqrt(2 / (n_in * side * side))
        kernel = self.rng.normal(0, scale, (n_out, n_in, side, side)).astype(np.float32)
        inputs = [x, self.constant(kernel), self.constant(np.zeros(n_out, np.float32))]
        self.n_parameters += kernel.size + n_out
        return self.add("Conv", inputs, output, pads=[side // 2] * 4)

    def layer(self, x: str, n_in: int, n_out: int) -> str:
        return self.add("Relu", [self.conv(x, n_in, n_out)])

    def pool(self, x: str) -> str:
        return self.add("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])


def stardist_onnx() -> tuple[bytes, int]:
    """Return the ONNX file and its number of parameters."""
    graph = _Graph()
    x = graph.pool(graph.layer(graph.layer("image", 1, BASE), BASE, BASE))
    skips, n = [], BASE
    for level in range(DEPTH):
        wide = BASE * 2**level
        x = graph.layer(graph.layer(x, n, wide), wide, wide)
        skips.append(x)
        x, n = graph.pool(x), wide
    x = graph.layer(x, n, BASE * 2**DEPTH)
    x, n = graph.layer(x, BASE * 2**DEPTH, n), n
    twice = graph.constant(np.array([1, 1, 2, 2], np.float32))
    for level in reversed(range(DEPTH)):
        wide, narrow = BASE * 2**level, BASE * 2 ** max(0, level - 1)
        up = graph.add("Resize", [x, "", twice], mode="nearest")
        x = graph.add("Concat", [up, skips[level]], axis=1)
        x = graph.layer(graph.layer(x, n + wide, wide), wide, narrow)
        n = narrow
    x = graph.layer(x, n, FEATURES)
    probability = graph.conv(x, FEATURES, 1, 1)
    graph.add("Sigmoid", [probability], "probability")
    graph.conv(x, FEATURES, RAYS, 1, "distances")

    def value(name: str, *shape: str | int) -> object:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    outputs = [
        value("probability", "n", 1, "y", "x"),
        value("distances", "n", RAYS, "y", "x"),
    ]
    whole = helper.make_graph(
        graph.nodes, "stardist", [value("image", "n", 1, "h", "w")], outputs, graph.weights
    )
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(whole, opset_imports=opset, ir_version=8)
    return model.SerializeToString(), graph.n_parameters
