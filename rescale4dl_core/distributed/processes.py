"""Several processes on this machine.

They import this package afresh (spawn), so they share no state with the app's threads.
Only this module and the ones that define the work are imported, never a script that is not
guarded by `if __name__ == "__main__"`.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from rescale4dl_core.distributed.mapper import ONE_BY_ONE, in_order
from rescale4dl_core.errors import CancelledError
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self

    from rescale4dl_core.distributed.mapper import Work

Item = TypeVar("Item")
Result = TypeVar("Result")


def n_cores() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        # Containers and batch systems allow fewer cores than the machine has.
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class LocalMapper:
    """As many processes on this machine as there are cores, or as asked for.

    Work in progress is stopped within a moment where the caller stops; where the caller's
    process is killed, its workers end too.
    """

    n_workers: int = field(default_factory=n_cores)
    patience_s: float = 0.0
    """So long the work goes on in this process, as starting others takes seconds too."""

    def map(
        self,
        work: Work[Item, Result],
        items: Sequence[Item],
        progress: Progress = silent,
        /,
    ) -> Iterator[Result]:
        """Yield `work` of each item; a single item or worker needs no other process."""
        n_workers = min(self.n_workers, len(items))
        n_done = 0
        if n_workers <= 1 or self.patience_s > 0:
            enough_s = time.monotonic() + self.patience_s
            for result in ONE_BY_ONE.map(work, items, progress):
                n_done += 1
                yield result
                if n_workers > 1 and time.monotonic() > enough_s:
                    break
        if n_done < len(items):
            with _Processes(n_workers) as processes:
                yield from in_order(processes, work, items, progress, n_done=n_done)


class _Processes:
    """A pool of processes that stop working where the pool is left."""

    def __init__(self, n_workers: int) -> None:
        self._n_workers = n_workers
        # Processes see whether it is still there, and so whether they are still wanted.
        self._wanted = tempfile.TemporaryDirectory(prefix="rescale4dl-")
        self._pool = self._new_pool()

    @property
    def n_ahead(self) -> int:
        # One in work and one in wait for each, so that nobody idles.
        return 2 * self._n_workers

    def submit(self, work: Work[Item, Result], item: Item, /) -> Future[Result]:
        return self._pool.submit(_do, work, item, Path(self._wanted.name))

    def revive(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._pool = self._new_pool()

    def look_after(self, progress: Progress, /) -> None:
        """Leave it to the pool, whose futures break when a process dies."""

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._n_workers, mp_context=get_context("spawn"), initializer=_obey_parent
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # First, as the shutdown waits for work that ends once the folder is gone.
        self._wanted.cleanup()
        self._pool.shutdown(cancel_futures=True)


def _do(work: Work[Any, Result], item: Any, wanted: Path) -> Result:
    """Do one item, as long as the folder `wanted` exists."""

    def stop_when_unwanted(fraction: float, message: str, /) -> None:
        if not wanted.exists():
            raise CancelledError("Stopped; nothing half-done was kept.")

    return work(item, progress=stop_when_unwanted)


def _obey_parent() -> None:
    """Let this process end when its parent does, even where that was killed.

    Ctrl-C reaches all processes of a terminal; the parent alone decides what it means.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        # sys.exit would end this thread only.
        os._exit(1)

    Thread(target=watch, daemon=True).start()
