"""What every format offers once its header is read: its axes, and which plane to take.

A reader names axes and channels, and returns an `OpenedImage`; a person says with a
`Selection` which of its planes is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rescale4dl_core.errors import SelectionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.images import ImageInfo


IN_PLANE = "YXS"
"""Axes that belong to one plane: rows, columns, RGB samples."""

SPECTRAL = "λΛ"
"""Emission and excitation wavelength: chosen together with the channel."""

UNNAMED = "Q"
_FREE_LETTERS = "ZTC"
_NAMELESS = (UNNAMED, "I")
"""How tifffile calls axes and sequences of pages without a meaning."""

_MOST_NAMES_LISTED = 24
_AXIS_WORDS = {"Z": "plane", "T": "time", "M": "tile"}


@dataclass(frozen=True, slots=True)
class OpenedImage:
    """One scene of an open file: its header, and a way to decode one of its planes."""

    info: ImageInfo

    decode: Callable[[tuple[int, ...]], NDArray[Any]]
    """From one index per axis that is not Y, X or S, in the order of `info.axes`, to an
    array of shape (rows, columns) or (rows, columns, samples)."""

    decoded_bytes: int
    """Memory that decoding one plane takes, told by the header alone."""

    palette: NDArray[Any] | None = None
    """Colour table of shape (n, 3) where the pixels are indices into it."""


def named(axes: Sequence[str]) -> str:
    """Return one letter per axis, nameless ones taken for planes, times, then channels.

    Where not even rows and columns are named, they are the last two axes.

    >>> named("QYX"), named("QQYX"), named("QQ"), named("TQYX")
    ('ZYX', 'TZYX', 'YX', 'TZYX')
    """
    letters = list(axes)
    if "Y" not in letters and "X" not in letters and len(letters) >= 2:
        letters[-2:] = "YX"
    for position in reversed(range(len(letters))):
        if letters[position] in _NAMELESS:
            free = (letter for letter in _FREE_LETTERS if letter not in letters)
            letters[position] = next(free, UNNAMED)
    return "".join(letters)


def channel_names(found: Sequence[str], n_channels: int) -> tuple[str, ...]:
    """Return one name per channel, "channel 0" and so on where the file has none.

    >>> channel_names(["DAPI", ""], 2), channel_names(["DAPI"], 2)
    (('DAPI', 'channel 1'), ('channel 0', 'channel 1'))
    """
    names = found if len(found) == n_channels else [""] * n_channels
    return tuple(name or f"channel {index}" for index, name in enumerate(names))


@dataclass(frozen=True, slots=True)
class Selection:
    """Indices from 0 of the plane to read; None where the file leaves no choice."""

    channel: int | None = None
    plane: int | None = None
    time: int | None = None
    scene: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: its kind and the names of what there is, index by index."""

    kind: str
    """"channel", "plane", "time" or "scene", as in `Selection`."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        last = len(self.names) - 1
        if all(name.endswith(f" {index}") for index, name in enumerate(self.names)):
            return f"{self.kind} (0 to {last})"
        names = self.names[:_MOST_NAMES_LISTED]
        listed = ", ".join(f"{index} = {name}" for index, name in enumerate(names))
        if len(names) < len(self.names):
            listed += f", ... {last} = {self.names[-1]}"
        return f"{self.kind} ({listed})"


def choices_of(info: ImageInfo) -> tuple[Choice, ...]:
    """Return what has to be chosen before one plane of a file is read.

    Only what offers more than one possibility is listed, so a single plane gives an
    empty tuple. A spectral axis is chosen with the channel, any further axis (phase,
    illumination, view) with the plane.
    """
    kinds = ("channel", "plane", "time", "scene")
    choices = (Choice(kind, _names(info, kind)) for kind in kinds)
    return tuple(choice for choice in choices if len(choice.names) > 1)


def chosen_scene(scenes: Sequence[str], scene: int | None, *, name: str) -> int:
    """Return `scene` where the file has it, 0 where none is asked for.

    Raises
    ------
    SelectionError
        If the file has no scene of this index.
    """
    if scene is None:
        return 0
    if not 0 <= scene < len(scenes):
        raise SelectionError(_out_of_range(name, scene, Choice("scene", tuple(scenes))))
    return scene


def plane_index(info: ImageInfo, selection: Selection) -> tuple[int, ...]:
    """Return one index per axis of `info` that is not Y, X or S.

    Raises
    ------
    SelectionError
        If something has to be chosen and is not, or if the file does not have what was
        chosen.
    """
    wanted = {
        "channel": selection.channel,
        "plane": selection.plane,
        "time": selection.time,
        "scene": selection.scene,
    }
    missing = [choice for choice in choices_of(info) if wanted[choice.kind] is None]
    if missing:
        raise SelectionError(
            f"{info.name} holds more than one image. Choose "
            f"{' and '.join(map(str, missing))}."
        )
    for kind, index in wanted.items():
        choice = Choice(kind, _names(info, kind))
        if index is not None and not 0 <= index < len(choice.names):
            raise SelectionError(_out_of_range(info.name, index, choice))
    positions: dict[int, int] = {}
    for kind in ("channel", "plane", "time"):
        remaining = wanted[kind] or 0
        for position in reversed(_positions(info, kind)):
            remaining, positions[position] = divmod(remaining, info.shape[position])
    return tuple(positions[position] for position in sorted(positions))


def _kind_of(axis: str) -> str:
    if axis == "C" or axis in SPECTRAL:
        return "channel"
    return "time" if axis == "T" else "plane"


def _positions(info: ImageInfo, kind: str) -> list[int]:
    """Return the axes that a choice runs over, the slowest first, wavelengths last."""
    positions = [
        position
        for position, axis in enumerate(info.axes)
        if axis not in IN_PLANE and _kind_of(axis) == kind
    ]
    return sorted(positions, key=lambda position: info.axes[position] in SPECTRAL)


def _names(info: ImageInfo, kind: str) -> tuple[str, ...]:
    if kind == "scene":
        return info.scenes
    if kind == "channel" and not info.wavelengths:
        return info.channels
    if kind == "channel" and len(info.channels) == 1:
        return info.wavelengths
    if kind == "channel":
        return tuple(
            f"{name}, {wave}" for name in info.channels for wave in info.wavelengths
        )
    names = [""]
    for position in _positions(info, kind):
        word = _AXIS_WORDS.get(info.axes[position], info.axes[position])
        steps = range(info.shape[position])
        names = [f"{name}, {word} {step}" for name in names for step in steps]
    return tuple(name.removeprefix(", ") for name in names)


def _out_of_range(name: str, index: int, choice: Choice) -> str:
    if len(choice.names) == 1:
        return (
            f"{name} has one {choice.kind} only (index 0); {choice.kind} {index} was asked "
            "for. Leave the choice out."
        )
    return f"{name} has no {choice.kind} {index}. Choose {choice}."
