"""What a microscope and its camera make of fluorescent objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray


OFFSET_COUNTS = 100.0
COUNTS_PER_PHOTOELECTRON = 2.0


@dataclass(frozen=True, slots=True)
class Lens:
    """A widefield microscope: how it blurs."""

    psf_sigma_px: float = 1.1
    """The in-focus part of the point spread function."""

    halo_sigma_px: float = 14.0
    halo_share: float = 0.14
    """Light from out of focus."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """Uneven light, falling with the square of the distance from its brightest place."""

    fall: float = 0.16
    """Share lost one half of the image away from the brightest place."""

    row: float = 0.25
    column: float = -0.35
    """The brightest place: -1 is the first, 1 the last row or column."""

    def light(self, shape_px: tuple[int, int]) -> NDArray[np.float64]:
        """Return the light at each pixel: 1 at the brightest place."""
        rows, columns = np.ogrid[-1 : 1 : shape_px[0] * 1j, -1 : 1 : shape_px[1] * 1j]
        light: NDArray[np.float64] = 1 - self.fall * (
            (rows - self.row) ** 2 + (columns - self.column) ** 2
        )
        return light


USUAL_LENS, USUAL_LAMP = Lens(), Lamp()


def light_on_camera(
    objects: NDArray[np.float64],
    background: float,
    lens: Lens = USUAL_LENS,
    lamp: Lamp = USUAL_LAMP,
) -> NDArray[np.float64]:
    """Blur the objects, add background and shade both by an off-centre lamp.

    Parameters
    ----------
    objects : ndarray of shape (rows, columns)
        Mean photoelectrons per pixel in perfect focus and even light.
    background : float
        Mean photoelectrons per pixel where there is no object.
    lens, lamp
        How the objects are blurred and lit.

    Returns
    -------
    ndarray of shape (rows, columns)
        Mean photoelectrons per pixel.
    """
    sharp = ndimage.gaussian_filter(objects, lens.psf_sigma_px)
    halo = ndimage.gaussian_filter(objects, lens.halo_sigma_px, truncate=3)
    light: NDArray[np.float64] = lamp.light((objects.shape[0], objects.shape[1])) * (
        (1 - lens.halo_share) * sharp + lens.halo_share * halo + background
    )
    return light


def photograph(
    rng: np.random.Generator,
    light: NDArray[np.float64],
    read_noise_photoelectrons: float = 1.6,
) -> NDArray[np.uint16]:
    """Return the counts of a camera: Poisson noise of the light, read noise, offset."""
    electrons: NDArray[Any] = rng.poisson(light) + rng.normal(
        0, read_noise_photoelectrons, light.shape
    )
    counts = OFFSET_COUNTS + COUNTS_PER_PHOTOELECTRON * electrons
    return np.clip(np.rint(counts), 0, np.iinfo(np.uint16).max).astype(np.uint16)
