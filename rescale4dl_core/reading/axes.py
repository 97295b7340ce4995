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
