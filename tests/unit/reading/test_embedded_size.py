"""Streams inside other files that state a size of their own."""

import imagecodecs
import numpy as np
import pytest

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.reading.limits import require_stated_size, stated_px


@pytest.mark.parametrize("encode", [imagecodecs.jpeg8_encode, imagecodecs.jpeg2k_encode])
@pytest.mark.parametrize("shape", [(48, 64), (7, 300), (48, 64, 3)])
def test_the_stated_size_is_the_one_that_was_encoded(encode, shape):
    stream = encode(np.zeros(shape, np.uint8))
    assert stated_px(stream) == shape[0] * shape[1]


@pytest.mark.parametrize("stream", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00\x10", b"abc"])
def test_a_stream_without_a_size_states_none(stream):
    assert stated_px(stream) is None


def test_a_stream_far_larger_than_its_place_is_refused():
    stream = imagecodecs.jpeg8_encode(np.zeros((2000, 1000), np.uint8))
    require_stated_size("a.tif", stream, 2_000_000)
    with pytest.raises(ReadingError, match="holds a stream of 2,000,000"):
        require_stated_size("a.tif", stream, 4096)
