"""A Dask cluster: a scheduler and workers on any number of machines that share a disk."""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from rescale4dl_core.distributed.mapper import POLL_S, in_order
from rescale4dl_core.errors import MissingDependencyError, RescaleError, WorkerError
from rescale4dl_core.progress import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rescale4dl_core.distributed.mapper import Work

Item = TypeVar("Item")
Result = TypeVar("Result")

CONNECT_S = 10.0
"""A scheduler that has not answered by then is not there."""

WORKERS_S = 60.0
"""A cluster without a single worker by then will not get one."""

RETRIES = 2
"""An item that fails by no fault of the input is tried so many times again."""

N_AHEAD = 256
"""Enough to keep a cluster busy, few enough to keep little of the results waiting."""

_LOGGERS = ("distributed.client", "distributed.core", "tornado.application")

_ENVIRONMENTS = "different environments"
"""What Dask says where scheduler and client do not have the same packages."""


@dataclass(frozen=True, slots=True)
class DaskMapper:
    """The workers of a Dask scheduler that is already running.

    Items are sent as they are, so files have to be reachable under the same path from all
    machines. A task whose worker is lost is given to another one. Dask trusts whoever can
    connect: its ports belong on 127.0.0.1 or in a closed network.
    """

    address: str
    """As the scheduler prints it: tcp://host:port."""

    def map(
        self,
        work: Work[Item, Result],
        items: Sequence[Item],
        progress: Progress = silent,
        /,
    ) -> Iterator[Result]:
        """Yield `work` of each item.

        Raises
        ------
        MissingDependencyError
            If the package distributed is missing.
        WorkerError
            If no scheduler answers, it has no workers, they cannot import this package, or
            they die over the same item again and again.
        """
        with _connected(self.address) as cluster:
            cluster.look_after(progress)
            yield from in_order(cluster, work, items, progress)


@dataclass(frozen=True, slots=True)
class _Cluster:
    """A connection to a scheduler, and what it was asked to do."""

    address: str
    client: Any
    tasks: dict[Future[Any], Any] = field(default_factory=dict)
    """The scheduler's task behind each future that nobody has asked for yet."""

    n_ahead: int = N_AHEAD

    def submit(self, work: Work[Item, Result], item: Item, /) -> Future[Result]:
        future: Future[Result] = Future()
        # pure: Dask would take equal calls for one, but work writes files.
        task = self.client.submit(work, item, progress=silent, pure=False, retries=RETRIES)
        self.tasks[future] = task
        task.add_done_callback(lambda task: self._hand_over(task, future))
        return future

    def _hand_over(self, task: Any, future: Future[Any]) -> None:
        """Pass on the outcome, also where the way to it fails, so that nobody waits."""
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(task.result())
        except BaseException as error:  # noqa: BLE001 raised where the result is asked for
            future.set_exception(error)
        self.tasks.pop(future, None)

    def cancel(self) -> None:
        """Take back what is not done yet; what runs on a worker ends there unheeded."""
        self.client.cancel(list(self.tasks.values()))

    def revive(self) -> None:
        """Leave it to the scheduler, which gives the tasks of lost workers to others."""

    def look_after(self, progress: Progress, /) -> None:
        """Wait until there is a worker, for the first time or again."""
        deadline = time.monotonic() + WORKERS_S
        while not self._n_threads():
            progress(0.0, f"waiting for a worker of {self.address}")
            if time.monotonic() > deadline:
                raise WorkerError(
                    f"The scheduler at {self.address} has no workers. Start some, each "
                    f"with `dask worker {self.address}`, and try again."
                )
            threading.Event().wait(POLL_S)

    def _n_threads(self) -> int:
        try:
            return sum(self.client.ncores().values())
        except OSError as error:
            raise _lost(self.address) from error


@contextmanager
def _connected(address: str) -> Iterator[_Cluster]:
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingDependencyError(
            "distributed",
            needed_for=f"Working on the cluster {address}",
            install="rescale4dl-advisor[cluster]",
        ) from error
    _require_listener(address)
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _nobody(address, error) from error
    with _quiet_logs(), client, _failures_explained(address):
        cluster = _Cluster(address, client)
        try:
            yield cluster
        finally:
            cluster.cancel()


@contextmanager
def _failures_explained(address: str) -> Iterator[None]:
    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    try:
        yield
    except RescaleError:
        raise
    except KilledWorker as error:
        raise WorkerError(
            f"{error.task} was tried on several workers and each of them died, most likely "
            "because memory ran out. Give the workers more memory (dask worker "
            "--memory-limit) and start again: what is finished is kept."
        ) from error
    except (CancelledError, CommClosedError) as error:
        raise _lost(address) from error
    except (ImportError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and _ENVIRONMENTS not in str(error):
            raise
        raise WorkerError(
            f"The scheduler or a worker of {address} cannot import what it is asked to do "
            f"({_reason(error)}). Install the same version of rescale4dl-advisor on all "
            "machines of the cluster."
        ) from error


def _require_listener(address: str) -> None:
    """Raise `WorkerError` unless something listens there: Dask would try for long."""
    found = re.fullmatch(r"(?:tcp|tls)://\[?([^/\]]+)\]?:(\d{1,5})", address)
    if found is None:
        raise WorkerError(
            f"{address!r} is not the address of a scheduler. Give what `dask scheduler` "
            "prints when it starts, tcp://host:port."
        )
    try:
        socket.create_connection((found[1], int(found[2])), CONNECT_S).close()
    except (OSError, OverflowError) as error:
        raise _nobody(address, error) from error


@contextmanager
def _quiet_logs() -> Iterator[None]:
    """Keep what Dask logs of lost workers off the terminal; what matters is raised."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _nobody(address: str, error: Exception) -> WorkerError:
    return WorkerError(
        f"No Dask scheduler answers at {address} ({_reason(error)}). Start one with "
        "`dask scheduler`, and give the address that it prints, tcp://host:port."
    )


def _lost(address: str) -> WorkerError:
    return WorkerError(
        f"The connection to the scheduler at {address} was lost. Start again once it is "
        "back: what is finished is kept."
    )


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
