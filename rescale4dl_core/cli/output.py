"""What a command hands back, and how it reaches the terminal."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one command."""

    fields: Mapping[str, Any]
    """What `--json` prints; names and units as in the documentation of the command."""

    lines: tuple[str, ...] = field(default=())
    """What a person reads."""


def show(answer: Answer, *, as_json: bool) -> None:
    """Print one JSON object, or the lines, on standard output."""
    if as_json:
        print(json.dumps(dict(answer.fields), allow_nan=False, ensure_ascii=False))
    else:
        print("\n".join(answer.lines))


def terminal_progress() -> Progress:
    """Return a progress line on standard error, or silence where nobody is watching."""
    if not sys.stderr.isatty():
        return silent

    def draw(fraction: float, message: str, /) -> None:
        end = "\n" if fraction >= 1 else ""
        print(f"\r{100 * fraction:3.0f} % {message:<60}", end=end, file=sys.stderr)

    return draw
