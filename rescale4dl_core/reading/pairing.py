"""Which mask belongs to which image, by their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MASK_ENDINGS = ("_cp_masks", "_masks", "_mask", "_labels", "_label", "_gt")


@dataclass(frozen=True, slots=True)
class Pairing:
    """Images with their masks, and what found no partner."""

    pairs: tuple[tuple[Path, Path | None], ...]
    """Every image in the order given, with its mask or None."""

    images_without_mask: tuple[Path, ...]
    masks_without_image: tuple[Path, ...]


def pair_by_stem(images: Sequence[Path], masks: Sequence[Path]) -> Pairing:
    """Put each image together with the mask of the same name, whatever the suffixes.

    A mask may carry one of the customary endings _mask, _masks, _cp_masks, _label,
    _labels, _gt. One image and one mask belong together whatever they are called.

    >>> from pathlib import Path
    >>> pairing = pair_by_stem([Path("a.tif"), Path("b.ome.tif")], [Path("b_mask.png")])
    >>> pairing.pairs[1][1].name, pairing.images_without_mask[0].name
    ('b_mask.png', 'a.tif')
    """
    if len(images) == len(masks) == 1:
        return Pairing(((images[0], masks[0]),), (), ())
    by_stem = {_mask_stem(mask): mask for mask in reversed(masks)}
    by_stem |= {_stem(mask): mask for mask in reversed(masks)}
    pairs = tuple((image, by_stem.get(_stem(image))) for image in images)
    used = {mask for _, mask in pairs}
    return Pairing(
        pairs,
        tuple(image for image, mask in pairs if mask is None),
        tuple(mask for mask in masks if mask not in used),
    )


def name_without_suffix(path: Path) -> str:
    """Return the file name without its suffix, .ome.tif counting as one.

    Examples
    --------
    >>> from pathlib import Path
    >>> name_without_suffix(Path("a.b.ome.tif")), name_without_suffix(Path("c d.png"))
    ('a.b', 'c d')
    """
    stem = path.stem
    return stem[: -len(".ome")] if stem.lower().endswith(".ome") else stem


def _stem(path: Path) -> str:
    return name_without_suffix(path).lower()


def _mask_stem(path: Path) -> str:
    stem = _stem(path)
    for ending in _MASK_ENDINGS:
        stem = stem.removesuffix(ending)
    return stem
