"""What the user has decided about the network."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NetworkChoices:
    """Choices of the networks page; the defaults are what it starts with."""

    name: str | None = None
    """Of a shipped network; None: the one that suits the objects best."""

    provider: str = "auto"
    """ "auto", "cpu" or "cuda"."""

    advises: bool = True
    """Whether the recommendation goes by a network that was chosen or swept."""
