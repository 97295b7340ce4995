"""A truth of classes: its pieces are the objects, and each class has its own score."""

from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from rescale4dl_core.inference.card import NetworkSpec, Normalisation, OutputKind
from rescale4dl_core.inference.network import network_from_bytes
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.study.one_scale import truth_of
from rescale4dl_core.study.sweep import sweep


def _by_brightness(output=OutputKind.CLASSES):
    """Return a network of three classes: dark, below 3/4 of the range, above."""
    weights = np.array([0, 40, 80], np.float32).reshape(3, 1, 1, 1)
    bias = np.array([0, -10, -40], np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["image", "w", "b"], ["z"]),
            helper.make_node("Softmax", ["z"], ["classes"], axis=1),
        ],
        "by_brightness",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 1, "h", "w"])],
        [helper.make_tensor_value_info("classes", TensorProto.FLOAT, ["n", 3, "h", "w"])],
        [numpy_helper.from_array(weights, "w"), numpy_helper.from_array(bias, "b")],
    )
    opset = [helper.make_opsetid("", 17)]
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=opset, ir_version=8)
    spec = NetworkSpec(1, output, 1, 0, normalisation=Normalisation(0.0, 100.0))
    return network_from_bytes("by-brightness", model.SerializeToString(), spec)


@pytest.fixture
def rings(squares):
    """Squares of 16 px with an edge of 4 px: class 1 inside, class 2 at the edge."""
    classes = np.where(squares.pixels > 0, 2, 0).astype(np.int32)
    for index in range(16):
        row, column = 12 + 32 * (index // 4), 12 + 32 * (index % 4)
        classes[row : row + 8, column : column + 8] = 1
    return Labels.parse(classes, source="rings")


@pytest.fixture
def ringed(rings, sample_of):
    sample = sample_of(rings)
    pixels = np.array([100, 600, 1100], np.uint16)[rings.pixels]
    image = type(sample.image).parse(pixels, name="rings.tif", known=sample.image.known)
    return type(sample)(image, sample.info, rings)


def test_the_pieces_of_a_class_map_are_the_objects(rings, squares):
    truth = truth_of(rings)
    assert truth.classes is rings
    assert len(truth.object_labels) == 16
    np.testing.assert_array_equal(truth.objects.pixels > 0, squares.pixels > 0)
    assert truth_of(squares).classes is None


def test_eight_values_may_be_classes_and_nine_are_objects():
    """Each value in eight stripes that lie apart."""
    for n_values, are_classes in ((8, True), (9, False)):
        stripes = np.zeros((2, 16 * n_values), np.int32)
        stripes[:, ::2] = np.tile(np.arange(n_values) + 1, 8)
        truth = truth_of(Labels.parse(stripes, source="stripes"))
        assert (truth.classes is not None) == are_classes


def test_a_class_is_scored_by_its_own_map(ringed, measured, squares, threshold):
    swept = sweep(
        [ringed],
        _by_brightness(),
        [RescaleFactor.of(1.0), RescaleFactor.of(2.0)],
        measurement=measured([ringed], [squares]),
        segmenter=threshold,
        with_stability=False,
    )
    for scale in swept.scales:
        for grid in (scale.own_grid, scale.sample_grid):
            assert [(one.value, one.iou) for one in grid.classes] == [(1, 1.0), (2, 1.0)]
            assert grid.scores["iou_semantic"] == 1


def test_a_class_that_is_missed_in_half_of_the_squares_has_half_the_iou(
    ringed, measured, squares, threshold
):
    pixels = ringed.image.pixels.copy()
    left = (ringed.labels.pixels == 1) & (np.arange(128) < 64)
    pixels[left] = 100
    image = type(ringed.image).parse(pixels, name="half", known=ringed.image.known)
    sample = replace(ringed, image=image)
    swept = sweep(
        [sample],
        _by_brightness(),
        [RescaleFactor.of(1.0), RescaleFactor.of(2.0)],
        measurement=measured([sample], [squares]),
        segmenter=threshold,
        with_stability=False,
    )
    for scale in swept.scales:
        for grid in (scale.own_grid, scale.sample_grid):
            assert [(one.value, one.iou) for one in grid.classes] == [(1, 0.5), (2, 1.0)]
            assert grid.scores["iou_semantic"] == 0.75


def test_a_network_without_a_map_for_each_class_has_no_class_scores(
    ringed, measured, squares, threshold, rings
):
    network = _by_brightness()
    more = Labels.parse(np.where(rings.pixels == 2, 5, rings.pixels), source="more")
    sample = ringed.with_labels(more)
    (scale,) = sweep(
        [sample],
        network,
        [RescaleFactor.of(1.0)],
        measurement=measured([sample], [squares]),
        segmenter=threshold,
        with_stability=False,
    ).scales
    assert scale.own_grid.classes == ()
    assert scale.own_grid.iou is not None
