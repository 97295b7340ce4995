"""What coarser pixels gain, against the noise formula of each camera."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.gain import Detector, Gain, Route


def _snr(signal, read_noise, n_binned=1, n_reads=1):
    """Return S / sqrt(S + R^2) of `n_binned` pixels read `n_reads` times."""
    return n_binned * signal / math.sqrt(n_binned * signal + n_reads * read_noise**2)


def _dose_for_the_same_snr(n_binned, n_reads, signal, read_noise):
    """Find by bisection the signal per old pixel that keeps the SNR, against before."""
    wanted = _snr(signal, read_noise)
    low, high = 0.0, signal
    for _ in range(200):
        middle = (low + high) / 2
        if _snr(middle, read_noise, n_binned, n_reads) < wanted:
            low = middle
        else:
            high = middle
    return high / signal


def test_a_lower_magnification_shows_more_and_binning_does_not():
    lens, binned = Gain(3, Route.MAGNIFICATION), Gain(3, Route.BINNING)
    assert (lens.field_area, lens.objects, lens.n_fields) == (9, 9, pytest.approx(1 / 9))
    assert (binned.field_area, binned.objects, binned.n_fields) == (1, 1, 1)
    assert lens.storage == binned.storage == pytest.approx(1 / 9)


@pytest.mark.parametrize(
    ("route", "detector", "n_reads"),
    [
        (Route.MAGNIFICATION, Detector.SCMOS, 1),
        (Route.BINNING, Detector.CCD, 1),
        (Route.BINNING, Detector.SCMOS, 16),
    ],
)
def test_the_light_saved_is_that_of_the_noise_formula(route, detector, n_reads):
    gain = Gain(4, route, detector)
    bright = _dose_for_the_same_snr(16, n_reads, signal=1e9, read_noise=1)
    faint = _dose_for_the_same_snr(16, n_reads, signal=1e-6, read_noise=1)
    assert gain.dose_low == pytest.approx(bright, rel=1e-3)
    assert gain.dose_high == pytest.approx(faint, rel=1e-3)


def test_faint_images_save_less_light_on_an_scmos_than_on_a_ccd():
    assert Gain(4, Route.BINNING, Detector.SCMOS).dose_high == pytest.approx(1 / 4)
    assert Gain(4, Route.BINNING, Detector.CCD).dose_high == pytest.approx(1 / 16)


@settings(deadline=None, max_examples=50)
@given(st.floats(min_value=1 / 64, max_value=64), st.floats(min_value=1 / 8, max_value=8))
def test_two_changes_in_a_row_gain_their_product(first, second):
    both = Gain(first * second, Route.MAGNIFICATION)
    for name in ("field_area", "objects", "n_fields", "storage", "dose_low", "dose_high"):
        one, two = (getattr(Gain(r, Route.MAGNIFICATION), name) for r in (first, second))
        assert getattr(both, name) == pytest.approx(one * two)


def test_nothing_changes_at_the_same_pixel_size():
    for route in Route:
        gain = Gain(1, route)
        assert {gain.objects, gain.storage, gain.dose_low, gain.dose_high} == {1}


def test_binning_to_finer_pixels_is_refused():
    with pytest.raises(QuantityError, match=r"Binning makes pixels coarser.*ratio of 0.5"):
        Gain(0.5, Route.BINNING)


@pytest.mark.parametrize("bad", [0, -2, float("nan"), float("inf")])
def test_a_ratio_that_means_nothing_is_refused(bad):
    with pytest.raises(QuantityError, match=r"ratio of the pixel sizes must be a positive"):
        Gain(bad, Route.MAGNIFICATION)
