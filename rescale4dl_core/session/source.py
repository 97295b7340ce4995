"""Where the sizes of the objects come from."""

from __future__ import annotations

from enum import StrEnum


class ObjectSource(StrEnum):
    """The three ways to tell the app where the objects are."""

    MASK = "mask file"
    SEGMENTED = "threshold and watershed"
    DRAWN = "diameters drawn by hand"
