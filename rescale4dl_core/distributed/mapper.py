"""How many items are worked through: a `Mapper`, and workers kept busy in order.

Whoever computes something asks for a `Mapper`; processes and clusters give one.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from rescale4dl_core.errors import WorkerError
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


Item = TypeVar("Item")
ItemIn = TypeVar("ItemIn", contravariant=True)
Result = TypeVar("Result")
ResultOut = TypeVar("ResultOut", covariant=True)


class Work(Protocol[ItemIn, ResultOut]):
    """What is done with one item.

    To be sent to other processes it has to be a function of an importable module (or a
    `functools.partial` of one), and items and results have to be picklable. A process may
    die and its item be done again elsewhere, so doing an item twice has to be harmless.
    """

    def __call__(self, item: ItemIn, /, *, progress: Progress) -> ResultOut:
        """Return the result of one item; what `progress` raises stops the work."""
        ...


class Mapper(Protocol):
    """Works through items and gives the results in the order of the items."""

    def map(
        self,
        work: Work[Item, Result],
        items: Sequence[Item],
        progress: Progress = silent,
        /,
    ) -> Iterator[Result]:
        """Yield `work` of each item.

        Whatever `progress` or `work` raises ends the iteration, with nothing left running.
        """
        ...


@dataclass(frozen=True, slots=True)
class SerialMapper:
    """One item after the other, in this process."""

    def map(
        self,
        work: Work[Item, Result],
        items: Sequence[Item],
        progress: Progress = silent,
        /,
    ) -> Iterator[Result]:
        """Yield `work` of each item; it reports its own progress."""
        n_items = len(items)
        for n_done, item in enumerate(items):

            def within(fraction: float, message: str, /, n_done: int = n_done) -> None:
                progress((n_done + fraction) / n_items, message)

            within(0.0, f"{n_done} of {n_items} done")
            yield work(item, progress=within)
        progress(1.0, f"{n_items} of {n_items} done")


ONE_BY_ONE = SerialMapper()
POLL_S = 0.1
"""So often progress is reported, and can be answered by stopping."""

QUIET_S = 5.0
"""When nothing has been finished for so long, the workers are looked after."""

MOST_DEATHS = 3
"""So many times in a row workers may die without a single item being finished."""


class Workers(Protocol):
    """Where items are worked on at the same time."""

    @property
    def n_ahead(self) -> int:
        """How many items are handed over before the first result is back."""
        ...

    def submit(self, work: Work[Item, Result], item: Item, /) -> Future[Result]:
        """Start one item; the future raises `BrokenExecutor` where workers have died."""
        ...

    def revive(self) -> None:
        """Start again after workers have died."""
        ...

    def look_after(self, progress: Progress, /) -> None:
        """Raise `WorkerError` where no worker is left that could finish anything."""
        ...


def in_order(
    workers: Workers,
    work: Work[Item, Result],
    items: Sequence[Item],
    progress: Progress,
    *,
    n_done: int = 0,
) -> Iterator[Result]:
    """Yield `work` of each item in the order of `items`, computed by `workers`.

    The first `n_done` are done already. Items whose worker died are handed out again.

    Raises
    ------
    WorkerError
        If workers keep dying over the same items.
    """
    waiting = deque(range(n_done, len(items)))
    running: dict[Future[Result], int] = {}
    finished: dict[int, Result] = {}
    n_deaths = 0
    last_s = time.monotonic()
    try:
        for n_yielded in range(n_done, len(items)):
            while n_yielded not in finished:
                progress(
                    (n_yielded + len(finished)) / len(items),
                    f"{n_yielded + len(finished)} of {len(items)} done",
                )
                try:
                    while waiting and len(running) < workers.n_ahead:
                        # Taken off the list only then: it fails where workers have died.
                        running[workers.submit(work, items[waiting[0]])] = waiting[0]
                        waiting.popleft()
                    for future in wait(running, POLL_S, FIRST_COMPLETED).done:
                        finished[running[future]] = future.result()
                        del running[future]
                        n_deaths, last_s = 0, time.monotonic()
                    if time.monotonic() - last_s > QUIET_S:
                        workers.look_after(progress)
                        last_s = time.monotonic()
                except BrokenExecutor as error:
                    n_deaths += 1
                    if n_deaths > MOST_DEATHS:
                        raise _gave_up(items, sorted(running.values())) from error
                    # The oldest first again: results come in the order of the items.
                    waiting.extendleft(sorted(running.values(), reverse=True))
                    running.clear()
                    workers.revive()
            yield finished.pop(n_yielded)
    finally:
        for future in running:
            future.cancel()
    progress(1.0, f"{len(items)} of {len(items)} done")


def _gave_up(items: Sequence[object], positions: Sequence[int]) -> WorkerError:
    at_work = ", ".join(str(items[position]) for position in positions[:4])
    return WorkerError(
        f"Worker processes died {MOST_DEATHS + 1} times in a row, most likely because "
        f"memory ran out; at work were {at_work}. Use fewer of them (--workers 1) or a "
        "machine with more memory, and start again: what is finished is kept."
    )
