"""Nyquist and Rayleigh against published figures."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.planning.sampling import Optics

apertures = st.floats(min_value=0.02, max_value=1.0)


@pytest.mark.parametrize(
    ("aperture", "index", "nyquist_nm"),
    [(0.3, 1.0, 433), (0.75, 1.0, 173), (0.95, 1.0, 137), (1.4, 1.515, 93)],
)
def test_nyquist_at_520_nm_is_that_of_svi(aperture, index, nyquist_nm):
    optics = Optics(aperture, index, 520)
    assert 1000 * optics.nyquist_um == pytest.approx(nyquist_nm, abs=0.5)


def test_nyquist_along_z_in_oil_is_that_of_svi():
    assert 1000 * Optics(1.4, 1.515, 520).nyquist_z_um == pytest.approx(139, abs=0.5)


def test_a_confocal_needs_half_the_widefield_pixel_at_the_same_wavelength():
    optics = Optics(1.4, 1.515, emission_nm=488)
    assert optics.confocal_nyquist_um(488) == pytest.approx(optics.nyquist_um / 2)
    assert optics.confocal_nyquist_z_um(488) == pytest.approx(optics.nyquist_z_um / 2)
    assert 1000 * optics.confocal_nyquist_um(488) == pytest.approx(43.6, abs=0.05)


def test_two_pixels_per_rayleigh_distance_are_22_percent_coarser_than_nyquist():
    optics = Optics(0.75)
    assert optics.rayleigh_um / 2 / optics.nyquist_um == pytest.approx(1.22)


@settings(deadline=None, max_examples=50)
@given(apertures, apertures)
def test_a_larger_aperture_needs_finer_pixels(one, other):
    smaller, larger = sorted((one, other))
    assert Optics(larger).nyquist_um <= Optics(smaller).nyquist_um
    assert Optics(larger).nyquist_z_um <= Optics(smaller).nyquist_z_um


@settings(deadline=None, max_examples=50)
@given(st.floats(min_value=0.02, max_value=0.05))
def test_a_small_aperture_has_the_paraxial_depth(aperture):
    """1 - cos(alpha) is NA^2 / (2 n^2) for a narrow cone: dz = n wavelength / (2 NA^2)."""
    optics = Optics(aperture, 1.33, 500)
    assert optics.nyquist_z_um == pytest.approx(1.33 * 0.5 / (2 * aperture**2), rel=2e-3)


def test_a_pixel_three_times_nyquist_is_under_sampled_three_times():
    optics = Optics(0.75)
    assert optics.nyquist_ratio(3 * optics.nyquist_um) == pytest.approx(3)


def test_the_aperture_may_reach_the_index_and_no_further():
    assert math.isfinite(Optics(1.0, 1.0).nyquist_z_um)
    with pytest.raises(QuantityError, match=r"1\.4 is impossible.*index 1:.*oil 1\.515"):
        Optics(1.4, 1.0)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"numerical_aperture": 0}, "numerical aperture"),
        ({"immersion_index": -1}, "refractive index"),
        ({"emission_nm": float("nan")}, "emission wavelength"),
    ],
)
def test_optics_that_mean_nothing_are_refused(wrong, words):
    with pytest.raises(QuantityError, match=f"{words}.*positive, finite number"):
        Optics(**{"numerical_aperture": 0.5, **wrong})


def test_a_wavelength_or_pixel_of_zero_is_refused():
    with pytest.raises(QuantityError, match="excitation wavelength"):
        Optics(0.5).confocal_nyquist_um(0)
    with pytest.raises(QuantityError, match="excitation wavelength"):
        Optics(0.5).confocal_nyquist_z_um(0)
    with pytest.raises(QuantityError, match="pixel size"):
        Optics(0.5).nyquist_ratio(0)
