"""Letters for the axes of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

UNNAMED = "Q"
_FREE_LETTERS = "ZTC"
_NAMELESS = (UNNAMED, "I")
"""How tifffile calls axes and sequences of pages without a meaning."""


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
