"""Fields and hours until enough objects are found."""

from dataclasses import replace

import pytest

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.effort import effort_for
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.planning.what_if import Acquisition


@pytest.fixture
def acquisition():
    """Return a camera that sees 100 objects in a field, and a plate of 2 wells."""
    return Acquisition(
        diameter_px=20.0,
        area_px=400.0,
        timing=FieldTiming(),
        fov_px=(1000, 1000),
        density_per_px=1e-4,
        n_wells=2,
    )


def test_a_network_that_misses_half_needs_twice_the_objects_and_fields(acquisition):
    all_found = effort_for(acquisition, 1.0, n_found=1000, recall=1.0)
    half_found = effort_for(acquisition, 1.0, n_found=1000, recall=0.5)
    assert (all_found.n_objects_imaged, half_found.n_objects_imaged) == (1000, 2000)
    assert (all_found.n_fields, half_found.n_fields) == (20, 40)
    assert half_found.hours == pytest.approx(2 * all_found.hours)
    assert half_found.found_per_hour == pytest.approx(all_found.found_per_hour / 2)


def test_what_coarser_pixels_gain_has_to_outweigh_what_they_miss(acquisition):
    """Pixels 2x larger show 4x the objects: worth it down to a quarter of the recall."""
    fine = effort_for(acquisition, 1.0, n_found=1000, recall=0.9)
    coarse = effort_for(acquisition, 2.0, n_found=1000, recall=0.9 / 4)
    assert coarse.found_per_hour == pytest.approx(fine.found_per_hour)
    tau_s = acquisition.timing.tau_s
    assert fine.found_per_hour == pytest.approx(0.9 * 100 * 3600 / tau_s)


def test_without_a_density_it_is_the_best_case(acquisition):
    effort = effort_for(
        replace(acquisition, density_per_px=None), 1.0, n_found=2500, recall=1.0
    )
    assert effort.is_best_case
    assert effort.n_fields == 2  # 1000 x 1000 / 400 px = 2500 in each of 2 wells


@pytest.mark.parametrize("recall", [0.0, -0.1, 1.1])
def test_a_share_that_cannot_be_is_refused(acquisition, recall):
    with pytest.raises(QuantityError, match="there is no plan"):
        effort_for(acquisition, 1.0, n_found=10, recall=recall)


def test_no_object_is_no_question(acquisition):
    with pytest.raises(QuantityError, match="1 object or more"):
        effort_for(acquisition, 1.0, n_found=0, recall=0.5)


def test_a_single_object_may_be_asked_for(acquisition):
    one = effort_for(acquisition, 1.0, n_found=1, recall=0.5)
    assert one.n_objects_imaged == 2
    assert one.n_fields == 2  # one in each of the two wells
