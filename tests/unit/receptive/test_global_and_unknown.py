"""Networks that see the whole image, and networks whose graph cannot be followed."""

import numpy as np
import pytest

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.receptive.graph import theoretical_receptive_field
from rescale4dl_core.receptive.inspect import inspect_network
from rescale4dl_core.receptive.trace import UnreadableOperationError


def instance_norm(n, x):
    ones, zeros = n.const(np.ones(4, np.float32)), n.const(np.zeros(4, np.float32))
    return n.op("InstanceNormalization", x, ones, zeros)


def squeeze_and_excite(n, x):
    gate = n.op("GlobalAveragePool", x)
    gate = n.op("Sigmoid", n.conv(gate, 1, relu=False))
    return n.op("Mul", x, gate)


def mean_over_rows(n, x):
    return n.op("Sub", x, n.op("ReduceMean", x, axes=[2], keepdims=1))


def attention(n, x):
    """Every pixel against every other one, as in a vision transformer."""
    flat = n.op("Reshape", x, n.const(np.array([0, 4, -1])))
    tokens = n.op("Transpose", flat, perm=[0, 2, 1])
    weights = n.op("Softmax", n.op("MatMul", tokens, flat), axis=-1)
    mixed = n.op("Transpose", n.op("MatMul", weights, tokens), perm=[0, 2, 1])
    return n.op("Reshape", mixed, n.op("Shape", x))


def group_norm(n, x):
    """As PyTorch exports it: a reshape to groups, an instance norm, and back."""
    grouped = n.op("Reshape", x, n.const(np.array([0, 2, -1])))
    ones, zeros = n.const(np.ones(2, np.float32)), n.const(np.zeros(2, np.float32))
    normed = n.op("InstanceNormalization", grouped, ones, zeros)
    return n.op("Reshape", normed, n.op("Shape", x))


@pytest.mark.parametrize(
    ("layer", "operation"),
    [
        (instance_norm, "InstanceNormalization"),
        (squeeze_and_excite, "GlobalAveragePool"),
        (mean_over_rows, "ReduceMean"),
        (attention, "attention (MatMul)"),
        (group_norm, "InstanceNormalization"),
        (lambda n, x: n.op("Softmax", x, axis=2), "Softmax"),
    ],
)
def test_layers_that_look_at_the_whole_image_make_the_field_global(net, layer, operation):
    n = net()
    view = theoretical_receptive_field(n.bytes(n.conv(layer(n, n.conv("image", of=1)))))
    assert view.largest_px is None
    assert view.global_by == operation


@pytest.mark.parametrize(
    "layer",
    [
        lambda n, x: n.op("Softmax", x, axis=1),
        lambda n, x: n.op("ReduceMean", x, axes=[1], keepdims=1),
        lambda n, x: n.op("Reshape", x, n.op("Shape", x)),
        lambda n, x: n.op(
            "Transpose",
            n.op(
                "MatMul",
                n.op("Transpose", x, perm=[0, 2, 3, 1]),
                n.const(np.ones((4, 4), np.float32)),
            ),
            perm=[0, 3, 1, 2],
        ),
    ],
    ids=["softmax over classes", "mean over channels", "reshape", "dense layer per pixel"],
)
def test_layers_that_mix_channels_only_change_nothing(net, layer):
    n = net()
    assert (
        theoretical_receptive_field(n.bytes(layer(n, n.conv("image", of=1)))).largest_px
        == 3
    )


def test_a_global_network_gets_the_window_of_its_effective_field(net, run_of):
    n = net(seed=1)
    onnx_bytes = n.bytes(n.conv(instance_norm(n, n.unet("image", 2))))
    found = inspect_network(onnx_bytes, run_of(onnx_bytes))
    assert found.theoretical_px is None
    assert found.impulse_reaches_edge
    assert found.sees_px == found.effective_px > 3
    assert "InstanceNormalization looks at the whole image" in found.notes[0]
    if found.window is not None:
        assert found.window.low_percent == pytest.approx(200 / found.effective_px)


def warped(n):
    """Build a network with an operation that has no rule: a tiling, of one tile."""
    x = n.conv(n.pool(n.conv("image", of=1)))
    tiled = n.op("Tile", n.up(x), n.const(np.array([1, 1, 1, 1])))
    return n.bytes(n.conv(tiled))


def test_an_unknown_operation_is_named_and_the_impulse_answers(net, run_of):
    onnx_bytes = warped(net())
    with pytest.raises(UnreadableOperationError, match="Tile"):
        theoretical_receptive_field(onnx_bytes)
    found = inspect_network(onnx_bytes, run_of(onnx_bytes))
    assert found.unknown_operation == "Tile"
    assert found.theoretical_px is None
    assert (
        found.sees_px == found.impulse_px == 10
    )  # conv, pool, conv, up, conv: 2+1+4+2, +1
    assert "What the operation Tile looks at cannot be read" in found.notes[0]


def test_a_network_that_sees_too_little_gets_no_window(net, run_of):
    n = net()
    onnx_bytes = n.bytes(n.conv("image", of=1))
    found = inspect_network(onnx_bytes, run_of(onnx_bytes))
    assert found.window is None
    assert any("no object suits this network" in note for note in found.notes)


def test_the_same_seed_gives_the_same_effective_field(net, run_of):
    n = net()
    onnx_bytes = n.bytes(n.unet("image", 1))
    found = [inspect_network(onnx_bytes, run_of(onnx_bytes), seed=3) for _ in range(2)]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (("n", 1, "d", "h", "w"), "input of 5 dimensions; four are expected"),
        (("n", 1, "w"), "input of 3 dimensions; four are expected"),
    ],
)
def test_networks_for_other_than_planes_are_refused(net, shape, message):
    n = net()
    with pytest.raises(NetworkError, match=message):
        theoretical_receptive_field(n.bytes(n.op("Relu", "image"), shape=shape))


def test_a_classifier_is_refused(net):
    n = net()
    x = n.op("Flatten", n.op("GlobalAveragePool", n.conv("image", of=1)))
    with pytest.raises(NetworkError, match="makes no map"):
        theoretical_receptive_field(n.bytes(x))


def test_a_network_of_one_fixed_size_says_so(net, run_of):
    n = net()
    onnx_bytes = n.bytes(n.unet("image", 2), shape=(1, 1, 96, 96))
    found = inspect_network(onnx_bytes, run_of(onnx_bytes))
    assert (found.fixed_size_px, found.theoretical_px, found.impulse_px) == (
        (96, 96),
        44,
        44,
    )
    assert "The file fixes the image size to 96 x 96 px." in found.notes
