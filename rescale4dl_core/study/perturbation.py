"""An image as it might as well have been taken: mirrored, noisier, at 5 % another zoom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import Image
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescale.series import rescale_image, rescale_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ZOOM = 1.05
"""Pixels 5 % coarser, and as much finer."""

NOISE = 0.05
"""Standard deviation of the noise added, of the range from the 1st to the 99.8th
percentile: what a network is given as 0 to 1."""

SEED = 7

N_PERTURBED = 4
"""How many versions `perturbed` makes of an image."""


class Part(Enum):
    """What a prediction is compared under."""

    MIRRORED = "mirrored"
    NOISE = "noise"
    ZOOM = "zoom"
    NEIGHBOURS = "neighbours"


@dataclass(frozen=True, slots=True, eq=False)
class Perturbed:
    """One version of an image, and the way of its labels back to the image's grid."""

    part: Part
    image: Image
    back: Callable[[Labels], Labels]


def perturbed(image: Image) -> Iterator[Perturbed]:
    """Return the versions of `image` one after the other, the same every time.

    A zoom that leaves no whole pixel is left out.
    """
    yield Perturbed(Part.MIRRORED, _with(image, image.pixels[::-1, ::-1]), _mirrored)
    yield Perturbed(Part.NOISE, _noisy(image), lambda labels: labels)
    for factor in (RescaleFactor.coarser(ZOOM), RescaleFactor.finer(ZOOM)):
        try:
            zoomed = rescale_image(image, factor, for_screen=True)
        except QuantityError:
            continue
        yield Perturbed(Part.ZOOM, zoomed, _unzoomed(factor))


def _noisy(image: Image) -> Image:
    pixels = image.pixels.astype(np.float32)
    low, high = np.percentile(pixels, [1.0, 99.8])
    rng = np.random.default_rng(SEED)
    noise = rng.standard_normal(pixels.shape, np.float32)
    return _with(image, pixels + np.float32(NOISE * (high - low)) * noise)


def _unzoomed(factor: RescaleFactor) -> Callable[[Labels], Labels]:
    back = RescaleFactor(1 / factor.ratio)
    return lambda labels: rescale_labels(labels, back)


def _mirrored(labels: Labels) -> Labels:
    return Labels.parse(labels.pixels[::-1, ::-1], source=labels.source)


def _with(image: Image, pixels: np.ndarray) -> Image:
    return Image.parse(np.ascontiguousarray(pixels), name=image.name, known=image.known)
