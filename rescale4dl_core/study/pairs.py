"""How much one scale loses against another, object by object, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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
