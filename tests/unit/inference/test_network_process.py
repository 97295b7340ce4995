"""A network from a stranger, in a process with bounds."""

import io
import sys

import numpy as np
import pytest
from onnx import TensorProto, helper

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference import network_process
from rescale4dl_core.inference.card import NetworkSpec, OutputKind
from rescale4dl_core.inference.child_process import Frame, read_frame, write_frame
from rescale4dl_core.inference.network import opened_network
from rescale4dl_core.inference.network_process import open_elsewhere

SPEC = NetworkSpec(1, OutputKind.FOREGROUND, multiple_px=1, halo_px=2)
BATCH = np.random.default_rng(0).random((2, 1, 12, 20), np.float32)


def test_it_answers_as_in_this_process(networks, mean_network):
    onnx_bytes = networks["mean"](5)
    runner = open_elsewhere(onnx_bytes, name="mean", provider="auto")
    elsewhere = opened_network("mean", onnx_bytes, SPEC, runner)
    for _ in range(2):
        (maps,) = elsewhere.run(BATCH)
        np.testing.assert_array_equal(maps, mean_network.run(BATCH)[0])
    assert elsewhere.provider == "CPUExecutionProvider"
    assert elsewhere.runner.input_shape == ("n", 1, "h", "w")


def test_one_that_asks_for_all_memory_is_refused_and_the_app_goes_on(networks):
    """A file of some hundred bytes can ask for terabytes."""
    nodes = [
        helper.make_node("Shape", ["image"], ["shape"]),
        helper.make_node("Mul", ["shape", "many"], ["larger"]),
        helper.make_node(
            "ConstantOfShape",
            ["larger"],
            ["all"],
            value=helper.make_tensor("v", TensorProto.FLOAT, [1], [1.0]),
        ),
        helper.make_node("ReduceMax", ["all"], ["map"], axes=[0], keepdims=1),
    ]
    many = {"many": np.array([10_000, 1, 1, 1], np.int64)}
    content = networks["onnx"](nodes, many, [("map", (1, 1, "h", "w"))])
    greedy = open_elsewhere(content, name="greedy", provider="auto")
    with pytest.raises(NetworkError, match=r"more memory.*1024 x 1024"):
        greedy.run(np.zeros((1, 1, 1024, 1024), np.float32))
    (maps,) = open_elsewhere(networks["mean"](3), name="mean", provider="auto").run(BATCH)
    assert maps.shape == BATCH.shape


def test_one_that_takes_too_long_is_ended(networks, monkeypatch):
    slow = open_elsewhere(networks["mean"](31), name="slow", provider="auto")
    monkeypatch.setattr(network_process, "LONGEST_RUN_S", 0.0)
    with pytest.raises(NetworkError, match=r"slow took more than 0 s and was ended"):
        slow.run(np.zeros((1, 1, 3000, 3000), np.float32))
    assert not slow.children._idle


def test_after_its_process_was_lost_a_new_one_is_started(networks):
    network = open_elsewhere(networks["mean"](3), name="mean", provider="auto")
    network.children._idle[0]._process.kill()
    with pytest.raises(NetworkError, match="mean stopped unexpectedly and was ended"):
        network.run(BATCH)
    assert network.run(BATCH)[0].shape == BATCH.shape


def test_damaged_bytes_are_refused_in_words():
    with pytest.raises(NetworkError, match="no ONNX file, or a damaged one"):
        open_elsewhere(b"not an onnx file", name="broken", provider="auto")


def test_a_network_that_keeps_weights_in_other_files_never_starts(networks):
    import onnx

    model = onnx.load_model_from_string(networks["mean"](3))
    (weights,) = model.graph.initializer
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    entry = weights.external_data.add()
    entry.key, entry.value = "location", "passwords.txt"
    with pytest.raises(NetworkError, match="keeps its weights in other files"):
        open_elsewhere(model.SerializeToString(), name="spy", provider="auto")


@pytest.mark.skipif(sys.platform == "win32", reason="no bound on memory there")
def test_its_folder_is_empty_and_goes_with_it(networks):
    network = open_elsewhere(networks["mean"](3), name="mean", provider="auto")
    (process,) = network.children._idle
    from pathlib import Path

    folder = Path(process._folder.name)
    assert folder.is_dir()
    assert not list(folder.iterdir())
    process.end()
    assert not folder.exists()


def test_arrays_go_through_a_pipe_unchanged():
    arrays = (BATCH, np.arange(6, dtype=np.int32).reshape(2, 3), np.zeros((0, 2), np.uint8))
    stream = io.BytesIO()
    write_frame(stream, Frame(("run", "µ"), arrays))
    stream.seek(0)
    frame = read_frame(stream)
    assert frame.words == ("run", "µ")
    for found, sent in zip(frame.arrays, arrays, strict=True):
        assert found.dtype == sent.dtype
        np.testing.assert_array_equal(found, sent)
    assert read_frame(stream) is None


@pytest.mark.parametrize(
    "line",
    [
        b'{"words": [], "arrays": [["object", [1]]]}\n',
        b'{"words": [], "arrays": [["float32", [-1]]]}\n',
        b'{"words": [], "arrays": [["float32", [1000000, 1000000]]]}\n',
        b'{"words": [], "arrays": [["float32", [4]]]}\nshort',
        b"no frame\n",
    ],
)
def test_nonsense_from_a_process_is_refused(line):
    with pytest.raises(ValueError, match=r"announced|ended|Expecting"):
        read_frame(io.BytesIO(line))
