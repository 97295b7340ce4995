"""From a diameter to a ratio: the target, and when to keep what is there."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.advice.coverage_rule import (
    Purpose,
    Verdict,
    ratio_by_coverage,
    ratio_by_nyquist,
    verdict_of,
    window_for,
)
from rescale4dl_core.planning.sampling import Optics
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.window import FAITHFUL_SIZES, Window

WINDOW = Window(4, 16, "a network that sees 50 px")

diameters = st.floats(min_value=0.5, max_value=5000)


@pytest.mark.parametrize(
    ("diameter_px", "ratio"),
    [
        (100, 8.0),  # 1 %: eight times coarser gives 8 %
        (25, 2.0),  # 4 %, the edge of the window
        (17.6, 1.0),  # 5.68 %: 8 / sqrt 2 is 5.66
        (17.7, 17.7 / 12.5),  # 5.65 %: just too far
        (12.5, 1.0),
        (8.9, 1.0),  # 11.24 %: 8 x sqrt 2 is 11.31
        (8.8, 8.8 / 12.5),
        (5, 0.4),  # 20 %: two and a half times finer
    ],
)
def test_the_diameter_goes_to_12_and_a_half_px_unless_it_is_near(diameter_px, ratio):
    assert ratio_by_coverage(diameter_px, WINDOW) == pytest.approx(ratio)


@settings(deadline=None, max_examples=100)
@given(diameters)
def test_following_the_advice_once_is_enough(diameter_px):
    ratio = ratio_by_coverage(diameter_px, WINDOW)
    assert ratio_by_coverage(diameter_px / ratio, WINDOW) == 1


@settings(deadline=None, max_examples=100)
@given(diameters)
def test_the_coverage_recommended_is_within_sqrt_2_of_the_target(diameter_px):
    ratio = ratio_by_coverage(diameter_px, WINDOW)
    percent = 100 * ratio / diameter_px
    assert 8 / math.sqrt(2) * 0.999 <= percent <= 8 * math.sqrt(2) * 1.001


def test_near_the_target_of_a_narrow_window_is_not_enough_to_keep():
    narrow = Window(7, 9, "typed in")
    assert ratio_by_coverage(10, narrow) == pytest.approx(10 / narrow.target_px)


def test_sizes_are_measured_where_diameters_stay_faithful():
    window = window_for(Purpose.SIZE, WINDOW)
    high_percent = FAITHFUL_SIZES.high_percent
    assert (window.low_percent, window.high_percent) == (4, high_percent)
    assert window.target_percent == pytest.approx(math.sqrt(4 * high_percent))
    assert window_for(Purpose.COUNTING, WINDOW) is WINDOW


@pytest.mark.parametrize("window", [Window(1, 5, "inside"), Window(8, 16, "apart")])
def test_a_window_that_lies_inside_or_apart_is_not_narrowed_for_sizes(window):
    assert window_for(Purpose.SIZE, window) is window


def test_structure_is_sampled_at_nyquist():
    optics = Optics(0.75)
    for pixel_um, ratio in ((0.0867, 2.0), (0.52, 1 / 3)):
        found = ratio_by_nyquist(PixelSize.square(pixel_um), optics)
        assert found == pytest.approx(ratio, rel=1e-3)


@pytest.mark.parametrize("sampling", [0.71, 1.0, 1.21])
def test_structure_keeps_what_lies_between_twofold_fewer_bytes_and_rayleigh(sampling):
    optics = Optics(0.75)
    size = PixelSize.square(sampling * optics.nyquist_um)
    assert ratio_by_nyquist(size, optics) == 1


@pytest.mark.parametrize("sampling", [0.70, 1.23])
def test_structure_moves_beyond(sampling):
    optics = Optics(0.75)
    size = PixelSize.square(sampling * optics.nyquist_um)
    assert ratio_by_nyquist(size, optics) == pytest.approx(1 / sampling)


def test_structure_needs_the_objective_and_the_pixel_size():
    assert ratio_by_nyquist(None, Optics(0.75)) is None
    assert ratio_by_nyquist(PixelSize.square(1), None) is None


def test_a_ratio_has_a_verdict():
    assert [verdict_of(ratio) for ratio in (None, 1.0, 1.5, 0.5)] == [
        Verdict.OPEN,
        Verdict.KEEP,
        Verdict.COARSER,
        Verdict.FINER,
    ]
