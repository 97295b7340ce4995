"""The whole simulated view: what is kept, what is refused, what is said."""

import math

import numpy as np
import pytest

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.microscope.light import Light
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.simulation.configured_view import TakenWith, View, psf_sigma_um
from rescale4dl_core.simulation.look import look


def flat(level=1000.0, side=400):
    return np.full((side, side), level)


def cells(background, cell, offset=0.0, side=800):
    """Square cells of 16 px, photographed: Poisson numbers, read noise 1.6, an offset."""
    light = np.full((side, side), float(background))
    inside = np.zeros((side, side), bool)
    for row in range(40, side, 80):
        for column in range(40, side, 80):
            inside[row - 8 : row + 8, column - 8 : column + 8] = True
    light[inside] = cell
    rng = np.random.default_rng(3)
    return rng.poisson(light) + rng.normal(0, 1.6, light.shape) + offset, inside


def test_transmitted_light_keeps_its_bright_field(image_of, electrons_of):
    """Cells of 900 e in a field of 1000: contrast / noise = 100 / sqrt(1000) = 3.16."""
    pixels, inside = cells(1000, 900)
    taken = TakenWith(
        0.1, brightest_e=float(np.percentile(pixels, 99.8)), is_transmitted=True
    )
    seen = look(image_of(pixels), taken, View(0.1, 0.1, full_well_e=30_000))
    electrons = electrons_of(seen)
    field = electrons[~inside]
    assert electrons[inside].mean() == pytest.approx(900, rel=0.003)
    assert field.mean() == pytest.approx(1000, rel=0.003)
    contrast = (field.mean() - electrons[inside].mean()) / field.std()
    assert contrast == pytest.approx(100 / math.sqrt(1000), rel=0.03)
    assert any("0 counts were taken" in note for note in seen.notes)


@pytest.mark.parametrize("light", [1, 1 / 16])
def test_with_the_camera_offset_real_background_stays(image_of, electrons_of, light):
    pixels, inside = cells(400, 1400, offset=100)
    brightest_e = float(np.percentile(pixels, 99.8)) - 100
    taken = TakenWith(0.1, dark_counts=100, brightest_e=brightest_e)
    view = View(0.4, 0.1, light_ratio=light, full_well_e=500_000 * light, read_noise_e=1)
    seen = look(image_of(pixels), taken, view)
    coarse = inside.reshape(200, 4, 200, 4).mean(axis=(1, 3)) == 0
    background = electrons_of(seen)[coarse]
    expected = 400 * 16 * light
    assert background.mean() == pytest.approx(expected, rel=0.005)
    assert background.std() == pytest.approx(math.sqrt(expected), rel=0.04)
    assert not any("offset" in note for note in seen.notes)


def test_without_the_offset_it_says_that_background_is_left_out(image_of):
    pixels, _ = cells(400, 1400, offset=100)
    seen = look(image_of(pixels), TakenWith(0.1), View(0.4, 0.1))
    assert any("real background, and its noise, is left out" in one for one in seen.notes)
    assert not any("transmitted light" in note for note in seen.notes)
    bright, _ = cells(1000, 700, offset=100)
    seen = look(image_of(bright), TakenWith(0.1), View(0.4, 0.1))
    assert any("if this is transmitted light" in note for note in seen.notes)


def test_an_offset_above_the_darkest_pixels_is_questioned(image_of):
    pixels, _ = cells(400, 1400, offset=100)
    taken = TakenWith(0.1, dark_counts=600, brightest_e=1000)
    seen = look(image_of(pixels), taken, View(0.4, 0.1))
    assert any("correct the offset" in note for note in seen.notes)


def test_the_same_seed_gives_the_same_image(image_of):
    view, taken = View(0.2, 0.2), TakenWith(0.1, dark_counts=0)
    one, two = (look(image_of(flat()), taken, view, seed=7) for _ in range(2))
    np.testing.assert_array_equal(one.image.pixels, two.image.pixels)


def test_twice_the_light_is_twice_the_photoelectrons(image_of):
    taken = TakenWith(0.1, dark_counts=0, brightest_e=300)
    dim, bright = (
        look(image_of(flat()), taken, View(0.2, 0.2, light_ratio=light)) for light in (1, 2)
    )
    assert bright.brightest_e == pytest.approx(2 * dim.brightest_e)


def test_a_colour_image_is_simulated_in_three_channels(image_of, electrons_of):
    counts = np.random.default_rng(0).poisson([100, 200, 400], (90, 120, 3)).astype(float)
    taken = TakenWith(0.1, dark_counts=0, brightest_e=float(np.percentile(counts, 99.8)))
    seen = look(image_of(counts), taken, View(0.3, 0.2, full_well_e=9000))
    assert seen.image.pixels.shape == (30, 40, 3)
    means = electrons_of(seen).mean(axis=(0, 1))
    np.testing.assert_allclose(means, [900, 1800, 3600], rtol=0.02)


def test_the_gaussian_of_an_objective():
    assert psf_sigma_um(1.4, Light(emission_nm=520)) == pytest.approx(0.21 * 0.52 / 1.4)


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
def test_what_the_sample_cannot_show_is_refused(image_of, view, taken, words):
    with pytest.raises(QuantityError, match=words):
        look(image_of(flat()), taken, view)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (None, "Type the pixel size"),
        (PixelSize(0.1, 0.3), "0.1 µm high and 0.3 µm wide.*square"),
    ],
)
def test_a_pixel_size_that_does_not_do_is_asked_for(size, words):
    image = Image.parse(flat(), name="x.tif", known=KnownPixelSize(size, "unknown"))
    with pytest.raises(QuantityError, match=words):
        look(image, TakenWith(), View(0.4, 0.2))


def test_a_full_well_is_reported(image_of):
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
    with pytest.raises(QuantityError, match="excess noise"):
        View(0.2, 0.2, excess_noise=0.5)
