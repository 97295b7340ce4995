"""Image and label pairs: as acquired, and prepared for a network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.training.recipe import Side, Use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.training.recipe import Recipe


SIMULATED = "simulated by this project"
"""Origin of images that are not real."""

LUMA = np.array([0.2125, 0.7154, 0.0721], np.float32)
"""Rec. 709, as `Image.intensity`."""


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """One image with its labels, as acquired or simulated."""

    name: str
    pixels: NDArray[Any]
    """Shape (rows, columns), or (rows, columns, 3) for RGB; any real dtype."""

    labels: NDArray[np.int32]
    """Shape (rows, columns); 0 is background."""

    cut_sides: tuple[Side, ...] = ()
    """Where the pair is a part of a field: the sides at which objects are cut."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The pairs of one folder or one simulation, with what the recipe says of them."""

    name: str
    licence: str
    origin: str
    pairs: tuple[Pair, ...]
    use: Use
    weight: float

    @property
    def n_objects(self) -> int:
        """Objects in all images."""
        return sum(len(np.unique(pair.labels[pair.labels > 0])) for pair in self.pairs)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A pair as the network takes it."""

    name: str
    pixels: NDArray[np.float32]
    """Shape (channels, rows, columns), normalised over the whole image."""

    labels: NDArray[np.int32]
    object_centres: NDArray[np.float64]
    """Centre of mass of every object, shape (n, 2), in px (row, column)."""

    diameters_px: NDArray[np.float64]
    """Diameter of the disc of the same area, of every object."""

    weight: float
    """Share of the patches that come from here, against the other images."""

    cut_sides: tuple[Side, ...] = ()
    """As of the pair: objects that touch these sides are left out of the scores."""

    simulated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Images to learn from, and those held out to choose checkpoint and thresholds."""

    training: tuple[Prepared, ...]
    validation: tuple[Prepared, ...]

    def learnt_but_real(self) -> tuple[Prepared, ...]:
        """Return the training images that are not simulated."""
        return tuple(one for one in self.training if not one.simulated)


def prepared(pair: Pair, recipe: Recipe, weight: float = 1.0) -> Prepared:
    """Normalise an image and find the centres of its objects."""
    from rescale4dl_core.inference.feeding import intensity_range

    acquired = _with_channels(pair.pixels, recipe.layers.input_channels)
    scaled = intensity_range(acquired, recipe.normalisation).applied(acquired)
    _names, dense = np.unique(pair.labels, return_inverse=True)
    dense = dense.reshape(pair.labels.shape) + (0 if (pair.labels == 0).any() else 1)
    area_px = np.bincount(dense.ravel())[1:]
    rows, columns = np.indices(dense.shape)
    centres = np.stack(
        [np.bincount(dense.ravel(), at.ravel())[1:] / area_px for at in (rows, columns)], 1
    )
    return Prepared(
        pair.name,
        np.ascontiguousarray(np.moveaxis(scaled, -1, 0)),
        dense.astype(np.int32),
        centres,
        2 * np.sqrt(area_px / np.pi),
        weight,
        pair.cut_sides,
    )


def _with_channels(pixels: NDArray[Any], n_channels: int) -> NDArray[Any]:
    """Return (rows, columns, channels): grey repeated, or RGB reduced to its luma."""
    if pixels.ndim == 2:
        return np.repeat(pixels[..., None], n_channels, axis=2)
    return pixels if n_channels == 3 else (pixels @ LUMA)[..., None]


def split(sources: Sequence[Source], recipe: Recipe) -> Split:
    """Hold out a share of the images: every n-th by size, from a random start.

    Neighbours in the order of field size and object size are alike, so the held-out images
    span what the others span.
    """
    training: list[Prepared] = []
    validation: list[Prepared] = []
    for source in sources:
        weight = source.weight / len(source.pairs)
        ready = sorted(
            (
                replace(
                    prepared(pair, recipe, weight), simulated=source.origin == SIMULATED
                )
                for pair in source.pairs
            ),
            key=lambda one: (one.labels.size, _typical(one), one.name),
        )
        if source.use is Use.VALIDATION:
            validation += ready
        elif source.use is Use.TRAINING or len(ready) == 1 or not recipe.validation.share:
            training += ready
        else:
            step = max(2, round(1 / recipe.validation.share))
            start = int(np.random.default_rng(recipe.seed).integers(min(step, len(ready))))
            validation += ready[start::step]
            training += [one for i, one in enumerate(ready) if i % step != start]
    return Split(tuple(training), tuple(validation))


def _typical(one: Prepared) -> float:
    return float(np.median(one.diameters_px)) if len(one.diameters_px) else 0.0
