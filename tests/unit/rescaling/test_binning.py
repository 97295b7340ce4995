"""Binning against scikit-image, arithmetic, and the laws of means and sums."""

import os
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.measure import block_reduce

from rescale4dl_core.errors import CancelledError, ImageError
from rescale4dl_core.rescaling import binning, pixel_types
from rescale4dl_core.rescaling.binning import Binning, bin_pixels
from rescale4dl_core.rescaling.pixel_types import as_pixels, type_of_accumulator

UNSIGNED = hnp.arrays(
    st.sampled_from([np.uint8, np.uint16]),
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=4, max_side=20),
)


@pytest.fixture
def small_bands(monkeypatch):
    """Bands of a few rows, so that small images are cut into many."""
    monkeypatch.setattr(pixel_types, "BAND_BYTES", 1000)


def noise(dtype, shape=(61, 47), seed=0):
    rng = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return rng.normal(0, 1000, shape).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype, endpoint=True)


@pytest.mark.usefixtures("small_bands")
@pytest.mark.parametrize("times", [1, 2, 3, 7, 16, 47])
def test_block_means_are_those_of_scikit_image_without_its_zero_padding(times):
    pixels = noise(np.float64)
    whole = pixels[: 61 // times * times, : 47 // times * times]

    expected = block_reduce(whole, (times, times), np.mean)

    np.testing.assert_allclose(bin_pixels(pixels, times), expected, rtol=1e-9, atol=1e-9)


def test_the_last_rows_that_fill_no_block_are_cropped_not_darkened():
    binned = bin_pixels(np.full((5, 5), 100, np.uint8), 2)

    assert binned.shape == (2, 2)
    assert (binned == 100).all()


def test_integer_means_are_rounded_half_to_even():
    pairs = np.array([[0, 1, 1, 2, 2, 3], [0, 1, 1, 2, 2, 3]], np.uint8)

    assert bin_pixels(pairs, 2).tolist() == [[0, 2, 2]]


def test_rounding_half_to_even_keeps_the_mean_of_a_noisy_image():
    pixels = noise(np.uint16, (2000, 2000))

    assert bin_pixels(pixels, 2).mean() == pytest.approx(pixels.mean(), abs=0.005)


@pytest.mark.parametrize(
    ("dtype", "times", "expected"),
    [
        (np.uint8, 2, np.uint16),
        (np.uint8, 16, np.uint16),
        (np.uint8, 17, np.uint32),
        (np.uint16, 2, np.uint32),
        (np.int16, 2, np.int32),
        (np.uint32, 2, np.uint64),
        (np.float16, 2, np.float32),
        (np.float32, 2, np.float32),
        (np.float64, 2, np.float64),
    ],
)
def test_a_sum_gets_the_smallest_type_in_which_the_brightest_image_fits(
    dtype, times, expected
):
    largest = 100 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    brightest = np.full((34, 34), largest, dtype)

    summed = bin_pixels(brightest, times, binning=Binning.SUM)

    assert summed.dtype == expected
    assert (summed == int(largest) * times**2).all()


def test_the_darkest_signed_image_does_not_overflow_either():
    darkest = np.full((4, 4), np.iinfo(np.int16).min, np.int16)

    assert (bin_pixels(darkest, 2, binning=Binning.SUM) == -(2**17)).all()
    assert (bin_pixels(darkest, 4) == -(2**15)).all()


@pytest.mark.parametrize("mode", Binning)
def test_the_channels_of_an_rgb_image_are_binned_one_by_one(mode):
    pixels = noise(np.uint8, (21, 22, 3))

    binned = bin_pixels(pixels, 4, binning=mode)

    for channel in range(3):
        alone = bin_pixels(pixels[..., channel], 4, binning=mode)
        np.testing.assert_array_equal(binned[..., channel], alone)


@pytest.mark.parametrize("mode", Binning)
@pytest.mark.parametrize("times", [2, 5, 16])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.int32, np.float32])
def test_compiled_and_numpy_binning_agree_bit_for_bit(monkeypatch, dtype, times, mode):
    pixels = noise(dtype)
    by_numpy = bin_pixels(pixels, times, binning=mode)
    monkeypatch.setattr(binning, "COMPILED_FROM_PX", 0)

    compiled = bin_pixels(pixels, times, binning=mode)

    assert compiled.dtype == by_numpy.dtype
    assert compiled.tobytes() == by_numpy.tobytes()


@pytest.mark.parametrize("dtype", [">u2", "<u2", np.float16, np.longdouble])
def test_types_that_no_compiler_knows_are_binned_too(monkeypatch, dtype):
    monkeypatch.setattr(binning, "COMPILED_FROM_PX", 0)
    pixels = noise(np.uint8).astype(dtype)

    binned = bin_pixels(pixels, 4)

    expected = block_reduce(pixels[:60, :44].astype(np.float64), (4, 4), np.mean)
    assert binned.dtype == pixels.dtype
    np.testing.assert_allclose(binned.astype(np.float64), expected, atol=0.51)


