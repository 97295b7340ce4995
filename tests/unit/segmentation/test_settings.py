"""Settings outside their range are refused in plain words."""

import pytest

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.segmentation.threshold import ClassicalSettings


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"smoothing_px": -1.0}, r"smoothing must be 0 px or more; got -1"),
        ({"smallest_diameter_px": float("nan")}, r"smallest diameter must be .*got nan"),
        ({"split_distance_px": 0.5}, r"between centres must be 1 px or more"),
        ({"local_window_px": 1}, r"local window must be 3 px or more"),
        ({"local_window_px": 10}, r"odd number of pixels; got 10\. Use 11"),
        ({"neck_percent": 0.0}, r"neck must be more than 0 %.*got 0"),
        ({"neck_percent": 101.0}, r"at most 100 %.*got 101"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(wrong, message):
    with pytest.raises(QuantityError, match=message):
        ClassicalSettings(**wrong)
