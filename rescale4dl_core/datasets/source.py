"""The data set to rescale: which images there are, and which labels belong to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.evaluation.folders import Problem, sampling_factor
from rescale4dl_core.reading.pairing import name_without_suffix, pair_by_stem
from rescale4dl_core.reading.registry import format_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

IMAGES = "images"
LABELS = ("labels", "gt", "masks")
CONVENTION = "a folder with Images and Labels (or GT) in it, or of image files only"


@dataclass(frozen=True, slots=True)
class SourcePair:
    """One image with its labels, where it has any."""

    name: str
    """What its results are called: the file name without suffix."""

    image_path: Path
    labels_path: Path | None = None

    def __str__(self) -> str:
        return self.image_path.name

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, the image first."""
        found = (self.image_path, self.labels_path)
        return tuple(path for path in found if path is not None)


@dataclass(frozen=True, slots=True)
class SourceDataset:
    """The pairs of one data set, and what was left out."""

    name: str
    folder: Path
    pairs: tuple[SourcePair, ...]
    problems: tuple[Problem, ...] = ()


def find_datasets(folder: Path) -> tuple[SourceDataset, ...]:
    """Return the data set in `folder`, or those in its sub-folders.

    A data set is a folder with Images and, where there are labels, Labels, GT or Masks in
    it (in capitals or not), or a folder of image files. Image and labels belong together
    by their names without suffix (`pair_by_stem`). Labels without an image, images
    without labels where others have some, and names that occur twice are reported.

    Parameters
    ----------
    folder : Path
        The data set, or a folder of data sets.

    Raises
    ------
    ReadingError
        If there is none, or it is not clear which folder holds the labels.
    """
    if not folder.is_dir():
        raise ReadingError(
            f"{folder} is not a folder. Give the folder of a data set: {CONVENTION}."
        )
    own = _dataset_in(folder)
    if own is not None:
        return (own,)
    below = [path for path in _visible(folder) if path.is_dir()]
    if any(sampling_factor(path.name) for path in below):
        raise ReadingError(
            f"{folder} holds data that is rescaled already ({below[0].name}, ...). Give "
            "the folder of one sampling in it, OG for the originals."
        )
    datasets = [found for path in below if (found := _dataset_in(path)) is not None]
    if not datasets:
        raise ReadingError(
            f"{folder} holds no image. A data set is {CONVENTION}; a folder of such "
            "folders can be given too."
        )
    return tuple(datasets)


def require_different_names(datasets: Sequence[SourceDataset]) -> None:
    """Raise `ReadingError` where two data sets would be written to one place."""
    names = [dataset.name.casefold() for dataset in datasets]
    twice = [dataset for dataset in datasets if names.count(dataset.name.casefold()) > 1]
    if twice:
        raise ReadingError(
            f"Two data sets are called {twice[0].name} ({twice[0].folder} and "
            f"{twice[1].folder}); results are named after them. Rename one, or rescale "
            "them into different folders."
        )


def _dataset_in(folder: Path) -> SourceDataset | None:
    inside = _visible(folder)
    by_name = {path.name.casefold(): path for path in inside if path.is_dir()}
    label_folders = [by_name[name] for name in LABELS if name in by_name]
    image_folder = by_name.get(IMAGES)
    if image_folder is None:
        if label_folders or not any(map(_is_image, inside)):
            return None
        return _dataset(folder, folder, None)
    if len(label_folders) > 1:
        raise ReadingError(
            f"{folder} has several folders of labels "
            f"({', '.join(path.name for path in label_folders)}). Keep one of them there."
        )
    return _dataset(folder, image_folder, label_folders[0] if label_folders else None)


def _dataset(folder: Path, image_folder: Path, label_folder: Path | None) -> SourceDataset:
    whole = folder.resolve()
    name = whole.parent.name if sampling_factor(whole.name) else whole.name
    problems: list[Problem] = []
    images = _files_of(image_folder, f"{name}/{image_folder.name}", problems)
    pairs: list[SourcePair] = []
    if label_folder is None:
        pairs = [SourcePair(name_without_suffix(path), path) for path in images]
    else:
        place = f"{name}/{label_folder.name}"
        pairing = pair_by_stem(images, _files_of(label_folder, place, problems))
        pairs = [
            SourcePair(name_without_suffix(image), image, mask)
            for image, mask in pairing.pairs
        ]
        problems += (
            Problem(
                f"{name}/{image_folder.name}",
                path.name,
                "it has no labels; the image alone is rescaled.",
            )
            for path in pairing.images_without_mask
        )
        problems += (
            Problem(place, path.name, "left out; there is no image of this name.")
            for path in pairing.masks_without_image
        )
    if not pairs:
        raise ReadingError(
            f"{image_folder} holds no image that can be used. "
            + (str(problems[0]) if problems else "Put the images there.")
        )
    return SourceDataset(name, whole, tuple(pairs), tuple(problems))


def _files_of(folder: Path, place: str, problems: list[Problem]) -> list[Path]:
    """Return what may be an image, each name once; report the rest."""
    found: dict[str, Path] = {}
    for path in _visible(folder):
        key = name_without_suffix(path).casefold()
        sentence = _fault(path)
        if sentence is None and key in found:
            sentence = (
                f"left out; {found[key].name} has the same name, and results are named "
                "after it. Rename one."
            )
        if sentence is None:
            found[key] = path
        else:
            problems.append(Problem(place, _printable(path.name), sentence))
    return list(found.values())


def _fault(path: Path) -> str | None:
    if _printable(path.name) != path.name:
        return "left out; its name is no valid text. Rename it."
    try:
        format_of(path)
    except ReadingError as error:
        return f"left out. {error}"
    return None


def _is_image(path: Path) -> bool:
    return path.is_file() and _fault(path) is None


def _visible(folder: Path) -> list[Path]:
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise ReadingError(
            f"{folder} cannot be listed ({error.strerror}). Ask for the right to read it."
        ) from error
    return [path for path in inside if not path.name.startswith(".")]


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()
