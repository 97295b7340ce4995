"""What the numbers in a data set's maps stand for: objects, classes or a mask."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels


MOST_CLASSES = 16
"""A map with more values than this holds objects."""

PIECES_PER_CLASS = 2
"""A value in this many pieces or more, on average, is a class: an object is one piece."""

MOST_UNBROKEN_CLASSES = 3
"""Values of one piece each may still be classes if they are no more than this."""

IMAGES_THAT_AGREE = 3
"""So many images with the very same values do not hold the same objects by chance."""

MASK_VALUES = frozenset((1, 255))
"""What programs write into a mask."""


class Kind(StrEnum):
    """What a pixel value means."""

    INSTANCE = "instance"
    """Each value is one object."""

    SEMANTIC = "semantic"
    """Each value is one class."""

    BINARY = "binary"
    """Everything but 0 is foreground."""


@dataclass(frozen=True, slots=True)
class KindChoice:
    """The kind of a data set, and in one sentence why."""

    kind: Kind
    reason: str
    is_certain: bool = True
    """False where the maps could be read in another way too."""


@dataclass(frozen=True, slots=True)
class MapFacts:
    """What one map shows about its values; gathered map by map."""

    file: str
    is_truth: bool
    values: frozenset[int]
    """All values but 0; more than `MOST_CLASSES` are not told apart."""

    n_pieces: int
    """Connected pieces of equal value (8 neighbours); only of maps with few values."""

    values_touch: bool
    """Whether pixels of different values lie side by side."""


def facts_of(labels: Labels, *, file: str, is_truth: bool) -> MapFacts:
    """Look at one map."""
    values = np.unique(labels.pixels)
    values = values[values > 0]
    if len(values) > MOST_CLASSES:
        return MapFacts(file, is_truth, frozenset(values.tolist()), 0, values_touch=False)
    return MapFacts(
        file,
        is_truth,
        frozenset(values.tolist()),
        sum(_n_pieces(labels.pixels == value) for value in values),
        _values_touch(labels.pixels),
    )


def kind_of(maps: Iterable[MapFacts]) -> KindChoice:
    """Decide what the values of a data set stand for.

    A single map of many values decides at once, so `maps` may be a generator that reads
    files: it is not asked for more than needed.
    """
    seen: list[MapFacts] = []
    for facts in maps:
        if len(facts.values) > MOST_CLASSES:
            return KindChoice(
                Kind.INSTANCE,
                f"{facts.file} has {len(facts.values)} values, so each is one object.",
            )
        seen.append(facts)
    truths = [facts for facts in seen if facts.is_truth and facts.values]
    values, known = _union(seen), _union(truths)
    if _are_masks(seen):
        reason = (
            f"The only value besides 0 is {_listed(values)}, so the maps are masks."
            if values
            else "Every map is empty; they are taken for masks."
        )
        return KindChoice(Kind.BINARY, reason, is_certain=bool(values))
    if values <= known:
        return _few_values(truths, known)
    if _are_masks(truths) and _in_pieces(truths):
        return KindChoice(
            Kind.BINARY,
            "The ground truth is a mask of several pieces, so predictions with other "
            f"values ({_listed(values - known)}) are compared with it as masks.",
            is_certain=False,
        )
    return KindChoice(
        Kind.INSTANCE,
        f"Predictions have values that no ground truth has ({_listed(values - known)}), so "
        "each value is one object.",
        is_certain=not _in_pieces(truths),
    )


def _few_values(truths: Sequence[MapFacts], known: frozenset[int]) -> KindChoice:
    listed = _listed(known)
    if _in_pieces(truths):
        return KindChoice(
            Kind.SEMANTIC,
            f"The values {listed} occur in several separate pieces each, so they are "
            "classes.",
        )
    may_be_classes = len(known) <= MOST_UNBROKEN_CLASSES and all(
        facts.values == known for facts in truths
    )
    n_images = len({facts.file for facts in truths})
    touch = any(facts.values_touch for facts in truths)
    if may_be_classes and (touch or n_images >= IMAGES_THAT_AGREE):
        return KindChoice(
            Kind.SEMANTIC,
            f"All ground truths have the values {listed} and no other, so these are "
            "classes.",
            is_certain=touch and n_images >= IMAGES_THAT_AGREE,
        )
    return KindChoice(
        Kind.INSTANCE,
        f"Each of the values {listed} is one separate piece, so each is one object.",
        is_certain=not may_be_classes,
    )


def _in_pieces(truths: Sequence[MapFacts]) -> bool:
    n_values = sum(len(facts.values) for facts in truths)
    n_pieces = sum(facts.n_pieces for facts in truths)
    return n_values > 0 and n_pieces >= PIECES_PER_CLASS * n_values


def _n_pieces(mask: NDArray[np.bool_]) -> int:
    from scipy import ndimage

    label: Callable[..., tuple[object, int]] = ndimage.label
    # Corners count, as where masks are split into objects: see decision 0008.
    return label(mask, np.ones((3, 3)))[1]


def _values_touch(pixels: NDArray[np.int32]) -> bool:
    return any(
        bool(np.any((first != second) & (first > 0) & (second > 0)))
        for first, second in (
            (pixels[1:], pixels[:-1]),
            (pixels[:, 1:], pixels[:, :-1]),
        )
    )


def _are_masks(maps: Sequence[MapFacts]) -> bool:
    return all(
        len(facts.values) == 1 and facts.values <= MASK_VALUES
        for facts in maps
        if facts.values
    )


def _union(maps: Sequence[MapFacts]) -> frozenset[int]:
    return frozenset(value for facts in maps for value in facts.values)


def _listed(values: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(values)))
