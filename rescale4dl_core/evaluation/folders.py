"""The folders of an evaluation: which prediction belongs to which ground truth.

This is the only module of the package that looks at folders or opens label images.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError, ReadingError
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.reading.image import read_plane
from rescale4dl_core.reading.masks import stored_values

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rescale4dl_core.labels import Labels


ORIGINAL = "OG"
TRUTH_FOLDER, PREDICTION_FOLDER = "GT", "Prediction"
CONVENTION = (
    f"<dataset>/<sampling>/{{{TRUTH_FOLDER},{PREDICTION_FOLDER}}}/<name>.tif with "
    f"samplings called {ORIGINAL}, downsampling_2, upsampling_1.41"
)
_SAMPLING = re.compile(r"(downsampling|upsampling)_(\d+(?:\.\d+)?)")
_SUFFIXES = (".tif", ".tiff")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not scored, or not fully, and why."""

    sampling: str
    file: str
    sentence: str

    def __str__(self) -> str:
        place = "/".join(part for part in (self.sampling, self.file) if part)
        return f"{place}: {self.sentence}" if place else self.sentence


@dataclass(frozen=True, slots=True)
class Pair:
    """One ground truth and the prediction that belongs to it."""

    sampling: str
    factor: RescaleFactor
    """Pixel size of this sampling / that of the original."""

    file: str
    """Name of the ground truth, extension included."""

    truth_path: Path
    prediction_path: Path
    original_truth_path: Path | None
    """Ground truth of the same image at the original pixel size, where it is there."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """All pairs of a data set, finest sampling first, and what found no partner."""

    name: str
    pairs: tuple[Pair, ...]
    problems: tuple[Problem, ...]

    @property
    def samplings(self) -> dict[str, RescaleFactor]:
        """The samplings with at least one pair, finest first."""
        return {pair.sampling: pair.factor for pair in self.pairs}


def find_pairs(folder: Path) -> Dataset:
    """List the pairs below `folder`, `<dataset>/<sampling>/{GT,Prediction}/<name>.tif`.

    A prediction may have the other of the suffixes .tif and .tiff. Folders called
    otherwise and files without a partner are reported; nothing is left out in silence.

    Raises
    ------
    ReadingError
        If the folder is missing or holds no pair at all.
    """
    if not folder.is_dir():
        raise ReadingError(
            f"{folder} is not a folder. Give the folder of a data set: {CONVENTION}."
        )
    problems: list[Problem] = []
    factors: dict[str, RescaleFactor] = {}
    for entry in sorted(_visible(folder.iterdir())):
        factor = sampling_factor(entry.name) if entry.is_dir() else None
        if factor is not None:
            factors[entry.name] = factor
        elif entry.is_dir():
            problems.append(
                Problem(
                    entry.name,
                    "",
                    f"the folder was left out; a sampling is called {ORIGINAL}, "
                    "downsampling_2, upsampling_1.41.",
                )
            )
    # What is wrong there is told once, in the loop below.
    originals = _by_stem(folder / ORIGINAL / TRUTH_FOLDER, ORIGINAL, [])
    pairs: list[Pair] = []
    for sampling in sorted(factors, key=lambda name: factors[name]):
        truths = _by_stem(folder / sampling / TRUTH_FOLDER, sampling, problems)
        predictions = _by_stem(folder / sampling / PREDICTION_FOLDER, sampling, problems)
        problems += _without_partner(sampling, truths, predictions)
        pairs += (
            Pair(
                sampling,
                factors[sampling],
                truths[stem].name,
                truths[stem],
                predictions[stem],
                originals.get(stem),
            )
            for stem in truths
            if stem in predictions
        )
    if not pairs:
        found = f" {problems[0]}" if problems else ""
        raise ReadingError(
            f"{folder.name}: no ground truth with a prediction was found.{found} Put the "
            f"files in folders like {CONVENTION}."
        )
    return Dataset(folder.resolve().name, tuple(pairs), tuple(problems))


def sampling_factor(name: str) -> RescaleFactor | None:
    """Return what the name of a sampling folder says, None where it is no sampling.

    Examples
    --------
    >>> float(sampling_factor("downsampling_1.41").ratio), sampling_factor("Results")
    (1.41, None)
    """
    if name == ORIGINAL:
        return RescaleFactor.of(1.0)
    found = _SAMPLING.fullmatch(name)
    if found is None:
        return None
    try:
        times = float(found[2])
        coarser = found[1] == "downsampling"
        return RescaleFactor.coarser(times) if coarser else RescaleFactor.finer(times)
    except QuantityError:
        return None


def read_map(path: Path, *, allow_large: bool = False) -> Labels:
    """Return the values of a label image as they are in the file.

    Raises
    ------
    ReadingError, LabelImageError
        If it cannot be read, or has colours, fractions or negative values.
    """
    return stored_values(read_plane(path, allow_large=allow_large))


def _by_stem(folder: Path, sampling: str, problems: list[Problem]) -> dict[str, Path]:
    """Return the label images of a folder by name without suffix; report the rest."""
    where = f"{sampling}/{folder.name}"
    if not folder.is_dir():
        problems.append(Problem(sampling, "", f"the folder {folder.name} is missing."))
        return {}
    found: dict[str, Path] = {}
    for path in sorted(_visible(folder.iterdir())):
        if not path.is_file() or path.suffix.lower() not in _SUFFIXES:
            sentence = "left out; label images are .tif or .tiff files."
            problems.append(Problem(where, path.name, sentence))
        elif path.stem in found:
            sentence = f"left out; {found[path.stem].name} has the same name."
            problems.append(Problem(where, path.name, sentence))
        else:
            found[path.stem] = path
    return found


def _without_partner(
    sampling: str, truths: dict[str, Path], predictions: dict[str, Path]
) -> list[Problem]:
    problems = [
        Problem(sampling, path.name, "not scored; the ground truth has no prediction.")
        for stem, path in truths.items()
        if stem not in predictions
    ]
    problems += [
        Problem(sampling, path.name, "not scored; the prediction has no ground truth.")
        for stem, path in predictions.items()
        if stem not in truths
    ]
    return problems


def _visible(paths: Iterable[Path]) -> list[Path]:
    return [path for path in paths if not path.name.startswith(".")]
