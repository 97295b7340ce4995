"""Shot noise of simulated images: variance = mean, on samples with and without noise."""

import math

import numpy as np
import pytest
from scipy import ndimage

from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.progress import silent
from rescale4dl_core.quantities import PixelSize, RescaleFactor
from rescale4dl_core.simulation.blur import Spread
from rescale4dl_core.simulation.configured_view import TakenWith, View
from rescale4dl_core.simulation.look import look
from rescale4dl_core.simulation.shot_noise import arrive, brightest_by_noise, noise_share

CLEAN = np.full((800, 800), 500.0)


def as_many_e_as_counts(pixels):
    return TakenWith(0.1, dark_counts=0, brightest_e=float(np.percentile(pixels, 99.8)))


def neighbours_correlate(electrons):
    rest = electrons - electrons.mean()
    return float((rest[:, 1:] * rest[:, :-1]).mean() / rest.var())


@pytest.mark.parametrize("added_px", [0, 0.5, 1.5])
@pytest.mark.parametrize("ratio", [1, 1.41, 2.5, 4, 8])
@pytest.mark.parametrize("light", [1.0, 0.1])
def test_a_counted_sample_stays_poisson_whatever_the_pixels_and_the_blur(
    counted, image_of, electrons_of, ratio, light, added_px
):
    view = View(
        0.1 * ratio,
        0.1 * math.hypot(1, added_px),
        read_noise_e=0,
        light_ratio=light,
        full_well_e=2500 * ratio**2,
    )
    seen = look(image_of(counted), as_many_e_as_counts(counted), view)
    electrons = electrons_of(seen)[8:-8, 8:-8]
    tolerance = 4 * math.sqrt(2 / electrons.size) + 0.01
    assert electrons.mean() == pytest.approx(500 * ratio**2 * light, rel=0.002)
    assert electrons.var() / electrons.mean() == pytest.approx(1, abs=tolerance)
    assert abs(neighbours_correlate(electrons)) < 4 / math.sqrt(electrons.size)


@pytest.mark.parametrize("light", [4.0, 1.0, 0.1])
@pytest.mark.parametrize("ratio", [1, 2.5, 4])
def test_a_sample_without_noise_gets_all_of_it(image_of, electrons_of, ratio, light):
    view = View(
        0.1 * ratio,
        0.12,
        read_noise_e=0,
        light_ratio=light,
        full_well_e=8000 * ratio**2,
    )
    seen = look(image_of(CLEAN), as_many_e_as_counts(CLEAN), view)
    electrons = electrons_of(seen)
    tolerance = 4 * math.sqrt(2 / electrons.size) + 0.01
    assert electrons.var() / electrons.mean() == pytest.approx(1, abs=tolerance)
    assert seen.snr_brightest == pytest.approx(electrons.mean() / electrons.std(), rel=0.03)


@pytest.mark.parametrize("kept_twice", [0.5, 0.2])
def test_a_dim_look_at_a_dim_look_is_one(counted, kept_twice):
    """A Poisson number thinned twice is one thinned by the product."""
    rng = np.random.default_rng(0)
    twos, fours = (RescaleFactor.of(n) for n in (2, 4))
    first = arrive(counted, Spread.of((800, 800), 0.6, twos), kept_twice, 1, rng, silent)
    twice = arrive(
        first.electrons, Spread.of((400, 400), 0.4, twos), kept_twice, 1, rng, silent
    )
    once = arrive(counted, Spread.of((800, 800), 1.0, fours), kept_twice**2, 1, rng, silent)
    for electrons in (twice.electrons, once.electrons):
        assert electrons.mean() == pytest.approx(8000 * kept_twice**2, rel=0.002)
        assert electrons.var() / electrons.mean() == pytest.approx(1, abs=0.03)


def test_light_that_the_sample_has_not_is_amplified_and_the_number_said(
    counted, image_of, electrons_of
):
    view = View(0.4, 0.1, read_noise_e=0, light_ratio=4, full_well_e=100_000)
    seen = look(image_of(counted), as_many_e_as_counts(counted), view)
    electrons = electrons_of(seen)
    assert electrons.var() / electrons.mean() == pytest.approx(4, abs=0.2)
    assert seen.snr_brightest == pytest.approx(electrons.mean() / electrons.std(), rel=0.05)
    real = math.sqrt(seen.brightest_e)
    assert any(f"signal / noise of {real:.3g}" in note for note in seen.notes)


