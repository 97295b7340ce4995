"""What a phase-contrast microscope makes of bacteria: dark cells in a bright halo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from rescale4dl_core.training.simulated.field import outlines

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PhaseContrast:
    """The optics: a ring that dims and delays the light no object has deflected."""

    transmission: float
    """Amplitude that passes the ring: 0.3 to 0.6 in positive phase contrast."""

    halo_sigma_px: tuple[float, float]
    """Light deflected by less than the ring is wide passes the ring too, which makes the
    halo. Two widths of it in the image: the near and the far one."""

    far_share: float
    """Of the far halo."""

    psf_sigma_px: float


def height_px(labels: NDArray[np.int32], contact: float = 0.0) -> NDArray[np.float64]:
    """Return how thick a round-sided body is over each pixel of its label.

    A rod that lies on a surface is as high as wide; at the distance d from its outline a
    circle of radius r stands 2 sqrt(r^2 - (r - d)^2) high, with r the largest distance in
    the body. Neighbours that touch keep a groove between them; `contact`, 0 to 1, is how
    far they are pressed together, so that the groove is filled.

    >>> row = np.repeat(np.int32([0, 1, 0]), [3, 5, 3])
    >>> np.round(height_px(np.tile(row, (31, 1)))[15, 3:8], 1)
    array([3. , 4.6, 5. , 4.6, 3. ])
    """
    own_px: NDArray[Any] = ndimage.distance_transform_edt(~outlines(labels)) + 0.5
    largest_px = np.zeros(labels.max() + 1)
    np.maximum.at(largest_px, labels, own_px)
    radius_px = largest_px[labels]
    free_px = ndimage.distance_transform_edt(labels > 0) - 0.5
    pressed_px = own_px + contact * np.clip(free_px - own_px, 0, None)
    edge_px = np.minimum(pressed_px, radius_px)
    height: NDArray[np.float64] = 2 * np.sqrt(radius_px**2 - (radius_px - edge_px) ** 2)
    return np.where(labels > 0, height, 0)


def image_of(phase_rad: NDArray[np.float64], optics: PhaseContrast) -> NDArray[np.float64]:
    """Return the intensity in positive phase contrast: transmission^2 far from objects.

    The light t = exp(i phase) parts into S, which passes the ring (t under a low-pass
    filter), and t - S, which passes beside it. The ring turns S by a quarter wave and dims
    it by its transmission a: I = |t - S - i a S|^2 (after Yin, Kanade and Chen, Medical
    Image Analysis 16:1047, 2012). Inside a dense colony S takes up the mean delay, so cells
    are lighter there than alone: as in real images.

    Parameters
    ----------
    phase_rad : ndarray of shape (rows, columns)
        By how much the objects delay the light.
    optics
        Ring and blur.
    """
    light = np.exp(1j * phase_rad).astype(np.complex64)
    rows = np.fft.fftfreq(light.shape[0])[:, None]
    columns = np.fft.fftfreq(light.shape[1])[None, :]
    turns = -2 * np.pi**2 * (rows**2 + columns**2)
    near, far = (np.exp(turns * sigma**2) for sigma in optics.halo_sigma_px)
    passes = ((1 - optics.far_share) * near + optics.far_share * far).astype(np.float32)
    through_ring = np.fft.ifft2(np.fft.fft2(light) * passes)
    field = light - through_ring - 1j * optics.transmission * through_ring
    intensity: NDArray[np.float64] = np.abs(field).astype(np.float64) ** 2
    return ndimage.gaussian_filter(intensity, optics.psf_sigma_px)
