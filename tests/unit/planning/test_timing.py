"""Time per field adds up as the microscope moves."""

import pytest

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.timing import FieldTiming


def test_one_image_takes_exposure_overhead_and_a_stage_move():
    assert FieldTiming().tau_s == pytest.approx(0.1 + 0.5 + 2.0)


def test_every_part_of_a_stack_in_two_channels_is_counted():
    timing = FieldTiming(
        exposure_s=0.2,
        readout_s=0.3,
        filter_change_s=0.4,
        z_move_s=0.1,
        stage_move_s=2.0,
        autofocus_s=1.0,
        n_channels=2,
        n_planes=5,
        n_timepoints=3,
    )
    images_s = 10 * (0.2 + 0.3)
    filters_s = 2 * 0.4  # to the second channel and back to the first
    focus_s = 2 * 5 * 0.1  # four steps and one back, per channel
    assert timing.tau_s == pytest.approx(3 * (images_s + filters_s + focus_s + 2.0 + 1.0))
    assert timing.n_images == 30


def test_one_channel_changes_no_filter_and_one_plane_moves_no_focus():
    slow = FieldTiming(filter_change_s=100.0, z_move_s=100.0)
    assert slow.tau_s == FieldTiming().tau_s


@pytest.mark.parametrize("bad_s", [-0.1, float("nan"), float("inf")])
def test_a_time_that_means_nothing_is_refused(bad_s):
    with pytest.raises(QuantityError, match=r"time of the stage move must be 0 s or more"):
        FieldTiming(stage_move_s=bad_s)


@pytest.mark.parametrize("bad", [0, 1.5, float("nan")])
def test_a_count_that_is_no_count_is_refused(bad):
    with pytest.raises(QuantityError, match=r"number of planes must be a whole number"):
        FieldTiming(n_planes=bad)


def test_a_field_that_takes_no_time_is_refused():
    with pytest.raises(QuantityError, match=r"adds up to 0 s. Give at least one part"):
        FieldTiming(exposure_s=0, readout_s=0, stage_move_s=0)


def test_a_field_may_take_a_tenth_of_a_second():
    fast = FieldTiming(exposure_s=0.1, readout_s=0.0, stage_move_s=0.0)
    assert fast.tau_s == pytest.approx(0.1)
