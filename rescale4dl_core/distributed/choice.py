"""Which mapper a number of workers or the address of a scheduler asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.distributed.cluster import DaskMapper
from rescale4dl_core.distributed.processes import LocalMapper
from rescale4dl_core.errors import WorkerError

if TYPE_CHECKING:
    from rescale4dl_core.distributed.mapper import Mapper

PATIENCE_S = 2.0
"""Work that is done within this time is not worth starting other processes."""


def mapper_for(n_workers: int | None = None, scheduler: str | None = None) -> Mapper:
    """Return the mapper for what a user asked for.

    Parameters
    ----------
    n_workers : int, optional
        Processes on this machine. Where nothing is given, as many as cores, started
        once the work has taken `PATIENCE_S`.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers are used instead.

    Raises
    ------
    WorkerError
        If both are given, or the number is below 1.

    Examples
    --------
    >>> mapper_for(2)
    LocalMapper(n_workers=2, patience_s=0.0)
    >>> mapper_for(scheduler="tcp://127.0.0.1:8786")
    DaskMapper(address='tcp://127.0.0.1:8786')
    """
    if scheduler is not None and n_workers is not None:
        raise WorkerError(
            f"{n_workers} worker(s) of this machine and the scheduler {scheduler} were "
            "asked for; the scheduler has workers of its own. Give one of the two."
        )
    if n_workers is not None and n_workers < 1:
        raise WorkerError(
            f"{n_workers} workers were asked for; there has to be one at least. Leave the "
            "number out for one on each core."
        )
    if scheduler is not None:
        return DaskMapper(scheduler)
    if n_workers is None:
        return LocalMapper(patience_s=PATIENCE_S)
    return LocalMapper(n_workers)
