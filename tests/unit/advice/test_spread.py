"""Where the objects lie in the window."""

import numpy as np
import pytest

from rescale4dl_core.advice.objects_in_window import spread_at, spreads_of
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.window import Window

WINDOW = Window(4, 16, "a network that sees 50 px")


def test_the_largest_objects_have_the_lowest_coverage(measured):
    spread = spread_at(measured(np.linspace(10, 50, 101), pixel_um=0.1), 2.0)
    assert spread.pixel_um == pytest.approx(0.2)
    assert spread.diameter_px == pytest.approx(15.0)  # 30 px of half the size
    assert spread.mean.percent == pytest.approx(100 / 15)
    assert spread.low.percent == pytest.approx(100 / 24)  # 48 px: 5 % are larger
    assert spread.high.percent == pytest.approx(100 / 6)  # 12 px: 5 % are smaller


def test_without_a_pixel_size_the_spread_is_known_in_pixels(alike):
    spread = spread_at(alike(50, pixel_um=None), 4.0)
    assert spread.pixel_um is None
    assert spread.mean.percent == pytest.approx(8.0)


def test_sample_and_recommendation_stand_side_by_side(alike):
    now, then = spreads_of(recommend(alike(50), window=WINDOW))
    assert (now.ratio, then.ratio) == (1.0, 4.0)
    assert then.mean.percent == pytest.approx(8.0)


def test_what_is_to_be_kept_stands_alone(alike):
    (only,) = spreads_of(recommend(alike(12.5), window=WINDOW))
    assert only.ratio == 1.0


def test_a_ratio_of_nothing_is_refused(alike):
    with pytest.raises(QuantityError):
        spread_at(alike(50), 0.0)
