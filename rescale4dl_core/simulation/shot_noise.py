"""The light that arrives, with the shot noise that it has: neither twice nor missing.

The sample image was counted from photoelectrons once, so it has shot noise already. How
much of what its stated photoelectrons must have is read from the image: a camera's raw
image has all of it, a simulated or smoothed one less. What is missing is added first. Where
nobody states the photoelectrons, the noise tells them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.progress import Progress
    from rescale4dl_core.simulation.blur import Spread

AS_STATED = 0.9, 1.1
"""Between these, the noise is that of the stated photoelectrons: it is read no finer."""

_NEGLIGIBLE = 0.01
_FEWEST_PIXELS = 100
_BRIGHT = 0.1
"""Read noise matters in darker pixels than this share of the brightest ones."""

_FLATTEST = 0.25
_FLAT_OVER_PX = 1.5
_FEWEST_SATURATED, _MOST_SATURATED = 5e-4, 0.5
_MEDIAN_OF_CHI_SQUARE = 0.4549
_DIFFERENCES = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], float)
"""Zero on a slope; of white noise it has 36 times the variance (Immerkær, Computer Vision
and Image Understanding 64:300, 1996)."""


@dataclass(frozen=True, slots=True, eq=False)
class Arrived:
    """Photoelectrons that a configuration collects."""

    mean_e: NDArray[np.float64]
    """Before new noise."""

    electrons: NDArray[np.float64]
    excess: float
    """Variance of the light / that of Poisson noise: 1, or more where the sample has too
    few photoelectrons for the light that is asked for, or more noise than stated."""


def brightest_by_noise(light: NDArray[np.float64]) -> float:
    """Return the photoelectrons in light of 1 that give the shot noise of `light`.

    Median over the flattest quarter of the bright pixels of noise² / light, the noise from
    second differences. Texture as fine as a pixel is taken for noise, and objects of less
    than ten pixels have no flat ones: both make the number too small. A smoothed image, or
    one compressed with losses, makes it too large. Pixels at the limit of the camera are
    left out.

    Parameters
    ----------
    light : ndarray of shape (rows, columns) or (rows, columns, 3)
        0 in darkness, about 1 in the brightest pixels.

    Returns
    -------
    float
        Infinite without noise; NaN where too few pixels are bright.
    """
    extra = (1,) * (light.ndim - 2)
    smooth = ndimage.uniform_filter(light, (3, 3, *extra))
    bright = (smooth >= _BRIGHT) & ~_near_limit(light)
    if np.count_nonzero(bright) < _FEWEST_PIXELS:
        return math.nan
    slope = _relative_slope(light)
    flat = bright & (slope <= np.quantile(slope[bright], _FLATTEST))
    differences = ndimage.convolve(light, _DIFFERENCES.reshape(3, 3, *extra))
    variance = differences[flat] ** 2 / (_DIFFERENCES**2).sum()
    typical = float(np.median(variance / smooth[flat]))
    return _MEDIAN_OF_CHI_SQUARE / typical if typical > 0 else math.inf


def limited_share(light: NDArray[np.float64]) -> float:
    """Return the share of saturated pixels: those at the highest value, if they are many.

    Where most pixels have it, the image is even.
    """
    share = float(np.mean(light >= light.max()))
    return share if _FEWEST_SATURATED < share < _MOST_SATURATED else 0.0


def _near_limit(light: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the pixels at the camera's limit and their neighbours."""
    if not limited_share(light):
        return np.zeros(light.shape, bool)
    size = (3, 3) + (1,) * (light.ndim - 2)
    near: NDArray[np.bool_] = ndimage.maximum_filter(light >= light.max(), size)
    return near


def _relative_slope(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much the light changes over a few pixels, over the light there."""
    sigmas = (_FLAT_OVER_PX, _FLAT_OVER_PX) + (0,) * (light.ndim - 2)
    blurred = ndimage.gaussian_filter(light, sigmas)
    gradient = ndimage.gaussian_gradient_magnitude(light, sigmas)
    curvature = np.abs(ndimage.gaussian_laplace(light, sigmas))
    slope: NDArray[np.float64] = gradient + _FLAT_OVER_PX * curvature
    return slope / np.maximum(blurred, 1e-9)


def noise_share(stated_e: float, by_noise_e: float) -> float:
    """Return the variance of the sample's noise / that of its stated photoelectrons."""
    share = stated_e / by_noise_e
    low, high = AS_STATED
    return 1.0 if math.isnan(share) or low < share < high else share


def arrive(
    electrons: NDArray[np.float64],
    spread: Spread,
    light_ratio: float,
    share: float,
    rng: np.random.Generator,
    progress: Progress,
) -> Arrived:
    """Return what arrives of the sample's photoelectrons, `light_ratio` times as many.

    Up to the light of the sample, its electrons are sent out one by one: what arrives is
    exactly Poisson. With more light than that, and where a wide blur leaves next to none of
    the sample's noise, the mean is spread and only the missing variance added.

    Parameters
    ----------
    electrons : ndarray of shape (rows, columns) or (rows, columns, 3)
        Photoelectrons of the sample.
    spread : Spread
        Blur and pixels of the configuration.
    light_ratio : float
        Light per area of the sample against the sample as taken.
    share : float
        Which share of the variance of shot noise they have; see `noise_share`.
    rng : numpy.random.Generator
        Source of chance.
    progress : Progress
        Called while electrons are sent out.
    """
    mean_e = light_ratio * spread.sums(electrons)
    carried = light_ratio * spread.carried_share
    if light_ratio <= 1 and share * carried > _NEGLIGIBLE:
        whole = _with_all_shot_noise(electrons, share, rng)
        arrived = spread.scattered(np.maximum(whole, 0), light_ratio, rng, progress)
        if (whole < 0).any():
            below = np.maximum(-whole, 0)
            arrived = arrived - spread.scattered(below, light_ratio, rng, progress)
        excess = 1 + max(share - 1, 0) * carried
        return Arrived(mean_e, arrived.astype(np.float64), excess)
    variance = share * light_ratio**2 * spread.sums_of_squares(np.abs(electrons))
    missing = np.maximum(mean_e - variance, 0.0)
    noisy_e = mean_e + rng.poisson(missing) - missing
    return Arrived(mean_e, noisy_e, max(1.0, share * carried))


def _with_all_shot_noise(
    electrons: NDArray[np.float64], share: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return whole electrons; what is between two of them goes up or down by chance.

    Read noise of the sample makes some negative: kept, else darkness would get brighter.
    """
    if share < 1:
        missing = (1 - share) * np.maximum(electrons, 0.0)
        electrons = electrons + rng.poisson(missing) - missing
    return np.floor(electrons + rng.random(electrons.shape)).astype(np.int64)
