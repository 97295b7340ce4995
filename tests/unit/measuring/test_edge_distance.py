"""The distance to the edge against scipy's distance transform of the whole image."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.ndimage import distance_transform_edt

from rescale4dl_core.measuring.skeleton import distances_to_edge_px


@settings(max_examples=150, deadline=None)
@given(hnp.arrays(np.bool_, st.tuples(st.integers(1, 25), st.integers(1, 25))))
def test_the_distance_equals_the_distance_transform_bit_for_bit(mask):
    padded = np.pad(mask, 1)
    at = np.flatnonzero(padded)
    expected = distance_transform_edt(padded).ravel()[at]
    np.testing.assert_array_equal(distances_to_edge_px(padded, at), expected)


def test_the_distance_in_a_large_full_square_is_that_to_the_nearest_side():
    padded = np.pad(np.ones((99, 201), bool), 1)
    rows, columns = np.indices(padded.shape)
    nearest = np.minimum(np.minimum(rows, 100 - rows), np.minimum(columns, 202 - columns))
    at = np.flatnonzero(padded)
    np.testing.assert_array_equal(distances_to_edge_px(padded, at), nearest.ravel()[at])
