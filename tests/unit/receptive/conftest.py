"""Small ONNX networks, built operation by operation, and ways to run them."""

import os

import numpy as np
import pytest

os.environ["ORT_DISABLE_TELEMETRY"] = "1"


class _Net:
    """Builds a graph; every method takes and returns the name of a tensor."""

    def __init__(self, *, positive=False, seed=0, channels=4):
        self.random = np.random.default_rng(seed)
        self.positive = positive
        self.channels = channels
        self.nodes, self.weights = [], []

    def weight(self, *shape):
        if self.positive:
            return np.ones(shape, np.float32)
        fan_in = np.prod(shape[1:])
        return (self.random.standard_normal(shape) * (2 / fan_in) ** 0.5).astype(np.float32)

    def const(self, value):
        from onnx import numpy_helper

        name = f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def op(self, operation, *inputs, n_outputs=1, **attributes):
        from onnx import helper

        names = [f"t{len(self.nodes)}_{i}" for i in range(n_outputs)]
        self.nodes.append(helper.make_node(operation, list(inputs), names, **attributes))
        return names[0] if n_outputs == 1 else names

    def conv(self, x, kernel=3, into=None, of=None, *, relu=True, **attributes):
        into, of = into or self.channels, of or self.channels
        attributes.setdefault("pads", [(kernel - 1) // 2] * 4)
        x = self.op(
            "Conv", x, self.const(self.weight(into, of, kernel, kernel)), **attributes
        )
        return self.op("Relu", x) if relu else x

    def deconv(self, x, kernel=2, stride=2, **attributes):
        weights = self.weight(self.channels, self.channels, kernel, kernel)
        return self.op(
            "ConvTranspose", x, self.const(weights), strides=[stride] * 2, **attributes
        )

    def pool(self, x, size=2):
        return self.op("MaxPool", x, kernel_shape=[size] * 2, strides=[size] * 2)

    def resize(self, x, factor=2, **attributes):
        scales = self.const(np.array([1, 1, factor, factor], np.float32))
        return self.op("Resize", x, "", scales, **attributes)

    def up(self, x):
        return self.resize(
            x,
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )

    def unet(self, x, depth, *, into=1, convs=2, up=None, stop_at=0):
        """Add a U-Net; the decoder stops `stop_at` levels below the image."""
        skips = []
        for level in range(depth):
            for n in range(convs):
                x = self.conv(x, of=into if level == n == 0 else None)
            skips.append(x)
            x = self.pool(x)
        for _ in range(convs):
            x = self.conv(x)
        for _ in range(depth - stop_at):
            x = self.op("Concat", skips.pop(), (up or self.up)(x), axis=1)
            x = self.conv(x, of=2 * self.channels)
            for _ in range(convs - 1):
                x = self.conv(x)
        return x

    def stardist(self, x, grid, depth=3, rays=32):
        """StarDist 2D: convolutions and pooling down to the grid, a U-Net, two heads."""
        into = 1
        while grid > 1:
            x = self.pool(self.conv(self.conv(x, of=into)))
            into, grid = self.channels, grid // 2
        x = self.conv(self.unet(x, depth, into=into))
        probability = self.op("Sigmoid", self.conv(x, 1, into=1, relu=False))
        return probability, self.conv(x, 1, into=rays, relu=False)

    def bytes(self, *outputs, shape=("n", 1, "h", "w"), opset=17, **functions):
        from onnx import TensorProto, helper

        graph = helper.make_graph(
            self.nodes,
            "net",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
            [
                helper.make_tensor_value_info(
                    o, TensorProto.FLOAT, [f"{o}{i}" for i in range(4)]
                )
                for o in outputs
            ],
            self.weights,
        )
        opsets = [helper.make_opsetid("", opset)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8, **functions)
        return model.SerializeToString()


@pytest.fixture
def net():
    """Return the class that builds networks."""
    return _Net


def runner(onnx_bytes):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(
        onnx_bytes, options, providers=["CPUExecutionProvider"]
    )
    name = session.get_inputs()[0].name
    return lambda batch: session.run(None, {name: batch})


@pytest.fixture
def run_of():
    """Return the function that runs an ONNX file on a batch."""
    return runner


@pytest.fixture
def dependencies():
    """Return the function that finds, by running it, which rows each row depends on.

    The network has positive weights only, so that nothing cancels and no unit is dead:
    an output is not zero exactly where a path of the graph leads from the one row that
    is not zero. Away from the border the sizes are those of an endless image.
    """

    def table(onnx_bytes, n_lines, n_across, *, along=0):
        shape = (n_lines, n_across) if along == 0 else (n_across, n_lines)
        images = np.zeros((n_lines, 1, *shape), np.float32)
        for line, image in enumerate(images):
            np.moveaxis(image, 1 + along, 0)[line] = 1
        outputs = runner(onnx_bytes)(images)
        seen = [np.abs(one).max(axis=(1, 3 - along)) > 1e-12 for one in outputs]
        return np.logical_or.reduce(seen).T

    return table
