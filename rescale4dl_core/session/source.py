"""Where the sizes of the objects come from."""

from __future__ import annotations

from enum import StrEnum


class ObjectSource(StrEnum):
    """The ways to tell the app where the objects are."""

    MASK = "mask file"
    NETWORK = "network"
    SEGMENTED = "threshold and watershed"
    DRAWN = "diameters drawn by hand"
