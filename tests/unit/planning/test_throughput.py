"""Eq. 3 by hand, its laws, and what it refuses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.throughput import throughput
from rescale4dl_core.quantities import PixelSize

positive = st.floats(min_value=1e-3, max_value=1e6)
sides = st.integers(min_value=1, max_value=10_000)


def test_the_ceiling_is_camera_area_over_object_area_over_time():
    result = throughput(fov_px=(2000, 1000), area_px=500, tau_s=2)
    assert result.objects_per_fov_ceiling == 4000
    assert result.objects_per_s_ceiling == 2000
    assert result.objects_per_hour_ceiling == 2000 * 3600
    assert result.objects_per_s is None
    assert result.objects_per_hour is None
    assert result.confluence_percent is None


def test_the_count_at_the_measured_density_stands_beside_it():
    result = throughput(
        fov_px=(2000, 1000),
        area_px=500,
        tau_s=2,
        density_per_um2=0.01,
        pixel_size=PixelSize(0.5, 0.2),
    )
    assert result.objects_per_fov == pytest.approx(0.01 * 1000 * 200)  # um x um
    assert result.objects_per_s == pytest.approx(1000)
    assert result.objects_per_hour == pytest.approx(3_600_000)
    assert result.confluence_percent == pytest.approx(50)


@settings(deadline=None, max_examples=50)
@given(sides, sides, positive, positive, st.floats(min_value=1.01, max_value=64))
def test_pixels_twice_as_large_hold_four_times_the_objects(rows, columns, area, tau, ratio):
    fine = throughput(fov_px=(rows, columns), area_px=area, tau_s=tau)
    coarse = throughput(fov_px=(rows, columns), area_px=area / ratio**2, tau_s=tau)
    gain = coarse.objects_per_s_ceiling / fine.objects_per_s_ceiling
    assert gain == pytest.approx(ratio**2)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"fov_px": (0, 100)}, "number of camera rows"),
        ({"fov_px": (100, -1)}, "number of camera columns"),
        ({"area_px": float("nan")}, "mean area of an object"),
        ({"tau_s": 0}, "time per field of view"),
        ({"density_per_um2": -1, "pixel_size": PixelSize(1, 1)}, "density"),
    ],
)
def test_a_value_that_means_nothing_is_refused(wrong, words):
    with pytest.raises(QuantityError, match=f"{words}.*positive, finite number"):
        throughput(**{"fov_px": (100, 100), "area_px": 10, "tau_s": 1, **wrong})


def test_a_density_needs_a_pixel_size():
    with pytest.raises(QuantityError, match=r"without a pixel size.*Give the pixel size"):
        throughput(fov_px=(9, 9), area_px=1, tau_s=1, density_per_um2=0.01)
