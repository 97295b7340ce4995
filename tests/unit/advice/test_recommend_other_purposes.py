"""Measuring sizes caps the coverage; structure inside the cells follows Nyquist."""

import math

import pytest

from rescale4dl_core.advice.coverage_reasons import LARGEST_PUBLISHED_LOSS
from rescale4dl_core.advice.coverage_rule import Purpose, Verdict
from rescale4dl_core.advice.reasons import Certainty
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.planning.sampling import Optics
from rescale4dl_core.window import FAITHFUL_SIZES, PUBLISHED_WINDOW, Window


def test_sizes_are_measured_finer_than_objects_are_counted(alike):
    low, high = PUBLISHED_WINDOW.low_percent, FAITHFUL_SIZES.high_percent
    advice = recommend(alike(100), purpose=Purpose.SIZE)
    assert advice.window_percent == (low, high)
    assert advice.coverage_percent == pytest.approx(math.sqrt(low * high))
    assert any(f"stay true up to {high:g} %" in reason for reason in advice.reasons)
    assert not any(str(LARGEST_PUBLISHED_LOSS) in reason for reason in advice.reasons)


def test_a_network_that_needs_coarser_pixels_does_not_suit_measuring_sizes(alike):
    advice = recommend(alike(100), purpose=Purpose.SIZE, window=Window(8, 16, "a network"))
    assert advice.window_percent == (8, 16)
    assert any(
        "measure sizes with a network that sees further" in c for c in advice.cautions
    )
    assert advice.confidence.level is Certainty.LOW


def test_structure_goes_to_nyquist_whatever_the_size_of_the_cells(alike):
    for diameter_px in (5, 500):
        advice = recommend(
            alike(diameter_px, pixel_um=0.52),
            purpose=Purpose.STRUCTURE,
            optics=Optics(0.75),
        )
        assert advice.pixel_size_um == pytest.approx(0.1733, abs=1e-4)
        assert advice.verdict is Verdict.FINER
        assert advice.nyquist_ratio == pytest.approx(1)
        assert advice.ratio_range is None
        assert advice.share_inside_percent is None
        assert advice.images[0].in_window is None
        assert any("is not the criterion" in reason for reason in advice.reasons)
        assert advice.confidence.level is Certainty.HIGH
        assert "0.173 µm per pixel, 3x finer than this sample: Nyquist" in advice.headline


@pytest.mark.parametrize(
    ("pixel_um", "words"), [(0.26, "1.5x coarser than that"), (0.052, "3.33x finer")]
)
def test_structure_is_told_how_far_the_sample_is_from_nyquist(alike, pixel_um, words):
    """520 nm / (4 x 0.75) = 0.1733 µm."""
    advice = recommend(
        alike(50, pixel_um=pixel_um), purpose=Purpose.STRUCTURE, optics=Optics(0.75)
    )
    assert any(words in text for text in advice.reasons)


def test_structure_in_oil_is_given_the_step_between_planes(alike):
    """139 nm: Huygens, NA 1.4, oil, 520 nm."""
    advice = recommend(
        alike(50), purpose=Purpose.STRUCTURE, optics=Optics(1.4, immersion_index=1.515)
    )
    assert any("planes are 0.139 µm apart or less" in text for text in advice.reasons)


def test_structure_sampled_finer_than_needed_may_go_coarser(alike):
    advice = recommend(
        alike(50, pixel_um=0.05), purpose=Purpose.STRUCTURE, optics=Optics(0.75)
    )
    assert advice.verdict is Verdict.COARSER
    assert "coarser than this sample" in advice.headline


def test_structure_near_nyquist_keeps_its_pixel_size(alike):
    advice = recommend(
        alike(50, pixel_um=0.18), purpose=Purpose.STRUCTURE, optics=Optics(0.75)
    )
    assert advice.ratio == 1
    assert advice.headline.startswith("Keep what you have, 0.18 µm per pixel")


def test_structure_without_an_objective_asks_for_it_and_gives_no_number(alike):
    advice = recommend(alike(50), purpose=Purpose.STRUCTURE)
    assert advice.verdict is Verdict.OPEN
    assert advice.ratio is None
    assert advice.pixel_size_um is None
    assert advice.coverage_percent is None
    assert advice.gain is None
    assert advice.gains == ()
    assert advice.headline.startswith("Type in the numerical aperture of your objective")
    assert any("NA, immersion and emission wavelength" in c for c in advice.cautions)
    assert advice.images[0].coverage_percent is None
    assert advice.images[0].coverage_now_percent == 2


def test_structure_without_a_pixel_size_still_says_nyquist(alike):
    advice = recommend(
        alike(50, pixel_um=None), purpose=Purpose.STRUCTURE, optics=Optics(0.75)
    )
    assert advice.ratio is None
    assert "Acquire at 0.173 µm per pixel" in advice.headline
    assert any("cannot be compared with Nyquist, 0.173 µm" in c for c in advice.cautions)
