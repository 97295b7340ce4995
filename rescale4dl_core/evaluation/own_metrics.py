"""Scores that the user defines: one function in a Python file or an installed package.

The function is called once per pair of label images (in a sweep on each grid),

    def score(gt, prediction):
        return {"my_score": 0.5}

with both images as read-only integer arrays of shape (rows, columns), and returns one
number per score. In `evaluate` the images are as stored in their files; in `sweep` they are
the true and the found objects, once on the grid of the sample and once on that of the
scale. The scores stand beside the built-in ones: in tables, plots and JSON. A package
offers a function under the entry point `rescale4dl.metrics`.
"""

from __future__ import annotations

import math
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rescale4dl_core.errors import MetricError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from rescale4dl_core.labels import Labels


ENTRY_POINT_GROUP = "rescale4dl.metrics"
FUNCTION = "score"
_FORM = f"def {FUNCTION}(gt, prediction): return {{'name': number}}"


class ScoreFunction(Protocol):
    """What a user writes."""

    def __call__(self, gt: NDArray[Any], prediction: NDArray[Any], /) -> dict[str, float]:
        """Return the scores of one pair of label images by name."""
        ...


@dataclass(frozen=True, slots=True)
class MetricSource:
    """Where a function is found; it can be sent to another process, a function cannot."""

    origin: str
    """Path of a Python file, or the name of an entry point."""

    is_file: bool = True

    @property
    def name(self) -> str:
        """What messages call it."""
        return Path(self.origin).name if self.is_file else self.origin

    def load(self) -> ScoreFunction:
        """Import the function.

        Raises
        ------
        MetricError
            If the file or entry point is missing, fails, or has no such function.
        """
        function = self._from_file() if self.is_file else self._from_entry_point()
        if not callable(function):
            raise MetricError(
                f"{self.name} has no function called {FUNCTION}. Write {_FORM}."
            )
        loaded: ScoreFunction = function
        return loaded

    def _from_file(self) -> object:
        path = Path(self.origin)
        if not path.is_file():
            raise MetricError(
                f"The file {path} with your metric is not there. Check the path."
            )
        namespace: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
        try:
            text = path.read_text(encoding="utf-8")
            exec(compile(text, str(path), "exec", dont_inherit=True), namespace)
        except Exception as error:
            raise MetricError(f"{self.name} cannot be run: {_told(error, path)}") from error
        return namespace.get(FUNCTION)

    def _from_entry_point(self) -> object:
        from importlib.metadata import entry_points

        try:
            (found,) = entry_points(group=ENTRY_POINT_GROUP, name=self.origin)
            return found.load()
        except Exception as error:
            raise MetricError(
                f"The metric {self.name} of {ENTRY_POINT_GROUP} cannot be loaded: "
                f"{_told(error, None)}"
            ) from error


def installed_metrics() -> tuple[MetricSource, ...]:
    """Return the functions that installed packages offer, by name."""
    from importlib.metadata import entry_points

    names = {found.name for found in entry_points(group=ENTRY_POINT_GROUP)}
    return tuple(MetricSource(name, is_file=False) for name in sorted(names))


def custom_scores(
    source: MetricSource,
    truth: Labels,
    prediction: Labels,
    *,
    taken: frozenset[str],
) -> dict[str, float]:
    """Return what the user's function says of one pair.

    Parameters
    ----------
    source : MetricSource
        Where the function is.
    truth, prediction : Labels
        Of the same shape.
    taken : frozenset of str
        Names of built-in numbers; a user's score needs another one.

    Raises
    ------
    MetricError
        If it fails, or returns something else than one number per name.
    """
    function = source.load()
    try:
        returned = function(truth.pixels, prediction.pixels)
    except Exception as error:
        path = Path(source.origin) if source.is_file else None
        raise MetricError(f"{source.name} failed: {_told(error, path)}") from error
    if not isinstance(returned, dict):
        raise MetricError(
            f"{source.name} returned {type(returned).__name__}, not one number per name. "
            f"Write {_FORM}."
        )
    return {
        _name(source, name, taken): _number(source, name, value)
        for name, value in returned.items()
    }


def all_custom_scores(
    sources: Iterable[MetricSource],
    truth: Labels,
    prediction: Labels,
    *,
    taken: frozenset[str],
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return what all functions of the user say of one pair, and what went wrong.

    A function that fails takes nothing from the others, nor from the built-in scores.

    Parameters
    ----------
    sources, truth, prediction, taken
        As for `custom_scores`.

    Returns
    -------
    (dict of str to float, tuple of str)
        Scores by name, and one sentence for each function that failed.
    """
    scores: dict[str, float] = {}
    problems: list[str] = []
    for source in sources:
        try:
            scores |= custom_scores(source, truth, prediction, taken=taken)
        except MetricError as error:
            problems.append(str(error))
    return scores, tuple(problems)


def _name(source: MetricSource, name: object, taken: frozenset[str]) -> str:
    if not isinstance(name, str) or not name.isidentifier():
        raise MetricError(
            f"{source.name} calls a score {name!r}; a name is letters, digits and _ such "
            "as my_score. Rename it."
        )
    if name in taken:
        raise MetricError(
            f"{source.name} calls a score {name}, as a built-in number is called. Rename "
            f"it, to my_{name} for instance."
        )
    return name


def _number(source: MetricSource, name: object, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise MetricError(
            f"{source.name} returned {value!r} for {name}, which is no number. Return a "
            "float."
        ) from None
    return number if math.isfinite(number) else float("nan")


def _told(error: Exception, path: Path | None) -> str:
    """Return what went wrong, with the line of the user's file where it is known."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if path is not None and frame.filename == str(path)
    ]
    if isinstance(error, SyntaxError) and error.lineno:
        lines = [error.lineno]
    place = f" (line {lines[-1]})" if lines else ""
    said = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())
    return f"{type(error).__name__}{': ' + said if said else ''}{place}. Correct it."
