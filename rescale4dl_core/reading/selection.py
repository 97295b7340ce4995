"""Which plane of a file is meant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """Indices from 0 of the plane to read; None where the file leaves no choice."""

    channel: int | None = None
    plane: int | None = None
    time: int | None = None
    scene: int | None = None
