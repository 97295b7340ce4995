"""Opening a network, and what it answers."""

from dataclasses import replace

import numpy as np
import onnxruntime
import pytest

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference import onnx_session
from rescale4dl_core.inference.card import ChannelAxis, NetworkSpec, OutputKind
from rescale4dl_core.inference.maps import maps_of
from rescale4dl_core.inference.network import network_from_bytes
from rescale4dl_core.inference.onnx_session import (
    CPU,
    CUDA,
    note_on_provider,
    providers_to_try,
)
from rescale4dl_core.inference.onnx_session import onnxruntime as import_onnxruntime
from rescale4dl_core.inference.opening import open_network

ONE_MAP = NetworkSpec(1, OutputKind.FOREGROUND, multiple_px=1, halo_px=2)


class Answering:
    """Stands for onnxruntime: answers with what it was given."""

    provider, notes, input_shape, output_shapes = CPU, (), (1, 1, 8, 8), ()

    def __init__(self, *outputs):
        self.outputs = outputs

    def run(self, batch, *, give_back=True):
        """Return the answer, and keep the question."""
        self.batch = batch
        return self.outputs


def answered(spec, *shapes, values=None):
    outputs = (
        [np.zeros(shape, np.float32) for shape in shapes] if values is None else values
    )
    return maps_of(
        np.zeros((1, 1, 8, 8), np.float32), spec, Answering(*outputs), name="net"
    )


def test_a_batch_of_images_gives_a_batch_of_maps(star_network):
    probability, distances = star_network.run(np.ones((3, 1, 8, 12), np.float32))
    assert probability.shape == (3, 1, 4, 6)
    assert distances.shape == (3, 32, 4, 6)
    assert (probability == 1).all()
    assert (distances == 6).all()


def test_probability_and_distances_are_told_by_their_number_in_any_order():
    spec = replace(ONE_MAP, output=OutputKind.STARS, n_rays=8)
    for shapes in (
        [(1, 1, 4, 4), (1, 8, 4, 4)],
        [(1, 8, 4, 4), (1, 1, 4, 4)],
        [(1, 9, 4, 4)],
        [(1, 9, 4, 4), (1, 5, 4, 4)],
    ):
        assert [maps.shape[1] for maps in answered(spec, *shapes)] == [1, 8]


def test_channels_last_are_brought_to_the_front_and_back():
    spec = replace(ONE_MAP, channel_axis=ChannelAxis.LAST, output=OutputKind.CLASSES)
    runner = Answering(np.zeros((1, 8, 6, 3), np.float32))
    (maps,) = maps_of(np.zeros((1, 1, 8, 6), np.float32), spec, runner, name="net")
    assert runner.batch.shape == (1, 8, 6, 1)
    assert maps.shape == (1, 3, 8, 6)


def test_maps_before_the_last_step_become_probabilities():
    raw = np.array([[-2.0, 0.0, 3.0]], np.float32).reshape(1, 3, 1, 1)
    classes = replace(ONE_MAP, output=OutputKind.CLASSES, logits=True)
    (maps,) = answered(classes, values=[raw])
    np.testing.assert_allclose(maps, np.exp(raw) / np.exp(raw).sum(), rtol=1e-6)
    (maps,) = answered(replace(ONE_MAP, logits=True), values=[raw[:, :1]])
    np.testing.assert_allclose(maps, 1 / (1 + np.exp(2.0)), rtol=1e-6)


@pytest.mark.parametrize("shape", [(1, 5), (1, 2, 3, 4, 5)])
def test_an_answer_that_is_no_map_is_told_with_its_shape(shape):
    with pytest.raises(NetworkError, match=r"net answers with arrays of shape \(1, "):
        answered(ONE_MAP, shape)


def test_damaged_bytes_are_refused_in_words():
    with pytest.raises(
        NetworkError, match=r"broken is not a network that can be run.*ONNX"
    ):
        network_from_bytes("broken", b"not an onnx file", ONE_MAP)


def test_a_description_of_another_network_is_refused(networks):
    spec = replace(ONE_MAP, input_channels=3)
    with pytest.raises(NetworkError, match=r"takes 1 channel\(s\).*says 3"):
        network_from_bytes("mean", networks["mean"](3), spec)


def test_a_size_that_the_network_cannot_take_is_told(networks):
    onnx_bytes = networks["mean"](3, shape=("n", 1, 32, 32))
    network = network_from_bytes("mean", onnx_bytes, ONE_MAP)
    with pytest.raises(NetworkError, match=r"cannot be run on an image of 16 x 16 px"):
        network.run(np.zeros((1, 1, 16, 16), np.float32))


def test_a_name_that_is_neither_shipped_nor_a_file_is_told_with_the_choices():
    with pytest.raises(NetworkError, match=r"no network 'unet-of-dreams'.*neither a file"):
        open_network("unet-of-dreams")


def test_cuda_that_is_not_there_falls_back_with_a_note(networks):
    network = network_from_bytes("mean", networks["mean"](3), ONE_MAP, provider="cuda")
    if network.provider == CUDA:
        pytest.skip("this machine has CUDA")
    assert network.provider == CPU
    assert "CUDA was asked for and cannot be used here; the processor" in network.notes[0]


def test_what_runs_is_what_the_session_says_not_what_was_asked(networks, monkeypatch):
    """onnxruntime-gpu lists CUDA on machines without it, and falls back in silence."""
    monkeypatch.setattr(
        onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider", CPU]
    )
    real = onnxruntime.InferenceSession
    asked = []

    def without_cuda(content, options, providers):
        asked.extend(providers)
        return real(content, options, providers=[CPU])

    monkeypatch.setattr(onnxruntime, "InferenceSession", without_cuda)
    session = onnx_session.open_session(networks["mean"](3), name="mean")
    assert asked == [CUDA, CPU]
    assert session.provider == CPU
    assert "NVIDIA graphics card (CUDA) did not start" in session.notes[0]


def test_a_graphics_card_comes_before_the_processor():
    built_in = ["CoreMLExecutionProvider", "AzureExecutionProvider", CPU, CUDA]
    assert providers_to_try("auto", built_in) == (CUDA, "CoreMLExecutionProvider", CPU)
    assert providers_to_try("cpu", built_in) == (CPU,)
    assert providers_to_try("cuda", built_in) == (CUDA, CPU)
    assert note_on_provider("cuda", (CUDA, CPU), CUDA) is None
    assert note_on_provider("auto", (CPU,), CPU) is None
    with pytest.raises(NetworkError, match=r"'tpu' is not known.*auto, cpu, cuda"):
        providers_to_try("tpu", built_in)


def test_telemetry_is_off_before_onnxruntime_is_imported(monkeypatch):
    import os

    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)
    import_onnxruntime()
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
