"""`rescale4dl receptive-field`, which opens a stranger's network in another process."""

import io
import json
import zipfile

import numpy as np
import pytest

from rescale4dl_core.cli.entry import main
from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.opening import open_uploaded
from rescale4dl_core.inference.sight import inspect_file
from rescale4dl_core.window import SMALLEST_DIAMETER_PX

DESCRIPTION = """
inputs:
- preprocessing:
  - {id: scale_range, kwargs: {min_percentile: 3, max_percentile: 97}}
  - {id: zero_mean_unit_variance}
weights: {onnx: {source: w.onnx}}
"""


def package(onnx_bytes):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("rdf.yaml", DESCRIPTION)
        archive.writestr("w.onnx", onnx_bytes)
    return stream.getvalue()


@pytest.fixture
def unet(net):
    n = net()
    maps = n.conv(n.unet("image", 2), 1, into=3, relu=False)
    return n.bytes(n.op("Softmax", maps, axis=1))


def test_the_fields_of_a_file(unet, tmp_path, capsys):
    path = tmp_path / "mine.onnx"
    path.write_bytes(unet)
    assert main(["receptive-field", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["theoretical_px"], found["impulse_px"]) == (44, 44)
    assert 1 < found["effective_px"] < 44
    assert (found["output_stride"], found["multiple_px"]) == (1, 4)
    assert found["window_percent"] == pytest.approx([200 / 44, 100 / SMALLEST_DIAMETER_PX])
    assert found["by_position_px"]["rows"] == [44] * 4


def test_a_package_in_words_on_an_image(unet, tmp_path, capsys):
    path = tmp_path / "mine.zip"
    path.write_bytes(package(unet))
    assert main(["receptive-field", str(path), "--images", "demo"]) == 0
    said = capsys.readouterr().out
    assert "44 px by its graph (theoretical)" in said
    assert f"objects {SMALLEST_DIAMETER_PX:g} to 22 px wide suit it" in said


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bad.onnx", b"not a network", "no ONNX file, or a damaged one"),
        ("bad.zip", b"not a zip", "This zip file is damaged"),
    ],
)
def test_a_bad_file_is_told_in_one_sentence(tmp_path, capsys, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    assert main(["receptive-field", str(path)]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert "Traceback" not in said.err
    assert not said.out


def test_a_missing_file_is_told_in_one_sentence(capsys):
    assert main(["receptive-field", "nowhere.onnx"]) == 2
    assert "There is no network 'nowhere.onnx'" in capsys.readouterr().err


def test_a_network_that_asks_for_all_memory_is_ended(net):
    """Its shape fits: 1.6 TB of zeros are added to the image and averaged away."""
    n = net()
    zeros = n.op("ConstantOfShape", n.const(np.array([400_000, 1_000_000])))
    offset = n.op("ReduceSum", zeros, keepdims=0)
    onnx_bytes = n.bytes(n.op("Add", n.conv("image", of=1), offset))
    with pytest.raises(NetworkError):
        inspect_file("bomb.onnx", onnx_bytes)


def test_a_package_is_opened_with_its_own_percentiles_and_says_what_it_cannot_do(unet):
    network = open_uploaded("mine.zip", package(unet))
    assert network.spec.normalisation.low_percentile == 3
    assert network.spec.normalisation.high_percentile == 97
    assert "prepares images by zero_mean_unit_variance" in network.notes[0]
    (maps,) = network.run(np.zeros((1, 1, 16, 16), np.float32))
    assert maps.shape == (1, 3, 16, 16)


def test_a_network_with_an_unknown_operation_can_be_opened(net):
    n = net()
    x = n.op("Tile", n.conv("image", of=1), n.const(np.array([1, 1, 1, 1])))
    network = open_uploaded("own.onnx", n.bytes(n.conv(x, 1, into=1, relu=False)))
    assert network.spec.whole_image
