"""How a network of the user's own is fed, read from its graph."""

import numpy as np
import pytest
from onnx import helper

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.card import ChannelAxis, OutputKind
from rescale4dl_core.inference.onnx_session import open_session
from rescale4dl_core.inference.opening import open_network
from rescale4dl_core.inference.segment import segment
from rescale4dl_core.inference.spec_from_graph import output_kind, spec_of


def spec_of_bytes(onnx_bytes):
    return spec_of(onnx_bytes, open_session(onnx_bytes, name="own"))


def test_a_filter_is_foreground_with_half_its_side_as_halo(networks):
    spec = spec_of_bytes(networks["mean"](9))
    assert spec.output is OutputKind.FOREGROUND
    assert (spec.input_channels, spec.multiple_px, spec.halo_px) == (1, 1, 5)
    assert not spec.logits


def test_a_unet_is_classes_with_the_multiple_of_its_poolings(networks):
    spec = spec_of_bytes(networks["unet"]())
    assert spec.output is OutputKind.CLASSES
    assert spec.multiple_px == 4
    assert spec.halo_px >= 9
    assert not spec.whole_image


def test_stars_are_told_by_their_rays_and_grid(networks):
    spec = spec_of_bytes(networks["stars"]())
    assert (spec.output, spec.n_rays, spec.output_stride) == (OutputKind.STARS, 32, 2)


def test_a_fixed_size_is_kept(networks):
    assert spec_of_bytes(networks["mean"](3, shape=("n", 1, 64, 64))).fixed_px == 64


def test_channels_last_are_seen(networks):
    nodes = [
        helper.make_node("Transpose", ["image"], ["first"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["first", "k"], ["c"], pads=[1] * 4),
        helper.make_node("Transpose", ["c"], ["map"], perm=[0, 2, 3, 1]),
    ]
    weights = {"k": np.full((1, 1, 3, 3), 1 / 9, np.float32)}
    content = networks["onnx"](
        nodes, weights, [("map", ("n", "h", "w", 1))], ("n", "h", "w", 1)
    )
    assert spec_of_bytes(content).channel_axis is ChannelAxis.LAST


def test_maps_that_leave_0_to_1_are_taken_for_logits(networks):
    node = helper.make_node("Conv", ["image", "k", "b"], ["map"])
    weights = {
        "k": np.full((1, 1, 1, 1), 20, np.float32),
        "b": np.array([-10], np.float32),
    }
    content = networks["onnx"]([node], weights, [("map", ("n", 1, "h", "w"))])
    assert spec_of_bytes(content).logits


@pytest.mark.parametrize("n_channels", [[64, 64], [1, 12, 5]])
def test_maps_that_mean_nothing_here_are_refused(n_channels):
    with pytest.raises(NetworkError, match=r"have .* channels\. Expected"):
        output_kind(n_channels)


def test_a_file_is_opened_by_its_path_and_finds_objects(networks, tmp_path, image_of):
    path = tmp_path / "own.onnx"
    path.write_bytes(networks["mean"](3))
    network = open_network(path)
    assert network.name == "own.onnx"
    assert network.card is None
    pixels = np.zeros((60, 60))
    pixels[10:20, 10:20] = pixels[40:50, 30:40] = 100
    assert segment(image_of(pixels), network).n_objects == 2


def test_a_damaged_file_is_refused_in_words(tmp_path):
    path = tmp_path / "own.onnx"
    path.write_bytes(b"\x00\x01damaged")
    with pytest.raises(NetworkError, match="no ONNX file, or a damaged one"):
        open_network(path)
