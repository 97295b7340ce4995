"""Which pixels are object: thresholds, polarity, holes."""

from dataclasses import replace

import numpy as np
import pytest
from skimage import filters

from rescale4dl_core.errors import ImageError
from rescale4dl_core.segmentation.threshold import (
    ClassicalSettings,
    Threshold,
    foreground_of,
)

PLAIN = ClassicalSettings(smoothing_px=0, split_distance_px=1)


@pytest.fixture
def noisy():
    """Dim background, a brighter square, noise."""
    rng = np.random.default_rng(0)
    pixels = rng.normal(100, 5, (60, 80))
    pixels[20:40, 30:50] += 100
    return pixels.astype(np.float32)


@pytest.mark.parametrize(
    ("threshold", "rule"),
    [
        (Threshold.OTSU, filters.threshold_otsu),
        (Threshold.LI, filters.threshold_li),
        (Threshold.TRIANGLE, filters.threshold_triangle),
        (Threshold.MANUAL, lambda pixels: 150.0),
    ],
)
def test_pixels_above_the_level_of_the_rule_are_object(image_of, noisy, threshold, rule):
    settings = replace(PLAIN, threshold=threshold, manual_level=150.0)
    expected = noisy > rule(noisy)
    found = foreground_of(image_of(noisy), settings)
    # holes of one pixel are filled
    assert not (expected & ~found).any()
    assert (found & ~expected).sum() < 5


@pytest.mark.parametrize("threshold", [Threshold.OTSU, Threshold.LOCAL, Threshold.MANUAL])
def test_dark_objects_are_bright_objects_of_the_inverted_image(image_of, noisy, threshold):
    bright = replace(PLAIN, threshold=threshold, manual_level=150.0)
    dark = replace(bright, objects_are_bright=False, manual_level=-150.0)
    found = foreground_of(image_of(-noisy), dark)
    expected = foreground_of(image_of(noisy), bright)
    assert np.mean(found != expected) < 0.01


def test_the_local_mean_finds_objects_on_a_slope_that_otsu_misses(image_of):
    pixels = np.tile(np.linspace(0, 300, 200), (60, 1))
    for column in (20, 100, 180):
        pixels[25:35, column - 5 : column + 5] += 60
    image = image_of(pixels)
    local = replace(PLAIN, threshold=Threshold.LOCAL, local_window_px=31)
    found = foreground_of(image, local)
    otsu = foreground_of(image, replace(PLAIN, threshold=Threshold.OTSU))
    for column in (20, 100, 180):
        assert found[25:35, column - 5 : column + 5].mean() > 0.9
    assert found.mean() < 0.06  # the objects are 2.5 % of the image
    assert otsu.mean() > 0.4


def test_holes_smaller_than_objects_are_filled_and_gaps_between_objects_are_not(image_of):
    pixels = np.zeros((60, 60))
    pixels[10:50, 10:50] = 1
    pixels[15:18, 15:18] = 0  # 9 px
    pixels[25:45, 25:45] = 0  # 400 px
    found = foreground_of(image_of(pixels), replace(PLAIN, split_distance_px=10))
    assert found[16, 16]
    assert not found[35, 35]


def test_a_gap_at_the_border_is_no_hole(image_of):
    pixels = np.ones((30, 30))
    pixels[0:2, 10:12] = 0
    found = foreground_of(image_of(pixels), replace(PLAIN, split_distance_px=10))
    assert not found[0:2, 10:12].any()


def test_rgb_is_reduced_to_its_intensity(image_of):
    pixels = np.full((40, 40, 3), 230, np.uint8)
    pixels[10:20, 10:20] = (120, 60, 150)  # a stained nucleus
    settings = replace(PLAIN, objects_are_bright=False)
    found = foreground_of(image_of(pixels), settings)
    assert found[10:20, 10:20].all()
    assert found.sum() == 100


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_a_constant_image_is_refused(image_of, dtype):
    with pytest.raises(
        ImageError, match=r"flat\.tif: every pixel has the value 7.*another"
    ):
        foreground_of(image_of(np.full((20, 20), 7, dtype), "flat.tif"), PLAIN)
