"""Scores of single images and over images, and which scale they make the best."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.study.results import Interval
from rescale4dl_core.study.scoring import image_scores, mean_of_means, over_images
from rescale4dl_core.study.sweep import sweep


def _labels(*values):
    return Labels.parse(np.array([values], np.int32), source="row")


BOTH = np.array([1, 2], np.int32)


def test_an_object_that_a_grid_does_not_show_counts_neither_way():
    """The sample has objects 1 and 2; on this grid there is object 1 alone."""
    shown = image_scores(BOTH, _labels(1, 1, 0, 0), _labels(7, 7, 0, 0))
    np.testing.assert_array_equal(shown.object_iou, [1, np.nan])
    assert shown.scores["recall"] == 1
    scores = over_images([shown])
    assert scores.iou.mean == 1


def test_an_image_that_shows_no_true_object_is_left_out_of_every_mean():
    """What is made up there would be an IoU of the foreground and an F1 of 0."""
    shown = image_scores(BOTH, _labels(1, 1, 2, 2), _labels(7, 7, 0, 0))
    empty = image_scores(BOTH, _labels(0, 0, 0, 0), _labels(7, 7, 0, 0))
    scores = over_images([shown, empty])
    assert scores.iou.mean == scores.recall == 1 / 2
    assert scores.scores["iou_binary"] == 1 / 2
    assert scores.scores["f1"] == pytest.approx(2 / 3)
    assert over_images([empty]) is None


def test_a_class_is_averaged_over_the_images_that_have_it():
    objects = _labels(1, 1, 2, 2)
    both = (_labels(1, 1, 2, 2), _labels(1, 1, 2, 0))
    first = (_labels(1, 1, 1, 1), _labels(1, 0, 0, 0))
    images = [image_scores(BOTH, objects, objects, classes) for classes in (both, first)]
    scores = over_images(images)
    assert [(one.value, one.iou) for one in scores.classes] == [
        (1, (1 + 1 / 4) / 2),
        (2, 1 / 2),
    ]
    assert scores.scores["iou_semantic"] == pytest.approx(((1 + 1 / 2) / 2 + 1 / 4) / 2)


def test_images_weigh_alike_in_the_ceiling_however_many_objects_they_have():
    three, one, none = np.ones(3), np.zeros(1), np.full(2, np.nan)
    assert mean_of_means([three, one, none]) == 1 / 2
    assert mean_of_means([none]) is None


@pytest.fixture
def swept(squares, sample_of, network, threshold, measured):
    sample = sample_of(squares)
    factors = [RescaleFactor.of(ratio) for ratio in (1.0, 2.0)]
    return sweep(
        [sample],
        network,
        factors,
        measurement=measured([sample]),
        segmenter=threshold,
        with_stability=False,
    )


def _scored(swept, own, on_sample):
    """Return the sweep with the IoU of each scale, finest first, on both grids."""
    scales = tuple(
        replace(
            scale,
            own_grid=replace(scale.own_grid, iou=Interval(a, a, a)),
            sample_grid=replace(scale.sample_grid, iou=Interval(b, b, b)),
        )
        for scale, a, b in zip(swept.scales, own, on_sample, strict=True)
    )
    return replace(swept, scales=scales)


def test_with_a_mask_no_stability_makes_a_scale_the_best(swept):
    scored = _scored(swept, own=(1, 1), on_sample=(0.8, 0.6))
    scales = tuple(
        replace(scale, stability=Interval(value, value, value))
        for scale, value in zip(scored.scales, (0.1, 0.9), strict=True)
    )
    assert replace(scored, scales=scales).best.ratio == 1


def test_scales_are_compared_on_the_grid_of_the_sample(swept):
    assert _scored(swept, own=(0.5, 0.9), on_sample=(0.8, 0.6)).best.ratio == 1
    assert _scored(swept, own=(0.9, 0.5), on_sample=(0.6, 0.8)).best.ratio == 2


def test_of_equal_scales_the_finest_is_the_best(swept):
    assert _scored(swept, own=(1, 1), on_sample=(0.8, 0.8)).best.ratio == 1


def test_a_stopped_sweep_still_rises_only_where_its_finest_scale_is_ahead(swept):
    ahead, level = (
        replace(_scored(swept, own=(1, 1), on_sample=scores), complete=False)
        for scores in ((0.9, 0.8), (0.8, 0.8))
    )
    assert ahead.still_rises
    assert not level.still_rises
    assert not replace(ahead, complete=True).still_rises
