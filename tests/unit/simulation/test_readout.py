"""The camera of a simulated view against closed forms of its noise."""

import numpy as np
import pytest

from rescale4dl_core.planning.gain import Detector
from rescale4dl_core.simulation.configured_view import View
from rescale4dl_core.simulation.look import noise_e, read_out

RNG = np.random.default_rng


def electrons_of(counts):
    return (counts.pixels.astype(float) - counts.offset_counts) * counts.e_per_count


@pytest.mark.parametrize(
    ("detector", "expected_variance"), [(Detector.SCMOS, 16 * 30**2), (Detector.CCD, 30**2)]
)
def test_binning_adds_read_noise_once_per_readout(detector, expected_variance):
    view = View(0.4, 0.1, binning=4, detector=detector, read_noise_e=30, full_well_e=30_000)
    electrons = electrons_of(read_out(np.full((500, 500), 8000.0), view, RNG(0)))
    assert electrons.mean() == pytest.approx(8000, rel=0.001)
    assert electrons.var() == pytest.approx(expected_variance, rel=0.02)


def test_each_pixel_of_a_binned_camera_is_made_a_number_by_itself():
    """12 bits, 10,700 e, 4 x 4: 16 conversions of steps of 2.7 e, not one of 43 e."""
    light = RNG(1).poisson(320, (600, 600)).astype(float)
    view = View(0.4, 0.1, binning=4, read_noise_e=2, full_well_e=10_700, bit_depth=12)
    counts = read_out(light, view, RNG(2))
    step_e = 10_700 / (4095 - 100)
    expected = 320 + 16 * (2**2 + step_e**2 / 12)
    assert expected == pytest.approx(394, abs=1)
    assert counts.e_per_count == pytest.approx(step_e)
    assert electrons_of(counts).var() == pytest.approx(expected, rel=0.02)
    assert noise_e(320, 1, view, counts.e_per_count) ** 2 == pytest.approx(expected)


def test_an_em_gain_doubles_the_variance_of_the_light():
    light = RNG(1).poisson(400, (600, 600)).astype(float)
    view = View(0.1, 0.1, read_noise_e=0, full_well_e=80_000, excess_noise=2)
    electrons = electrons_of(read_out(light, view, RNG(2)))
    assert electrons.mean() == pytest.approx(400, rel=0.002)
    assert electrons.var() == pytest.approx(800, rel=0.02)
    assert 400 / noise_e(400, 1, view, 0) == pytest.approx(14.14, abs=0.01)


def test_one_electron_behind_an_em_gain_is_exponential():
    view = View(
        0.1, 0.1, read_noise_e=0, detector=Detector.CCD, full_well_e=1000, excess_noise=2
    )
    electrons = electrons_of(read_out(np.ones((400, 400)), view, RNG(0)))
    for level in (0.5, 1, 3):
        assert (electrons > level).mean() == pytest.approx(np.exp(-level), abs=0.01)


@pytest.mark.parametrize("bit_depth", [1, 4, 6, 7, 8, 12, 16, 18])
def test_every_bit_depth_keeps_its_light_and_its_limit(bit_depth):
    view = View(0.1, 0.1, read_noise_e=0, full_well_e=1000, bit_depth=bit_depth)
    light = np.full((50, 50), 300.0)
    counts, full = (read_out(times * light, view, RNG(0)) for times in (1, 4))
    assert electrons_of(counts).mean() == pytest.approx(300, abs=counts.e_per_count * 0.501)
    assert counts.saturated_percent == 0
    assert full.saturated_percent == 100
    assert full.pixels.max() == 2**bit_depth - 1


def test_sums_of_16_bit_pixels_are_not_cut_off():
    view = View(0.2, 0.1, binning=2, read_noise_e=0, full_well_e=30_000)
    counts = read_out(np.full((50, 50), 100_000.0), view, RNG(0))
    assert counts.saturated_percent == 0
    assert electrons_of(counts).mean() == pytest.approx(100_000, rel=1e-3)


def test_a_full_well_that_is_not_known_is_never_full():
    counts = read_out(np.full((50, 50), 1e6), View(0.2, 0.1), RNG(0))
    assert counts.saturated_percent == 0
    assert electrons_of(counts).mean() == pytest.approx(1e6, rel=1e-3)
