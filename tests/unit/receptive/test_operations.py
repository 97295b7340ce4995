"""What each operation looks at, against what onnxruntime does with positive weights."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rescale4dl_core.receptive.graph import theoretical_receptive_field
from rescale4dl_core.receptive.onnx_graph import graph_of
from rescale4dl_core.receptive.untrusted import parsed_network

ALONG, ACROSS = 192, 16


def measured(table, n_positions):
    """Return the sizes seen by positions in the middle, in order of position."""
    start = table.shape[0] // 2 // n_positions * n_positions
    sizes = []
    for position in range(start, start + n_positions):
        seen = np.flatnonzero(table[position])
        sizes.append(int(seen.max() - seen.min() + 1) if seen.size else 1)
    return tuple(sizes)


@pytest.fixture
def agrees(dependencies):
    def check(onnx_bytes):
        view = theoretical_receptive_field(onnx_bytes)
        for along, expected in ((0, view.rows_px), (1, view.columns_px)):
            table = dependencies(onnx_bytes, ALONG, ACROSS, along=along)
            found = measured(table, len(expected))
            assert found == expected
        return view

    return check


def test_dilation_stride_and_padding_of_one_axis_leave_the_other_alone(net, agrees):
    n = net(positive=True)
    weights = n.const(n.weight(4, 1, 5, 3))
    x = n.op("Conv", "image", weights, dilations=[3, 1], pads=[6, 1, 6, 1])
    view = agrees(n.bytes(n.conv(x)))
    assert (view.rows_px, view.columns_px) == ((15,), (5,))
    assert view.largest_px == 15


def test_even_kernels_look_to_one_side(net, agrees):
    n = net(positive=True)
    assert agrees(n.bytes(n.conv("image", 2, of=1, pads=[0, 0, 1, 1]))).rows_px == (2,)


def test_groups_change_nothing(net, agrees):
    n = net(positive=True, channels=4)
    x = n.conv("image", of=1)
    x = n.op("Conv", x, n.const(n.weight(4, 1, 3, 3)), group=4, pads=[1] * 4)
    assert agrees(n.bytes(x)).rows_px == (5,)


@pytest.mark.parametrize("padding", ["SAME_UPPER", "SAME_LOWER"])
def test_automatic_padding_follows_the_size(net, agrees, padding):
    n = net(positive=True)
    x = n.op(
        "Conv", "image", n.const(n.weight(4, 1, 3, 3)), strides=[2, 2], auto_pad=padding
    )
    x = n.deconv(x)
    agrees(n.bytes(x))


@pytest.mark.parametrize(
    "mode",
    [
        {"mode": "nearest", "coordinate_transformation_mode": "half_pixel"},
        {
            "mode": "nearest",
            "coordinate_transformation_mode": "asymmetric",
            "nearest_mode": "floor",
        },
        {
            "mode": "nearest",
            "coordinate_transformation_mode": "asymmetric",
            "nearest_mode": "ceil",
        },
        {"mode": "linear", "coordinate_transformation_mode": "half_pixel"},
        {"mode": "linear", "coordinate_transformation_mode": "pytorch_half_pixel"},
        {"mode": "linear", "coordinate_transformation_mode": "asymmetric"},
        {"mode": "cubic", "coordinate_transformation_mode": "half_pixel"},
        {"mode": "cubic", "coordinate_transformation_mode": "asymmetric"},
    ],
    ids=lambda mode: " ".join(mode.values()),
)
@pytest.mark.parametrize("factor", [2, 4])
def test_every_kind_of_resizing(net, agrees, mode, factor):
    n = net(positive=True)
    x = n.pool(n.conv("image", of=1), factor)
    agrees(n.bytes(n.conv(n.resize(x, factor, **mode), relu=False)))


def test_corner_aligned_resizing_differs_over_the_image_and_the_largest_counts(
    net, dependencies
):
    n = net(positive=True)
    x = n.resize(
        n.pool(n.conv("image", of=1)),
        mode="linear",
        coordinate_transformation_mode="align_corners",
    )
    onnx_bytes = n.bytes(n.conv(x))
    table = dependencies(onnx_bytes, ALONG, ACROSS)[8:-8]
    seen = [np.flatnonzero(row) for row in table]
    largest = max(int(row.max() - row.min() + 1) for row in seen)
    assert theoretical_receptive_field(onnx_bytes).largest_px == largest


def test_a_network_of_opset_9_may_use_upsample(net):
    n = net(positive=True)
    scales = n.const(np.array([1, 1, 2, 2], np.float32))
    x = n.op("Upsample", n.pool(n.conv("image", of=1)), scales, mode="nearest")
    view = theoretical_receptive_field(n.bytes(n.conv(x), opset=9))
    assert view.rows_px == (6, 6)


def test_networks_of_tensorflow_keep_channels_last(net, agrees, run_of):
    n = net(positive=True)
    x = n.op("Transpose", "image", perm=[0, 3, 1, 2])
    x = n.op("Transpose", n.unet(x, 1), perm=[0, 2, 3, 1])
    onnx_bytes = n.bytes(x, shape=("n", "h", "w", 1))
    view = theoretical_receptive_field(onnx_bytes)
    assert view.channels_last
    assert view.rows_px == view.columns_px == (18, 18)
    assert run_of(onnx_bytes)(np.ones((1, 8, 8, 1), np.float32))[0].shape == (1, 8, 8, 4)


def test_depth_to_space_makes_the_map_finer(net, agrees):
    n = net(positive=True)
    x = n.op("SpaceToDepth", n.conv("image", of=1), blocksize=2)
    x = n.op("DepthToSpace", n.conv(x, of=16, into=16), blocksize=2)
    assert agrees(n.bytes(x)).multiple_px == 2


def test_sizes_computed_in_the_graph_are_followed(net, agrees):
    """As exporters write `interpolate(x, size=skip.shape[2:])`."""
    n = net(positive=True)
    skip = n.conv("image", of=1)
    x = n.conv(n.pool(skip))
    channels = n.op("Slice", n.op("Shape", x), n.const([0]), n.const([2]), n.const([0]))
    space = n.op("Slice", n.op("Shape", skip), n.const([2]), n.const([4]), n.const([0]))
    sizes = n.op("Concat", channels, n.op("Cast", space, to=7), axis=0)
    x = n.op("Resize", x, "", "", sizes, mode="linear")
    view = agrees(n.bytes(n.conv(n.op("Concat", skip, x, axis=1), of=8)))
    assert view.multiple_px == 2


def test_cropping_and_padding_shift_what_is_seen(net, agrees):
    n = net(positive=True)
    x = n.op("Pad", "image", n.const([0, 0, 3, 0, 0, 0, 1, 0]))
    left = n.op("Slice", x, n.const([4]), n.const([1000]), n.const([2]))
    right = n.op("Slice", x, n.const([0]), n.const([-4]), n.const([2]))
    view = agrees(n.bytes(n.op("Add", left, right)))
    assert (view.rows_px, view.columns_px) == ((5,), (1,))


def test_networks_without_padding_lose_the_border(net):
    n = net(positive=True)
    x = n.conv(n.conv("image", of=1, pads=[0] * 4), pads=[0] * 4)
    view = theoretical_receptive_field(n.bytes(x))
    assert (view.lost_px, view.largest_px) == (4, 5)


kernels = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3)), max_size=2)


@given(
    kernels, kernels, kernels, st.sampled_from(["pool", "conv"]), st.sampled_from(range(5))
)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_encoder_and_decoder(net, agrees, encoder, bottom, decoder, down, up):
    n = net(positive=True)

    def convs(x, chosen, of=None):
        for kernel, dilation in chosen:
            before = dilation * (kernel - 1) // 2
            after = dilation * (kernel - 1) - before
            x = n.conv(
                x, kernel, of=of, dilations=[dilation] * 2, pads=[before] * 2 + [after] * 2
            )
        return x

    x = skip = convs(n.conv("image", 1, of=1), encoder)
    x = n.pool(x) if down == "pool" else n.conv(x, strides=[2, 2])
    x = convs(x, bottom)
    ways = (
        n.up,
        n.deconv,
        lambda x: n.deconv(x, kernel=3, pads=[1] * 4, output_padding=[1, 1]),
        lambda x: n.deconv(x, kernel=4, pads=[1] * 4),
        lambda x: n.resize(x, mode="linear"),
    )
    x = convs(n.op("Concat", skip, ways[up](x), axis=1), decoder[:1], of=8)
    agrees(n.bytes(x))


def test_the_graph_is_that_of_the_file(net):
    n = net()
    graph = graph_of(parsed_network(n.bytes(n.unet("image", 1))))
    assert graph.input_name == "image"
    assert graph.channel_guesses[0] == (1, 1)
