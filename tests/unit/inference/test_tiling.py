"""Tiles cover an image once, each with its halo."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.feeding import spans_of, spans_of_length, tiles_of

multiples = st.sampled_from([1, 2, 4, 8, 16])


def require_sound(spans, size, halo, multiple):
    kept = np.concatenate([np.arange(span.kept_from, span.kept_to) for span in spans])
    np.testing.assert_array_equal(kept, np.arange(size))
    for span in spans:
        end = span.start + span.length
        assert span.start % multiple == 0
        assert span.start >= 0
        assert end <= size
        assert span.start == 0 or span.kept_from - span.start >= halo
        assert end == size or end - span.kept_to >= halo
    assert len({span.length for span in spans}) == 1


@given(multiples, st.integers(1, 300), st.integers(0, 200), st.integers(1, 900))
@settings(deadline=None, max_examples=300)
def test_every_pixel_is_kept_once_with_its_halo_around_it(multiple, n, halo, longest):
    size = multiple * n
    spans = spans_of(size, longest_px=longest, halo_px=halo, multiple_px=multiple)
    require_sound(spans, size, halo, multiple)


@given(multiples, st.integers(1, 100), st.integers(0, 40), st.integers(1, 30))
@settings(deadline=None, max_examples=300)
def test_tiles_of_a_fixed_size_cover_the_image_too(multiple, n, halo, n_length):
    size, length = multiple * n, multiple * n_length
    try:
        spans = spans_of_length(size, length, halo_px=halo, multiple_px=multiple)
    except NetworkError:
        assert length - 2 * halo < 3 * multiple
        return
    if size > length:
        assert spans[0].length == length
    require_sound(spans, size, halo, multiple)


def test_an_image_that_fits_is_one_tile():
    (tile,) = tiles_of((512, 1024), longest_px=1152, halo_px=100, multiple_px=16)
    assert (tile.rows.length, tile.columns.length) == (512, 1024)


def test_a_tile_with_no_room_for_its_halos_is_refused_with_what_would_fit():
    with pytest.raises(NetworkError, match="images of 64 x 64 px and looks 32 px around"):
        tiles_of((128, 128), longest_px=512, halo_px=32, multiple_px=8, fixed_px=64)