def test_without_numba_a_large_image_is_binned_by_numpy(monkeypatch):
    pixels = noise(np.uint16)
    expected = bin_pixels(pixels, 4)
    monkeypatch.setattr(binning, "COMPILED_FROM_PX", 0)
    monkeypatch.setitem(sys.modules, "numba", None)
    for module in ("rescale4dl_core.rescaling.block_sums", "rescale4dl_core.compiled"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    import rescale4dl_core.rescaling as package

    monkeypatch.delattr(package, "block_sums", raising=False)

    np.testing.assert_array_equal(bin_pixels(pixels, 4), expected)


def test_where_compiled_code_cannot_be_kept_on_disk_it_is_compiled_anew(monkeypatch):
    from rescale4dl_core import compiled

    compiler = compiled.njit

    def without_disk(*, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return compiler(**options)

    monkeypatch.setattr(compiled, "njit", without_disk)

    assert compiled.compiled(lambda number: number + 1)(2) == 3


def test_memory_beyond_the_result_is_that_of_a_few_bands(monkeypatch):
    monkeypatch.setattr(pixel_types, "BAND_BYTES", 100_000)
    pixels = noise(np.uint16, (3000, 3000))
    tracemalloc.start()
    binned = bin_pixels(pixels, 4)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    a_thread = 4 * pixel_types.BAND_BYTES
    assert peak - binned.nbytes < a_thread * os.cpu_count() + 500_000


@pytest.mark.usefixtures("small_bands")
def test_progress_grows_to_one_and_what_it_raises_stops_the_work():
    seen = []
    bin_pixels(noise(np.uint8, (400, 100)), 2, progress=lambda part, _: seen.append(part))
    assert seen == sorted(seen)
    assert seen[0] == 0.0
    assert seen[-1] == 1.0

    def stop(fraction, message):
        if fraction > 0.3:
            raise CancelledError(message)

    with pytest.raises(CancelledError, match="Binning 2 x 2"):
        bin_pixels(noise(np.uint8, (400, 100)), 2, progress=stop)


def test_pixels_too_large_to_be_added_up_exactly_are_refused():
    pixels = np.full((4, 4), 2**60, np.int64)

    with pytest.raises(ImageError, match=r"cannot be added up exactly over 4 pixels"):
        bin_pixels(pixels, 2)


def test_64_bit_integers_of_moderate_size_are_binned():
    pixels = np.full((4, 4), 70_000, np.int64)

    assert (bin_pixels(pixels, 2, binning=Binning.SUM) == 280_000).all()


@settings(deadline=None, max_examples=50)
@given(pixels=UNSIGNED, times=st.integers(1, 4))
def test_a_sum_keeps_the_total_of_what_it_keeps(pixels, times):
    rows, columns = (side // times * times for side in pixels.shape)

    total = bin_pixels(pixels, times, binning=Binning.SUM).sum(dtype=np.int64)

    assert total == pixels[:rows, :columns].sum(dtype=np.int64)


@settings(deadline=None, max_examples=50)
@given(pixels=UNSIGNED, times=st.integers(1, 4))
def test_a_mean_keeps_the_mean_of_what_it_keeps(pixels, times):
    rows, columns = (side // times * times for side in pixels.shape)

    mean = bin_pixels(pixels.astype(np.float64), times).mean()

    assert mean == pytest.approx(pixels[:rows, :columns].mean())


def test_an_accumulator_holds_any_sum_and_is_no_wider_than_that():
    """4 x 255 fits in 32 bits; 40,000 x 65,535 is more than 2^31 and does not."""
    assert type_of_accumulator(np.zeros(1, np.uint8), 4) == np.uint32
    assert type_of_accumulator(np.zeros(1, np.int16), 4) == np.int32
    assert type_of_accumulator(np.zeros(1, np.uint16), 40_000) == np.uint64
    assert type_of_accumulator(np.zeros(1, np.float32), 4) == np.float64


def test_a_value_beyond_64_bit_integers_becomes_the_largest_that_a_float_can_name():
    """2^63 - 1 is no float; the next one below 2^63 is 2^63 - 1024."""
    largest = as_pixels(np.array([1e30]), np.dtype(np.int64))
    assert largest.tolist() == [2**63 - 1024]


def test_floats_become_the_type_that_was_asked_for():
    assert as_pixels(np.array([0.1]), np.dtype(np.float32)).dtype == np.float32


def test_the_darkest_pixels_count_when_sums_are_checked_for_exactness():
    with pytest.raises(ImageError, match="added up exactly"):
        bin_pixels(np.full((2, 2), -(2**60), np.int64), 2, binning=Binning.SUM)
