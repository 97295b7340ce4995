"""The numbers of the paper that the advice starts from, stated here and nowhere else.

Ferreira et al. 2025, ReScale4DL, doi:10.1101/2025.04.09.647871: with a U-Net of two
poolings (receptive field near 50 px) objects over 25 px break up and objects under 6 px
dissolve; the sweet spot is one pixel spanning 4 to 16 % of a diameter. Diameters stay
faithful from 0.75 to 6 %.
"""

import pytest

from rescale4dl_core.window import (
    DEFAULT_TOLERANCE_PERCENT,
    FAITHFUL_SIZES,
    PUBLISHED_WINDOW,
    SMALLEST_DIAMETER_PX,
    window_for_receptive_field,
)


def test_the_published_window_is_4_to_16_percent_and_aims_at_8():
    assert (PUBLISHED_WINDOW.low_percent, PUBLISHED_WINDOW.high_percent) == (4, 16)
    assert PUBLISHED_WINDOW.target_percent == 8
    assert PUBLISHED_WINDOW.diameter_max_px == 25
    assert "Ferreira et al. 2025" in PUBLISHED_WINDOW.source


def test_diameters_stay_faithful_from_three_quarters_to_6_percent():
    assert (FAITHFUL_SIZES.low_percent, FAITHFUL_SIZES.high_percent) == (0.75, 6)


def test_objects_under_6_px_dissolve():
    assert SMALLEST_DIAMETER_PX == 6


@pytest.mark.parametrize(
    ("receptive_field_px", "stride", "low", "high"),
    [(98, 1, 2.0, 16.7), (200, 2, 1.0, 10.0), (404, 4, 0.5, 5.0), (52, 1, 3.8, 16.7)],
)
def test_the_window_of_stardist_and_of_the_published_unet_is_that_of_its_field(
    receptive_field_px, stride, low, high
):
    """StarDist on grids of 1, 2 and 4, 5 grid steps per object by its FAQ; the U-Net."""
    window = window_for_receptive_field(receptive_field_px, stride)
    assert window.low_percent == pytest.approx(low, abs=0.05)
    assert window.high_percent == pytest.approx(high, abs=0.05)


def test_5_percent_of_the_best_score_may_be_given_up():
    """The default of docs/decisions/0040-advice-from-evidence.md."""
    assert DEFAULT_TOLERANCE_PERCENT == 5
