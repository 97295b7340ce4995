"""Treated against untreated images: effect sizes and tests with known answers."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.evaluation.evaluation import evaluate_dataset
from rescale4dl_core.evaluation.folders import find_pairs
from rescale4dl_core.evaluation.treatment import TreatmentEffect, treatment_effects
from tests.conftest import disk_labels

CENTRES = [(25 + 50 * row, 25 + 50 * column) for row in range(5) for column in range(4)]


@pytest.fixture
def evaluation(write_dataset):
    """Three images of disks of radius 6, 7, 8 px and three, treated, of 10, 11, 12 px.

    One sampling further, the treated ones have no prediction.
    """
    maps = {}
    for name, radius in zip("abcdef", (6, 7, 8, 10, 11, 12), strict=True):
        disks = [(row, column, radius) for row, column in CENTRES]
        pixels = disk_labels((250, 200), *disks).pixels
        maps[f"OG/GT/{name}.tif"] = maps[f"OG/Prediction/{name}.tif"] = pixels
        maps[f"downsampling_2/GT/{name}.tif"] = pixels[::2, ::2]
        if name in "abc":
            maps[f"downsampling_2/Prediction/{name}.tif"] = pixels[::2, ::2]
    return evaluate_dataset(find_pairs(write_dataset(maps)))


def test_the_difference_is_that_of_the_radii(evaluation):
    effects = treatment_effects(evaluation, ["d.tif", "e", "f.tif"])
    assert [(effect.sampling, effect.side) for effect in effects] == [
        ("OG", "gt"),
        ("OG", "prediction"),
    ]
    for effect in effects:
        assert effect.treated_px == pytest.approx([20, 22, 24], rel=0.02)
        assert effect.difference_percent == pytest.approx(100 * (11 / 7 - 1), rel=0.02)
        assert effect.cliffs_delta == 1
        assert effect.p_value == effect.least_p_value == 0.1
        assert "p = 0.1 (3 against 3 images; at best 0.1)" in effect.sentence


def test_the_test_is_mann_whitneys_exact_one():
    rng = np.random.default_rng(1)
    treated, untreated = rng.normal(1, 1, 5), rng.normal(0, 1, 6)
    effect = TreatmentEffect("OG", "gt", tuple(treated), tuple(untreated))
    expected = mannwhitneyu(treated, untreated, method="exact")
    assert effect.p_value == pytest.approx(expected.pvalue)
    n_above = sum(t > u for t in treated for u in untreated)
    assert effect.cliffs_delta == pytest.approx(2 * n_above / 30 - 1)


def test_equal_groups_show_no_effect():
    effect = TreatmentEffect("OG", "gt", (1.0, 2.0, 3.0), (1.0, 2.0, 3.0))
    assert effect.difference_percent == effect.cliffs_delta == 0
    assert effect.p_value == 1


def test_one_image_each_proves_nothing():
    effect = TreatmentEffect("OG", "gt", (9.0,), (1.0,))
    assert effect.p_value is None
    assert "not tested (1 against 1 images)" in effect.sentence


def test_a_name_that_does_not_occur_is_refused_with_those_that_do(evaluation):
    with pytest.raises(
        ReadingError, match=r"No image.*called z; there are a, b, c, d, e, f"
    ):
        treatment_effects(evaluation, ["z.tif", "a.tif"])


@pytest.mark.parametrize("treated", [[], ["a", "b", "c", "d", "e", "f"]])
def test_both_groups_are_needed(evaluation, treated):
    with pytest.raises(ReadingError, match=r"of 6 images.*needs treated and untreated"):
        treatment_effects(evaluation, treated)


def test_the_best_p_value_of_many_images_is_that_of_the_divisions_drawn():
    """10 against 10 have 184,756 divisions: 9,999 are drawn, and the one at hand counts."""
    effect = TreatmentEffect("OG", "gt", tuple(range(10, 20)), tuple(range(10)))
    assert effect.p_value == effect.least_p_value == pytest.approx(2 / 10_000)
