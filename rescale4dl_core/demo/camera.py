"""What a microscope and its camera make of the fluorescent objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

PSF_SIGMA_PX = 1.1
"""The in-focus part of the point spread function."""

HALO_SIGMA_PX = 14.0
HALO_SHARE = 0.14
"""Light from out of focus, widefield."""

OFFSET_COUNTS = 100.0
COUNTS_PER_PHOTOELECTRON = 2.0
READ_NOISE_PHOTOELECTRONS = 1.6


def light_on_camera(objects: NDArray[np.float64], background: float) -> NDArray[np.float64]:
    """Blur the objects, add background and shade both by an off-centre lamp.

    Parameters
    ----------
    objects : ndarray of shape (rows, columns)
        Mean photoelectrons per pixel in perfect focus and even light.
    background : float
        Mean photoelectrons per pixel where there is no object.

    Returns
    -------
    ndarray of shape (rows, columns)
        Mean photoelectrons per pixel.
    """
    sharp = ndimage.gaussian_filter(objects, PSF_SIGMA_PX)
    halo = ndimage.gaussian_filter(objects, HALO_SIGMA_PX, truncate=3)
    rows, columns = np.ogrid[-1 : 1 : objects.shape[0] * 1j, -1 : 1 : objects.shape[1] * 1j]
    lamp = 1 - 0.16 * ((rows - 0.25) ** 2 + (columns + 0.35) ** 2)
    light: NDArray[np.float64] = lamp * (
        (1 - HALO_SHARE) * sharp + HALO_SHARE * halo + background
    )
    return light


def photograph(rng: np.random.Generator, light: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Return the counts of a camera: Poisson noise of the light, read noise, offset."""
    electrons: NDArray[Any] = rng.poisson(light) + rng.normal(
        0, READ_NOISE_PHOTOELECTRONS, light.shape
    )
    counts = OFFSET_COUNTS + COUNTS_PER_PHOTOELECTRON * electrons
    return np.clip(np.rint(counts), 0, np.iinfo(np.uint16).max).astype(np.uint16)
