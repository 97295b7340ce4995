"""The simulated view against independent routes: statistics, geometry, two steps or one."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.planning.gain import Detector
from rescale4dl_core.quantities import PixelSize, RescaleFactor
from rescale4dl_core.simulation.light import blurred, collected, missing_sigma_um
from rescale4dl_core.simulation.look import OFFSET_COUNTS, look
from rescale4dl_core.simulation.view import TakenWith, View, psf_sigma_um


def image_of(pixels, pixel_um=0.1):
    return Image.parse(
        np.asarray(pixels),
        name="x.tif",
        known=KnownPixelSize(PixelSize.square(pixel_um), "t"),
    )


def flat(level=1000.0, side=400):
    return np.full((side, side), level)


def electrons_of(seen, full_well_e, bit_depth=16):
    return (
        (seen.image.pixels.astype(float) - OFFSET_COUNTS)
        * full_well_e
        / (2**bit_depth - 1 - OFFSET_COUNTS)
    )


def test_the_variance_of_shot_noise_is_its_mean():
    view = View(0.1, 0.1, read_noise_e=0, full_well_e=20_000)
    taken = TakenWith(0.1, dark_counts=0, brightest_e=500)
    electrons = electrons_of(look(image_of(flat()), taken, view), 20_000)
    assert electrons.mean() == pytest.approx(500, rel=0.005)
    assert electrons.var() == pytest.approx(500, rel=0.02)


@pytest.mark.parametrize(
    ("detector", "expected_variance"),
    [(Detector.SCMOS, 500 * 16 + 16 * 30**2), (Detector.CCD, 500 * 16 + 30**2)],
)
def test_binning_adds_read_noise_once_per_readout(detector, expected_variance):
    view = View(0.4, 0.1, binning=4, detector=detector, read_noise_e=30, full_well_e=90_000)
    taken = TakenWith(0.1, dark_counts=0, brightest_e=500)
    seen = look(image_of(flat()), taken, view)
    well_e = 90_000 * (16 if detector is Detector.SCMOS else 1)
    electrons = electrons_of(seen, well_e)
    assert electrons.mean() == pytest.approx(500 * 16, rel=0.005)
    assert electrons.var() == pytest.approx(expected_variance, rel=0.05)


def test_a_point_is_as_wide_as_the_new_point_spread_function():
    sample_sigma_px, wanted_sigma_px = 2.0, 5.0
    rows, columns = np.mgrid[:201, :201] - 100
    spot = np.exp(-(rows**2 + columns**2) / (2 * sample_sigma_px**2))
    added_px = missing_sigma_um(sample_sigma_px, wanted_sigma_px)
    seen = blurred(spot, added_px)
    variance = (seen * rows**2).sum() / seen.sum()
    assert math.sqrt(variance) == pytest.approx(wanted_sigma_px, rel=0.002)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 999), st.floats(0.2, 4), st.sampled_from([1.0, 2.0, 2.5, 4.0]))
def test_no_light_is_lost(seed, sigma_px, ratio):
    light = np.random.default_rng(seed).uniform(0, 50, (40, 60))
    seen = collected(blurred(light, sigma_px), RescaleFactor.of(ratio))
    assert seen.sum() == pytest.approx(light.sum(), rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 999), st.floats(1, 3), st.floats(1, 3))
def test_two_blurs_are_one(seed, first_px, second_px):
    light = np.random.default_rng(seed).uniform(0, 50, (64, 64))
    twice = blurred(blurred(light, first_px), second_px)
    once = blurred(light, math.hypot(first_px, second_px))
    np.testing.assert_allclose(twice[16:-16, 16:-16], once[16:-16, 16:-16], rtol=0.02)


def test_larger_pixels_in_two_steps_are_one_step():
    light = np.random.default_rng(1).uniform(0, 50, (48, 48))
    twice = collected(collected(light, RescaleFactor.of(2)), RescaleFactor.of(3))
    np.testing.assert_allclose(twice, collected(light, RescaleFactor.of(6)))


def test_the_same_seed_gives_the_same_image():
    view, taken = View(0.2, 0.2), TakenWith(0.1, dark_counts=0)
    one, two = (look(image_of(flat()), taken, view, seed=7) for _ in range(2))
    np.testing.assert_array_equal(one.image.pixels, two.image.pixels)


def test_twice_the_light_is_twice_the_photoelectrons():
    taken = TakenWith(0.1, dark_counts=0, brightest_e=300)
    dim, bright = (
        look(image_of(flat()), taken, View(0.2, 0.2, light_ratio=light)) for light in (1, 2)
    )
    assert bright.brightest_e == pytest.approx(2 * dim.brightest_e)


def test_the_gaussian_of_an_objective():
    assert psf_sigma_um(1.4, 520) == pytest.approx(0.21 * 0.52 / 1.4)


@pytest.mark.parametrize(
    ("view", "taken", "words"),
    [
        (View(0.05, 0.2), TakenWith(0.1, dark_counts=0), "pixels are 0.1 µm.*0.05 µm"),
        (
            View(0.2, 0.05),
            TakenWith(0.1, dark_counts=0),
            "blur of 0.1.*it cannot be simulated",
        ),
        (View(0.2, 0.2), TakenWith(0.1, dark_counts=5000), "no light to simulate"),
    ],
)
def test_what_the_sample_cannot_show_is_refused(view, taken, words):
    with pytest.raises(QuantityError, match=words):
        look(image_of(flat()), taken, view)


def test_an_unknown_pixel_size_is_asked_for():
    image = Image.parse(flat(), name="x.tif", known=KnownPixelSize(None, "unknown"))
    with pytest.raises(QuantityError, match="Type the pixel size"):
        look(image, TakenWith(), View(0.2, 0.2))


def test_a_full_well_is_reported():
    view = View(0.1, 0.1, full_well_e=400)
    seen = look(image_of(flat()), TakenWith(0.1, dark_counts=0, brightest_e=500), view)
    assert seen.saturated_percent > 90
    assert any("shorten the exposure" in note for note in seen.notes)


@pytest.mark.parametrize("name", ["pixel_um", "psf_sigma_um", "light_ratio"])
def test_impossible_views_are_refused(name):
    with pytest.raises(QuantityError, match="must be a positive"):
        View(**({"pixel_um": 0.2, "psf_sigma_um": 0.2} | {name: 0.0}))
    with pytest.raises(QuantityError, match="binning"):
        View(0.2, 0.2, binning=0)
