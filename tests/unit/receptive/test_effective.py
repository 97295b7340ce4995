"""The effective receptive field of networks whose response is known."""

import numpy as np
import pytest

from rescale4dl_core.errors import CancelledError
from rescale4dl_core.receptive.effective import effective_field
from rescale4dl_core.receptive.probe import Probe


def blurring(weights, *, grid=1):
    """Return a network that convolves with given weights and averages over a grid."""

    def run(batch):
        from scipy.signal import fftconvolve

        blurred = fftconvolve(batch[0, 0].astype(np.float64), weights, mode="same")
        rows, columns = (n // grid for n in blurred.shape)
        coarse = blurred.reshape(rows, grid, columns, grid).mean(axis=(1, 3))
        return [coarse[None, None].astype(np.float32)]

    return Probe(run, False, (0,), 1, grid, grid, (None, None), False)


def side_of_square(weights):
    """Return the side of the square that holds 95 % of the squared weights."""
    at = np.abs(np.arange(len(weights)) - (len(weights) - 1) / 2)
    distance = np.maximum(at[:, None], at)
    energy = np.bincount((2 * distance).astype(int).ravel(), weights=(weights**2).ravel())
    held = np.cumsum(energy) / energy.sum()
    return float(np.interp(0.95, [0, *held], np.arange(len(held) + 1)))


@pytest.mark.parametrize("sigma_px", [2.0, 4.0])
def test_a_gaussian_has_the_field_that_its_weights_have(sigma_px):
    at = np.arange(-20, 21)
    weights = np.exp(-(at[:, None] ** 2 + at**2) / (2 * sigma_px**2))
    found = effective_field(blurring(weights / weights.sum()), sees_px=41)
    assert found.side_px == pytest.approx(side_of_square(weights), abs=0.5)


def test_a_flat_response_reaches_almost_to_its_edge():
    weights = np.ones((21, 21)) / 441
    found = effective_field(blurring(weights), sees_px=21)
    # 95 % of the area of a square of side 21, in steps of one pixel
    assert found.side_px == pytest.approx(side_of_square(weights), abs=0.5)
    assert 20 < found.side_px <= 21


def test_a_coarser_map_is_measured_in_pixels_of_the_image():
    weights = np.ones((21, 21)) / 441
    found = effective_field(blurring(weights, grid=2), sees_px=22)
    seen = np.array([0.5, *[1] * 20, 0.5])  # two windows of 21 px, one pixel apart
    assert found.side_px == pytest.approx(side_of_square(np.outer(seen, seen)), abs=0.5)


def test_without_any_response_the_field_is_zero():
    probe = Probe(
        lambda batch: [np.zeros_like(batch)], False, (0,), 1, 1, 1, (None, None), True
    )
    assert effective_field(probe, sees_px=9).side_px == 0


def test_patches_smaller_than_the_field_are_mirrored():
    weights = np.ones((21, 21)) / 441
    patch = np.random.default_rng(0).random((1, 9, 11), np.float32)
    found = effective_field(blurring(weights), sees_px=21, patches=[patch])
    assert 20 < found.side_px <= 21


def test_a_user_can_stop_it():
    def stop(fraction, message):
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        effective_field(blurring(np.ones((3, 3))), sees_px=3, progress=stop)
