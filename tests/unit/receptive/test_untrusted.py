"""Networks from anyone: what could do harm is refused, in words; nothing else happens."""

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.receptive import untrusted
from rescale4dl_core.receptive.inspect import inspect_network
from rescale4dl_core.receptive.untrusted import check_untrusted


@pytest.fixture
def plain(net):
    """Return a small network that is accepted, for tests to spoil."""
    n = net()
    onnx_bytes = n.bytes(n.unet("image", 1))
    check_untrusted(onnx_bytes)
    return onnx.load_model_from_string(onnx_bytes)


def refused(model, message):
    with pytest.raises(NetworkError, match=message):
        check_untrusted(model.SerializeToString())


def elsewhere(name="w"):
    tensor = TensorProto(name=name, data_type=1, dims=[4], data_location=1)
    tensor.external_data.add(key="location", value="secret.txt")
    return tensor


def test_weights_in_other_files_are_refused(plain):
    plain.graph.initializer.append(elsewhere())
    refused(plain, "keeps its weights in other files, which are not read")


def test_weights_in_other_files_are_refused_in_a_constant(plain):
    plain.graph.node.insert(0, helper.make_node("Constant", [], ["k"], value=elsewhere()))
    refused(plain, "keeps its weights in other files")


def test_an_external_entry_is_refused_even_where_it_claims_to_be_inline(plain):
    tensor = elsewhere()
    tensor.data_location = 0
    plain.graph.initializer.append(tensor)
    refused(plain, "keeps its weights in other files")


@pytest.mark.parametrize("operation", ["If", "Loop", "Scan"])
def test_branches_and_loops_are_refused(plain, operation):
    body = helper.make_graph([], "body", [], [], [elsewhere()])
    plain.graph.node.append(helper.make_node(operation, ["image"], ["y"], body=body))
    refused(plain, "branches or loops .* may never end")


def test_a_graph_hidden_in_a_harmless_operation_is_refused(plain):
    body = helper.make_graph([], "body", [], [])
    plain.graph.node.append(helper.make_node("Relu", ["image"], ["y"], body=body))
    refused(plain, "branches or loops")


def test_operators_of_others_are_refused(plain):
    plain.opset_import.append(helper.make_opsetid("com.evil", 1))
    plain.graph.node.append(helper.make_node("Run", ["image"], ["y"], domain="com.evil"))
    refused(plain, "operators of 'com.evil', which is outside the ONNX standard")


def test_functions_of_its_own_are_refused(plain):
    plain.functions.append(
        helper.make_function("own", "F", ["x"], ["y"], [], [helper.make_opsetid("", 17)])
    )
    refused(plain, "brings 1 functions of its own")


def test_operations_that_no_network_for_images_needs_are_refused(plain):
    plain.graph.node.append(helper.make_node("RandomNormal", [], ["y"], shape=[9]))
    refused(plain, "operation 'RandomNormal', which is not among the")


def test_sparse_weights_are_refused(plain):
    plain.graph.sparse_initializer.add()
    refused(plain, "sparse weights")


def test_weights_that_claim_more_than_the_file_holds_are_refused(plain):
    plain.graph.initializer.append(
        TensorProto(name="w", data_type=1, dims=[10**6, 10**6], raw_data=b"1234")
    )
    refused(plain, "no ONNX file, or a damaged one")


def test_an_old_opset_is_refused(net):
    n = net()
    with pytest.raises(NetworkError, match="opset 7; opset 9 or newer is needed"):
        check_untrusted(n.bytes(n.op("Relu", "image"), opset=7))


def test_a_broken_graph_is_refused(plain):
    plain.graph.node[0].input[0] = "nowhere"
    refused(plain, "breaks the rules of the ONNX standard")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(untrusted, "LARGEST_FILE_BYTES", 10)
    with pytest.raises(NetworkError, match="Use a smaller one"):
        check_untrusted(b"x" * 11)


