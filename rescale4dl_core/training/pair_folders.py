"""Read the sources of a recipe: folders of pairs, and simulated images."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from rescale4dl_core.errors import TrainingError
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.training.image_pairs import SIMULATED, Pair, Source
from rescale4dl_core.training.recipe import Folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rescale4dl_core.training.recipe import Recipe

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
    from rescale4dl_core.reading.image import read_image
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
