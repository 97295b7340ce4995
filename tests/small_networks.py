"""Small networks whose answers are known by arithmetic, and a folder that ships one."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from rescale4dl_core.documents import to_plain
from rescale4dl_core.inference.card import (
    DataSource,
    NetworkCard,
    NetworkSpec,
    OutputKind,
    ReceptiveFields,
    TestScores,
    Training,
)
from rescale4dl_core.window import window_for_receptive_field

RADIUS_PX = 6.0
N_RAYS = 32


def onnx_bytes(nodes, weights, outputs, shape=("n", 1, "h", "w")):
    """Return an ONNX file with the input `image` and the named outputs."""
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs],
        [
            numpy_helper.from_array(np.asarray(array), name)
            for name, array in weights.items()
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    onnx.checker.check_model(model)
    return model.SerializeToString()


def mean_filter(side_px, shape=("n", 1, "h", "w")):
    """One map: the mean over a square around each pixel, zeros beyond the image."""
    kernel = np.full((1, 1, side_px, side_px), 1 / side_px**2, np.float32)
    node = helper.make_node("Conv", ["image", "k"], ["mean"], pads=[side_px // 2] * 4)
    return onnx_bytes([node], {"k": kernel}, [("mean", ("n", 1, "h", "w"))], shape)


def pooling_unet(n_channels=4, seed=0):
    """Two 3x3 convolutions and a pooling of 4 with random weights, 3 classes."""
    rng = np.random.default_rng(seed)

    def weights(*shape):
        return rng.normal(0, 0.3, shape).astype(np.float32)

    nodes = [
        helper.make_node("Conv", ["image", "a"], ["x"], pads=[1] * 4),
        helper.make_node("Relu", ["x"], ["y"]),
        helper.make_node("MaxPool", ["y"], ["p"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Conv", ["p", "b"], ["q"], pads=[1] * 4),
        helper.make_node("Resize", ["q", "", "s"], ["u"], mode="nearest"),
        helper.make_node("Concat", ["y", "u"], ["v"], axis=1),
        helper.make_node("Conv", ["v", "c"], ["w"], pads=[1] * 4),
        helper.make_node("Softmax", ["w"], ["classes"], axis=1),
    ]
    tensors = {
        "a": weights(n_channels, 1, 3, 3),
        "b": weights(n_channels, n_channels, 3, 3),
        "c": weights(3, 2 * n_channels, 3, 3),
        "s": np.array([1, 1, 4, 4], np.float32),
    }
    return onnx_bytes(nodes, tensors, [("classes", ("n", 3, "h", "w"))])


def disc_finder():
    """StarDist-like, grid 2: probability = mean of 2x2 px, every distance = RADIUS_PX."""
    nodes = [
        helper.make_node(
            "AveragePool", ["image"], ["probability"], kernel_shape=[2, 2], strides=[2, 2]
        ),
        helper.make_node("Conv", ["probability", "k", "r"], ["distances"]),
    ]
    tensors = {
        "k": np.zeros((N_RAYS, 1, 1, 1), np.float32),
        "r": np.full(N_RAYS, RADIUS_PX, np.float32),
    }
    outputs = [("probability", ("n", 1, "y", "x")), ("distances", ("n", N_RAYS, "y", "x"))]
    return onnx_bytes(nodes, tensors, outputs)


MEAN_SPEC = NetworkSpec(1, OutputKind.FOREGROUND, multiple_px=1, halo_px=2)
UNET_SPEC = NetworkSpec(1, OutputKind.CLASSES, multiple_px=4, halo_px=16)
STAR_SPEC = NetworkSpec(
    1, OutputKind.STARS, multiple_px=2, halo_px=2, output_stride=2, n_rays=N_RAYS
)


def card_of(
    content: bytes, spec: NetworkSpec = UNET_SPEC, name: str = "unet-test-fluo"
) -> NetworkCard:
    """Return a complete card."""
    return NetworkCard(
        name=name,
        architecture="U-Net",
        task="Outlines test objects in fluorescence images",
        licence="MIT",
        spec=spec,
        receptive_fields=ReceptiveFields(50, 46, 30.5),
        window=window_for_receptive_field(50),
        training=Training(
            recipe="training/recipes/unet-test-fluo.toml",
            command="rescale4dl train training/recipes/unet-test-fluo.toml",
            data=(DataSource("test", "CC0-1.0", "simulated by this project", 3, 30),),
            split="2 for training, 1 to test",
            seed=1,
            n_steps=10,
            n_parameters=400,
            diameter_px_p05=10.0,
            diameter_px_p50=15.0,
            diameter_px_p95=22.0,
            software=("torch 2.13.0",),
        ),
        scores=(TestScores("test", "the third image", 0.8, 0.7, 0.9, ()),),
        intended_use="Tests.",
        not_for=("Anything else.",),
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
    )


def ship(folder: Path, card: NetworkCard, content: bytes) -> None:
    """Put a network with its card into a folder of networks."""
    place = folder / card.name
    place.mkdir(parents=True)
    (place / "model.onnx").write_bytes(content)
    (place / "card.json").write_text(json.dumps(to_plain(card)))
