"""How a long computation tells its caller how far it is, and is stopped.

The core never draws a progress bar. A function that may take seconds accepts a `Progress`
and calls it now and then; the caller stops the work by raising `CancelledError` there.
"""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """A callback that receives how much is done and may raise `CancelledError`."""

    def __call__(self, fraction: float, message: str, /) -> None:
        """Take note that `fraction` (0 to 1) is done; `message` says of what."""
        ...


def silent(fraction: float, message: str, /) -> None:
    """Ignore the progress: the default where nobody is watching."""
