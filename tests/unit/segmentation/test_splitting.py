"""Touching objects are told apart at their necks, rods stay whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from rescale4dl_core.segmentation.splitting import label_pieces, split_at_necks


def test_two_overlapping_discs_are_cut_where_they_meet(capsules):
    mask = capsules((60, 80), 30, ((30, 27), (30, 27)), ((30, 53), (30, 53)))
    labels = split_at_necks(mask, 8, 80)
    assert labels.max() == 2
    assert set(np.unique(labels[:, :38])) == {0, labels[30, 27]}
    assert set(np.unique(labels[:, 43:])) == {0, labels[30, 53]}


@pytest.mark.parametrize("end", [(15, 100), (90, 20), (80, 90)])
def test_a_long_rod_stays_in_one_piece_at_any_angle(capsules, end):
    mask = capsules((110, 120), 14, ((15, 15), end))
    labels = split_at_necks(mask, 4, 80)
    assert labels.max() == 1
    np.testing.assert_array_equal(labels > 0, mask)


def test_a_lower_neck_joins_what_a_higher_one_cuts(capsules):
    """Discs of radius 15, 20 px apart: half the neck is sqrt(15^2 - 10^2) = 11.2, 75 %."""
    mask = capsules((60, 80), 30, ((30, 30), (30, 30)), ((30, 50), (30, 50)))
    assert split_at_necks(mask, 8, 85).max() == 2
    assert split_at_necks(mask, 8, 65).max() == 1


def test_the_neck_is_compared_with_the_narrower_part(capsules):
    """A process of 16 px that grows out of a body of 50 px is no object of its own."""
    mask = capsules((100, 160), 50, ((50, 40), (50, 40)))
    mask |= capsules((100, 160), 16, ((50, 40), (50, 140)))
    assert split_at_necks(mask, 6, 80).max() == 1


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(np.bool_, st.tuples(st.integers(1, 18), st.integers(1, 18))),
    st.integers(1, 6),
    st.floats(1, 100),
)
def test_splitting_keeps_every_pixel_and_never_joins_separate_pieces(mask, apart_px, neck):
    labels = split_at_necks(mask, apart_px, neck)
    np.testing.assert_array_equal(labels > 0, mask)
    pieces = label_pieces(mask)
    for label in np.unique(labels[mask]):
        assert len(np.unique(pieces[labels == label])) == 1


def test_pieces_that_touch_by_a_corner_hang_together():
    mask = np.eye(5, dtype=bool)
    assert label_pieces(mask).max() == 1
    assert ndimage.label(mask)[1] == 5