def test_part_of_the_noise_is_filled_up(image_of, electrons_of):
    """The mean of two counted images has half of the shot noise of one."""
    rng = np.random.default_rng(1)
    half = rng.poisson(500, (2, 800, 800)).mean(axis=0)
    taken = as_many_e_as_counts(half)
    seen = look(image_of(half), taken, View(0.1, 0.1, read_noise_e=0, full_well_e=2000))
    electrons = electrons_of(seen)
    assert electrons.var() / electrons.mean() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("brightest_e", [20, 400, 20_000])
def test_the_noise_tells_the_photoelectrons(brightest_e):
    """Smooth blobs on a background, photographed with 0.6 counts per photoelectron."""
    rows, columns = np.mgrid[:300, :300]
    blobs = 0.2 + 0.8 * np.sin(rows / 9) ** 2 * np.sin(columns / 9) ** 2
    counts = 0.6 * np.random.default_rng(2).poisson(brightest_e * blobs)
    read = brightest_by_noise(counts / (0.6 * brightest_e))
    assert read == pytest.approx(brightest_e, rel=0.1)


@pytest.mark.parametrize(("diameter_px", "within"), [(12, 0.1), (30, 0.1)])
def test_edges_of_objects_are_not_taken_for_noise(diameter_px, within):
    """Discs of 4,000 photoelectrons on darkness, as sharp as a good lens shows them."""
    rows, columns = np.mgrid[:400, :400] % (2 * diameter_px) - diameter_px + 0.3
    clean = ndimage.gaussian_filter((np.hypot(rows, columns) < diameter_px / 2) * 1.0, 0.6)
    counts = np.random.default_rng(4).poisson(4000 * clean)
    assert brightest_by_noise(counts / 4000) == pytest.approx(4000, rel=within)


def test_saturated_pixels_are_left_out_and_told(image_of):
    rows, columns = np.mgrid[:300, :300]
    blobs = 0.2 + 0.8 * np.sin(rows / 30) ** 2 * np.sin(columns / 30) ** 2
    counts = np.minimum(np.random.default_rng(5).poisson(1000 * blobs), 700).astype(float)
    assert brightest_by_noise(counts / 700) == pytest.approx(700, rel=0.1)
    seen = look(image_of(counts), TakenWith(0.1, dark_counts=0), View(0.1, 0.1))
    assert any("share its highest value: they are saturated" in n for n in seen.notes)


def test_an_image_of_a_known_camera_is_read_without_being_told(image_of, counted):
    seen = look(image_of(counted), TakenWith(0.1, dark_counts=0), View(0.1, 0.1))
    assert seen.sample_brightest_e == pytest.approx(np.percentile(counted, 99.8), rel=0.03)
    smooth = look(image_of(CLEAN), TakenWith(0.1, dark_counts=0), View(0.1, 0.1))
    assert smooth.sample_brightest_e == 1000
    assert any("noise that is missing was added" in note for note in smooth.notes)


def test_more_noise_than_stated_is_said_and_counted(image_of, electrons_of, counted):
    """Five times the photoelectrons are stated: the noise stays that of the image."""
    top = float(np.percentile(counted, 99.8))
    taken = TakenWith(0.1, dark_counts=0, brightest_e=5 * top)
    seen = look(image_of(counted), taken, View(0.2, 0.1, read_noise_e=0, full_well_e=2e4))
    electrons = electrons_of(seen)
    assert electrons.var() / electrons.mean() == pytest.approx(5, rel=0.05)
    assert seen.snr_brightest == pytest.approx(electrons.mean() / electrons.std(), rel=0.05)
    assert any("more noise than" in note for note in seen.notes)


def test_too_few_bright_pixels_tell_nothing():
    light = np.zeros((50, 50))
    light[25, 25] = 1
    assert math.isnan(brightest_by_noise(light))
    assert noise_share(1000, math.nan) == noise_share(1000, 1030) == 1


def test_darkness_with_read_noise_stays_dark(electrons_of):
    """Negative numbers count: 0 photoelectrons with a noise of 3 stay 0 in the mean."""
    rng = np.random.default_rng(5)
    pixels = 100 + rng.normal(0, 3, (400, 400))
    pixels[:20] += 1000
    known = KnownPixelSize(PixelSize.square(0.1), "t")
    image = Image.parse(pixels, name="x.tif", known=known)
    taken = TakenWith(0.1, dark_counts=100, brightest_e=1000)
    seen = look(image, taken, View(0.2, 0.1, light_ratio=0.5, full_well_e=5000))
    assert electrons_of(seen)[20:].mean() == pytest.approx(0, abs=0.15)
