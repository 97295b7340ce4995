"""The throughput page's question, worked by hand."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.gain import Route
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.planning.what_if import Acquisition, what_if, what_if_series
from rescale4dl_core.quantities import PixelSize

SAMPLE = Acquisition(
    diameter_px=50,
    area_px=2000,
    timing=FieldTiming(exposure_s=0.5, readout_s=0.5, stage_move_s=3, n_channels=2),
    fov_px=(1000, 2000),
    pixel_size=PixelSize.square(0.1),
    density_per_px=1e-4,
    n_objects_wanted=10_000,
    n_wells=6,
)
"""tau is 2 x 1 s + 3 s = 5 s; a field holds 200 objects, 1000 at most."""


def test_the_sample_as_taken_is_counted_by_hand():
    now = what_if(SAMPLE, 1)
    assert now.pixel_size == PixelSize.square(0.1)
    assert now.coverage.percent == 2
    assert now.objects_per_fov_ceiling == 1000
    assert now.objects_per_fov == pytest.approx(200)
    assert now.objects_per_hour == pytest.approx(200 * 720)
    assert now.objects_per_hour_ceiling == 1000 * 720
    assert now.field_um == pytest.approx((100, 200))
    assert now.n_fields == 6 * 50
    assert now.hours == pytest.approx(300 * 5 / 3600)
    assert now.storage_bytes == 300 * 2 * 1000 * 2000 * 2
    assert now.reexposure == 1
    assert not now.is_best_case


def test_a_lower_magnification_needs_a_sixteenth_of_the_fields():
    then = what_if(SAMPLE, 4)
    assert then.coverage.percent == 8
    assert then.pixel_size == PixelSize.square(0.4)
    assert then.objects_per_fov == pytest.approx(3200)
    assert then.field_um == pytest.approx((400, 800))
    assert then.n_fields == 6 * 4  # 10,000 / 3,200, rounded up, in each well
    assert then.image_px == (1000, 2000)


def test_binning_keeps_the_field_and_saves_storage_only():
    now, binned = what_if(SAMPLE, 1), what_if(SAMPLE, 4, Route.BINNING)
    assert binned.objects_per_fov == now.objects_per_fov
    assert binned.objects_per_hour_ceiling == now.objects_per_hour_ceiling
    assert binned.hours == now.hours
    assert binned.field_um == now.field_um
    assert binned.image_px == (250, 500)
    assert binned.storage_bytes * 16 == now.storage_bytes
    assert binned.coverage.percent == 8


def test_objects_in_the_overlap_are_counted_once_and_exposed_again():
    now = what_if(SAMPLE, 1)
    overlapping = what_if(dataclasses.replace(SAMPLE, overlap_percent=50), 1)
    assert overlapping.objects_per_fov == now.objects_per_fov
    assert overlapping.objects_per_hour == pytest.approx(now.objects_per_hour / 4)
    assert overlapping.n_fields == 6 * 200
    assert overlapping.reexposure == 4


def test_without_a_density_the_ceiling_is_used_and_said_to_be_the_best_case():
    unknown = what_if(dataclasses.replace(SAMPLE, density_per_px=None, pixel_size=None), 1)
    assert unknown.objects_per_fov is None
    assert unknown.objects_per_hour is None
    assert unknown.pixel_size is None
    assert unknown.field_um is None
    assert unknown.n_fields == 6 * 10
    assert unknown.is_best_case


def test_a_series_is_each_ratio_by_itself():
    ratios = (0.5, 1.0, 2.0)
    assert what_if_series(SAMPLE, ratios) == tuple(what_if(SAMPLE, r) for r in ratios)


@settings(deadline=None, max_examples=100)
@given(
    st.floats(min_value=0.05, max_value=20),
    st.floats(min_value=1, max_value=8),
    st.floats(min_value=0, max_value=90),
)
def test_coarser_pixels_never_cost_time_objects_or_storage(ratio, coarser, overlap_percent):
    acquisition = dataclasses.replace(SAMPLE, overlap_percent=overlap_percent)
    fine, coarse = (what_if(acquisition, r) for r in (ratio, ratio * coarser))
    assert coarse.objects_per_hour >= fine.objects_per_hour
    assert coarse.hours <= fine.hours
    assert coarse.storage_bytes <= fine.storage_bytes
    assert fine.objects_per_fov <= fine.objects_per_fov_ceiling


def test_a_camera_of_one_pixel_stays_one_pixel_when_binned():
    tiny = dataclasses.replace(SAMPLE, fov_px=(1, 1))
    assert what_if(tiny, 8, Route.BINNING).image_px == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"diameter_px": 0}, "mean diameter"),
        ({"area_px": -1}, "mean area of an object"),
        ({"fov_px": (0, 9)}, "camera rows"),
        ({"fov_px": (9, 0)}, "camera columns"),
        ({"density_per_px": 0}, "density"),
        ({"n_objects_wanted": 0}, "number of objects wanted"),
        ({"n_wells": 0}, "number of wells"),
        ({"bytes_per_pixel": 0}, "bytes per pixel"),
        ({"overlap_percent": 100}, "overlap of neighbouring fields must be 0 % or more"),
        ({"overlap_percent": -1}, "overlap of neighbouring fields must be 0 % or more"),
    ],
)
def test_an_acquisition_that_means_nothing_is_refused(wrong, words):
    with pytest.raises(QuantityError, match=words):
        dataclasses.replace(SAMPLE, **wrong)


def test_binning_to_finer_pixels_is_refused():
    with pytest.raises(QuantityError, match="Binning makes pixels coarser"):
        what_if(SAMPLE, 0.5, Route.BINNING)


def test_the_dose_is_that_of_the_power_over_the_field():
    """2 mW over 100 x 200 µm (2e-4 cm²) for 0.5 s, in 2 channels: 2e-3 x 0.5 x 2 / 2e-4.

    Twice coarser pixels light four times the area; an overlap of half a side exposes each
    point four times; light over a field of unknown size says nothing.
    """
    lit = dataclasses.replace(SAMPLE, power_mw=2.0)
    assert what_if(lit, 1).dose_j_per_cm2 == pytest.approx(10)
    assert what_if(lit, 2).dose_j_per_cm2 == pytest.approx(10 / 4)
    assert what_if(lit, 2, Route.BINNING).dose_j_per_cm2 == pytest.approx(10)
    overlapping = dataclasses.replace(lit, overlap_percent=50)
    assert what_if(overlapping, 1).dose_j_per_cm2 == pytest.approx(40)
    assert what_if(dataclasses.replace(lit, pixel_size=None), 1).dose_j_per_cm2 is None
    assert what_if(SAMPLE, 1).dose_j_per_cm2 is None


def test_a_single_field_shares_nothing_with_a_neighbour():
    """3200 objects in a field of 4x coarser pixels: 3200 are had in one, 3201 are not."""
    overlapping = dataclasses.replace(SAMPLE, overlap_percent=50, n_objects_wanted=3200)
    one = what_if(overlapping, 4)
    assert (one.n_fields, one.reexposure) == (6, 1)
    more = what_if(dataclasses.replace(overlapping, n_objects_wanted=3201), 4)
    assert (more.n_fields, more.reexposure) == (6 * 5, 4)  # 3201 / (3200 / 4), rounded up


def test_a_time_lapse_takes_its_intervals():
    """3 time points an hour apart: 2 hours, and the last round of 300 fields.

    Rounds longer than their interval follow each other without a pause.
    """
    lapse = dataclasses.replace(
        SAMPLE,
        interval_s=3600.0,
        timing=dataclasses.replace(SAMPLE.timing, n_timepoints=3),
    )
    round_s = 300 * lapse.timing.tau_s / 3
    assert what_if(lapse, 1).hours == pytest.approx(2 + round_s / 3600)
    hurried = dataclasses.replace(lapse, interval_s=1.0)
    assert what_if(hurried, 1).hours == pytest.approx(3 * round_s / 3600)


def test_a_series_takes_the_route_that_is_asked_for():
    (binned,) = what_if_series(SAMPLE, (2.0,), Route.BINNING)
    assert binned == what_if(SAMPLE, 2, Route.BINNING)


@pytest.mark.parametrize("name", ["power_mw", "interval_s", "density_per_px"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_given_has_to_be_positive(name, value):
    with pytest.raises(QuantityError, match="must be a positive"):
        dataclasses.replace(SAMPLE, **{name: value})
