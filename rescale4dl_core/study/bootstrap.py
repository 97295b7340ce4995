"""Bootstrap intervals: how much a mean would change with other objects or images."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.study.results import Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray


N_RESAMPLES = 1000
SEED = 20251121
LOW_PERCENTILE, HIGH_PERCENTILE = 2.5, 97.5
_LARGEST_CHUNK = 1 << 21


def bootstrap(
    n: int, statistic: Callable[[NDArray[np.int64]], NDArray[np.float64]]
) -> Interval:
    """Return a statistic of `n` units with its percentile interval (Efron 1979).

    Parameters
    ----------
    n : int
        How many units, objects or images, can be drawn; 1 or more.
    statistic : callable
        Receives how often each unit was drawn, shape (resamples, n), and returns one value
        per row; the value reported is that with every unit drawn once.

    Examples
    --------
    >>> values = np.array([0.0, 1.0, 1.0, 1.0])
    >>> bootstrap(4, lambda drawn: drawn @ values / 4).mean
    0.75
    """
    value = float(statistic(np.ones((1, n), np.int64))[0])
    drawn = np.concatenate([statistic(times_drawn) for times_drawn in _resamples(n)])
    low, high = np.percentile(drawn, [LOW_PERCENTILE, HIGH_PERCENTILE])
    return Interval(value, float(low), float(high))


def bootstrap_mean(values: NDArray[np.float64]) -> Interval:
    """Return the mean of `values`, shape (n,) with n of 1 or more, and its interval."""
    n = len(values)
    return bootstrap(n, lambda drawn: drawn @ values / n)


def mean_over(per_image: list[NDArray[np.float64]]) -> Interval | None:
    """Return the mean over images of the mean over the objects in each.

    One image: the objects are resampled. Several: the images, which differ more than the
    objects within one.

    Parameters
    ----------
    per_image : list of ndarray
        One value per object; NaN leaves an object out, an image without values too. None
        is returned where nothing is left.
    """
    kept = [values[~np.isnan(values)] for values in per_image]
    kept = [values for values in kept if len(values)]
    if not kept:
        return None
    if len(kept) == 1:
        return bootstrap_mean(kept[0])
    return bootstrap_mean(np.array([values.mean() for values in kept]))


def _resamples(n: int) -> Iterator[NDArray[np.int64]]:
    rng = np.random.default_rng(SEED)
    rows = max(1, min(N_RESAMPLES, _LARGEST_CHUNK // n))
    for start in range(0, N_RESAMPLES, rows):
        n_rows = min(rows, N_RESAMPLES - start)
        drawn = rng.integers(n, size=(n_rows, n)) + np.arange(n_rows)[:, np.newaxis] * n
        yield np.bincount(drawn.ravel(), minlength=n_rows * n).reshape(n_rows, n)


ENOUGH_IMAGES = 5
"""From here on images are what varies; with fewer, the objects within them."""

SURE = 0.95


@dataclass(frozen=True, slots=True)
class Loss:
    """Score of the better scale minus score of the other, on the same objects."""

    mean: float
    at_most: float
    """One-sided 95 % bound; infinite where one object tells nothing of the others."""


def paired_loss(
    better: Sequence[NDArray[np.float64]], other: Sequence[NDArray[np.float64]]
) -> Loss | None:
    """Return what `other` loses against `better`, None where they share no object.

    Scores of the same object go up and down together, so the difference is known far
    better than either score. It is averaged within each image, then over the images; its
    standard error is taken over the images from 5 on, else over the objects in them
    (Student's t).

    Parameters
    ----------
    better, other : sequence of ndarray of shape (objects,)
        One array per image, the same objects in the same order; NaN where a scale does
        not show the object.

    Examples
    --------
    >>> loss = paired_loss([np.array([0.9, 0.8, 0.7])], [np.array([0.8, 0.7, 0.6])])
    >>> round(loss.mean, 3), round(loss.at_most, 3)
    (0.1, 0.1)
    """
    from scipy.special import stdtrit

    differences = [a - b for a, b in zip(better, other, strict=True)]
    known = [image[np.isfinite(image)] for image in differences]
    known = [image for image in known if len(image)]
    if not known:
        return None
    means = np.array([image.mean() for image in known])
    mean = float(means.mean())
    if len(known) >= ENOUGH_IMAGES:
        freedom = len(known) - 1
        error = float(means.std(ddof=1)) / math.sqrt(len(known))
    else:
        freedom = sum(len(image) - 1 for image in known)
        variances = [image.var(ddof=1) / len(image) for image in known if len(image) > 1]
        error = math.sqrt(sum(variances)) / len(known)
    if freedom < 1:
        return Loss(mean, math.inf)
    return Loss(mean, mean + float(stdtrit(freedom, SURE)) * error)
