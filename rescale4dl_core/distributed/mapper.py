"""How many items are worked through; whoever computes something asks for a `Mapper`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

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
