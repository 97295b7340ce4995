"""Windows, and that of a receptive field."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.window import SMALLEST_DIAMETER_PX, Window, window_for_receptive_field

WINDOW = Window(4, 16, "typed in")


def test_a_window_is_a_range_of_diameters_and_aims_at_its_middle_on_a_log_axis():
    assert WINDOW.target_percent == 8
    assert WINDOW.target_px == 12.5
    assert (WINDOW.diameter_min_px, WINDOW.diameter_max_px) == (6.25, 25)
    assert WINDOW.span == 4


@pytest.mark.parametrize("stride", [1, 2, 4])
def test_objects_of_half_the_field_to_five_steps_of_the_output_suit_a_network(stride):
    window = window_for_receptive_field(100, stride)
    assert window.diameter_max_px == pytest.approx(50)
    smallest_px = max(SMALLEST_DIAMETER_PX, 5 * stride)
    assert window.diameter_min_px == pytest.approx(smallest_px)
    assert "100 px" in window.source


@settings(deadline=None, max_examples=50)
@given(
    st.floats(min_value=2 * SMALLEST_DIAMETER_PX + 1, max_value=5000),
    st.floats(min_value=1.01, max_value=10),
)
def test_a_network_that_sees_further_serves_larger_objects_too(field_px, times):
    near, far = (
        window_for_receptive_field(field_px),
        window_for_receptive_field(field_px * times),
    )
    assert far.diameter_max_px > near.diameter_max_px
    assert far.diameter_min_px == near.diameter_min_px


def test_edges_are_inside():
    assert WINDOW.contains(4)
    assert WINDOW.contains(16)
    assert not WINDOW.contains(16.01)
    assert not WINDOW.contains(3.99)


def test_a_network_that_sees_too_little_for_any_object_is_refused():
    with pytest.raises(
        QuantityError, match=r"no object suits.*Choose one that sees further"
    ):
        window_for_receptive_field(40, output_stride=4)


@pytest.mark.parametrize("bad", [0, -1, float("nan")])
def test_a_receptive_field_or_stride_that_means_nothing_is_refused(bad):
    with pytest.raises(QuantityError, match="receptive field"):
        window_for_receptive_field(bad)
    with pytest.raises(QuantityError, match="output stride"):
        window_for_receptive_field(98, bad)


def test_a_window_the_wrong_way_round_is_refused():
    with pytest.raises(QuantityError, match="first number must be the smaller one"):
        Window(16, 4, "typed in")
    with pytest.raises(QuantityError, match="lower edge of the window"):
        Window(0, 4, "typed in")
    with pytest.raises(QuantityError, match="upper edge of the window"):
        Window(4, float("inf"), "typed in")
