"""Bytes are counted by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.costs import storage_bytes

counts = st.integers(min_value=1, max_value=5000)


def test_a_plate_of_16_bit_images_is_counted_by_hand():
    n_bytes = storage_bytes(
        (1000, 2000), bytes_per_pixel=2, images_per_field=3 * 5 * 4, n_fields=96 * 9
    )
    assert n_bytes == 1000 * 2000 * 2 * 3 * 5 * 4 * 96 * 9


@settings(deadline=None, max_examples=30)
@given(counts, counts, counts, st.integers(min_value=2, max_value=50))
def test_storage_is_linear_in_the_fields(rows, columns, n_fields, times):
    def taken(n_fields):
        return storage_bytes(
            (rows, columns), bytes_per_pixel=2, images_per_field=3, n_fields=n_fields
        )

    assert taken(times * n_fields) == times * taken(n_fields)


def test_no_field_is_refused():
    with pytest.raises(QuantityError, match=r"number of fields must be a positive"):
        storage_bytes((9, 9), bytes_per_pixel=2, images_per_field=1, n_fields=0)
