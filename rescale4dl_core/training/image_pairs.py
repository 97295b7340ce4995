"""Image and label pairs: as acquired, and prepared for a network."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import TrainingError
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.training.recipe import Folder, Side, Use

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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


IMAGE_FOLDERS = ("images", "Images")
LABEL_FOLDERS = ("labels", "Labels", "GT", "masks")
EVERY_ROW = "all"


def read_sources(
    recipe: Recipe, folders: Sequence[Path], progress: Progress = silent
) -> tuple[Source, ...]:
    """Read every image that a recipe wants to train on.

    Parameters
    ----------
    recipe : Recipe
        Where it lists no data, every folder given is used, and of those with a split.csv
        the rows "train".
    folders : sequence of Path
        Folders of pairs, or folders that hold those by name.

    Raises
    ------
    TrainingError
        If a folder is missing, has no pairs or nothing of the split wanted, or nothing is
        left to train on.
    """
    wanted = recipe.data or tuple(
        Folder(folder.name, rows="train" if (folder / "split.csv").exists() else EVERY_ROW)
        for folder in folders
        if not recipe.simulated
    )
    sources = [read_folder(entry, folders, progress) for entry in wanted]
    if recipe.simulated:
        from rescale4dl_core.training.simulated import simulated_pairs

        sources += [
            Source(
                f"simulated {one.name}",
                "MIT",
                SIMULATED,
                simulated_pairs(one.name, one.n_images, one.seed),
                one.use,
                one.weight,
            )
            for one in recipe.simulated
        ]
    if not sources:
        raise TrainingError(
            f"{recipe.name} lists no data and no folder was given. Give a folder of image "
            "and label pairs with --data."
        )
    return tuple(sources)


def _found(name: str, folders: Sequence[Path]) -> Path:
    for folder in folders:
        if folder.name == name and folder.is_dir():
            return folder
        if (folder / name).is_dir():
            return folder / name
    given = ", ".join(str(folder) for folder in folders) or "none"
    raise TrainingError(
        f"The recipe trains on a folder {name!r}, which is not among the folders given "
        f"({given}). Give it, or the folder that holds it, with --data."
    )


def read_folder(
    entry: Folder, folders: Sequence[Path], progress: Progress = silent
) -> Source:
    """Read the pairs of one folder, found by its name among the folders given."""
    from rescale4dl_core.reading.formats import read_image
    from rescale4dl_core.reading.masks import read_labels
    from rescale4dl_core.reading.pairing import pair_by_stem

    folder = _found(entry.folder, folders)
    images = _files(folder, IMAGE_FOLDERS)
    stems = _stems(entry, folder)
    if stems is not None:
        images = [path for path in images if path.stem in stems]
    images = [path for path in images if path.stem not in entry.leave_out]
    found = [
        (image, mask)
        for image, mask in pair_by_stem(images, _files(folder, LABEL_FOLDERS)).pairs
        if mask is not None
    ]
    if not found:
        raise TrainingError(
            f"{folder.name} has no image with labels of the same name among its rows "
            f"{entry.rows!r}. It needs the folders images and labels with files of equal "
            "names, and in split.csv the column split."
        )
    pairs = []
    for i, (image, mask) in enumerate(found):
        progress(i / len(found), f"reading {image.name}")
        pixels = read_image(image).pixels
        labels = read_labels(mask, may_be_empty=True).pixels
        if pixels.shape[:2] != labels.shape:
            raise TrainingError(
                f"{image.name} has {pixels.shape[0]} x {pixels.shape[1]} px and its labels "
                f"{labels.shape[0]} x {labels.shape[1]} px. Give labels of the same shape."
            )
        rows, columns = _region(entry.region, labels.shape)
        pairs.append(
            Pair(image.stem, pixels[rows, columns], labels[rows, columns], entry.cut_sides)
        )
    return Source(
        entry.folder, entry.licence, entry.source, tuple(pairs), entry.use, entry.weight
    )


def _files(folder: Path, names: Sequence[str]) -> list[Path]:
    for name in names:
        if (folder / name).is_dir():
            return sorted(p for p in (folder / name).iterdir() if p.is_file())
    raise TrainingError(
        f"{folder} has none of the folders {', '.join(names)}. Put images into images and "
        "label images of the same names into labels."
    )


def _stems(entry: Folder, folder: Path) -> set[str] | None:
    """Return the stems of the rows wanted, None for all."""
    if entry.rows == EVERY_ROW:
        return None
    table = folder / "split.csv"
    if not table.exists():
        raise TrainingError(
            f"The recipe wants the rows {entry.rows!r} of {folder.name}/split.csv, which "
            "does not exist. Add it with the columns stem and split, or set rows to 'all'."
        )
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["stem"] for row in rows if row.get("split") == entry.rows}


def _region(region: tuple[float, ...], shape: tuple[int, int]) -> tuple[slice, slice]:
    top, left, bottom, right = region
    return (
        slice(round(top * shape[0]), round(bottom * shape[0])),
        slice(round(left * shape[1]), round(right * shape[1])),
    )