def test_too_many_operations_are_refused(plain, monkeypatch):
    monkeypatch.setattr(untrusted, "MOST_NODES", 5)
    refused(plain, "operations; up to 5 are accepted")


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"not a network", b"PK\x03\x04", b"\xff" * 99]
)
def test_what_is_no_network_is_refused(content):
    with pytest.raises(NetworkError):
        check_untrusted(content)


def test_text_from_the_file_is_shortened(plain):
    plain.graph.node.append(helper.make_node("X" * 5000, [], ["y"]))
    with pytest.raises(NetworkError) as caught:
        check_untrusted(plain.SerializeToString())
    assert len(str(caught.value)) < 400


class _Silent:
    """Stands for a network that answers with maps, whatever it is given."""

    def __call__(self, batch):
        raise NetworkError("this network is not run here")


def inspected(content):
    """Inspect without running; only errors that a user understands may come out."""
    try:
        inspect_network(content, _Silent())
    except NetworkError:
        return
    raise AssertionError("a network was measured that cannot be run")


@given(st.data())
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_changed_or_shortened_file_gives_a_clear_error_or_none(net, data):
    n = net()
    whole = bytearray(n.bytes(n.conv(n.pool(n.conv("image", of=1)))))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    inspected(bytes(whole[: data.draw(st.integers(1, len(whole)))]))


@given(
    st.sampled_from(
        ["kernel_shape", "strides", "pads", "dilations", "group", "axis", "perm"]
    ),
    st.one_of(
        st.integers(-(2**40), 2**40),
        st.lists(st.integers(-(2**40), 2**40), max_size=5),
    ),
    st.sampled_from(["Conv", "MaxPool", "ConvTranspose", "Concat", "Transpose", "Softmax"]),
)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nonsense_in_attributes_gives_a_clear_error_or_none(net, name, value, operation):
    if value == []:
        return
    n = net()
    weights = [n.const(n.weight(1, 1, 3, 3))] if operation.startswith("Conv") else []
    inputs = ["image", "image"] if operation == "Concat" else ["image", *weights]
    required = {"kernel_shape": [2, 2]} if operation == "MaxPool" else {}
    axis = {"axis": 1} if operation == "Concat" else {}
    attributes = {**required, **axis, name: value}
    inspected(n.bytes(n.op(operation, *inputs, **attributes)))


@given(st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=8))
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nonsense_in_sizes_gives_a_clear_error_or_none(net, numbers):
    for operation in ("Reshape", "Pad", "Slice", "Resize"):
        n = net()
        value = n.const(np.array(numbers, np.int64))
        inputs = {
            "Slice": [value, value],
            "Resize": ["", "", value],
        }.get(operation, [value])
        inspected(n.bytes(n.op(operation, "image", *inputs)))


@pytest.mark.parametrize("stride", [10**3, 10**6, 10**12])
def test_a_huge_stride_does_not_keep_it_busy(net, stride):
    n = net()
    x = n.op("ConvTranspose", "image", n.const(n.weight(1, 1, 3, 3)), strides=[stride] * 2)
    x = n.op("MaxPool", x, kernel_shape=[1, 1], strides=[stride] * 2)
    inspected(n.bytes(x))


def test_a_huge_image_is_refused(net):
    n = net()
    with pytest.raises(NetworkError, match="fixes the image to 1000000000 x 8 px"):
        inspect_network(n.bytes(n.op("Relu", "image"), shape=(1, 1, 10**9, 8)), _Silent())


def test_a_few_bytes_cannot_ask_for_much_memory_here(net):
    """A shape that is not stored but claimed: 800 GB of zeros."""
    n = net()
    zeros = n.op(
        "ConstantOfShape",
        n.const(np.array([1, 1, 10**5, 10**6])),
        value=numpy_helper.from_array(np.zeros(1)),
    )
    inspected(n.bytes(n.op("Add", "image", zeros)))
