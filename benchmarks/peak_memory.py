"""The peak memory of a process and of those that it starts (Linux)."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LOOK_EVERY_S = 0.02


def peak_of_tree_mb(command: Sequence[str]) -> dict[str, float]:
    """Run `command` and return the peak of its memory, alone and with its children.

    Memory is what is resident and not shared with files, summed over processes, looked at
    fifty times a second.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    alone = together = 0.0
    while process.poll() is None:
        mine = _resident_mb(process.pid)
        alone = max(alone, mine)
        together = max(together, mine + sum(map(_resident_mb, _children(process.pid))))
        time.sleep(LOOK_EVERY_S)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return {"process": alone, "with its children": together}


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _text(task).split():
            yield int(child)
            yield from _children(int(child))


def _resident_mb(pid: int) -> float:
    for line in _text(Path(f"/proc/{pid}/status")).splitlines():
        if line.startswith("RssAnon:"):
            return float(line.split()[1]) / 1000
    return 0.0


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
