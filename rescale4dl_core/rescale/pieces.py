"""Work on an image piece by piece: bounded memory, all cores, progress, and a way out."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rescale4dl_core.progress import Progress

Piece = TypeVar("Piece")

BAND_BYTES = 4_000_000
"""Size of the part of the image that one thread works on: about a core's cache."""


def row_bands(n_rows: int, bytes_per_row: int) -> list[slice]:
    """Cut rows 0 to `n_rows` into bands of about `BAND_BYTES`.

    Parameters
    ----------
    n_rows : int
        Rows of the result.
    bytes_per_row : int
        Memory that one such row needs of the source; it sets the height of a band.
    """
    height = max(1, BAND_BYTES // bytes_per_row)
    return [slice(start, min(start + height, n_rows)) for start in range(0, n_rows, height)]


def for_each(
    pieces: Sequence[Piece],
    work: Callable[[Piece], None],
    *,
    progress: Progress,
    message: str,
) -> None:
    """Call `work` with every piece, in threads, and return when all is done.

    Parameters
    ----------
    pieces : sequence
        At least one.
    work : callable
        Computes one piece. It must release the interpreter lock to gain from threads, as
        numpy and compiled code do.
    progress : Progress
        Called in the caller's thread after every piece; what it raises stops the work.
    message : str
        What is being done.
    """
    progress(0.0, message)
    if len(pieces) == 1:
        work(pieces[0])
        progress(1.0, message)
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = [pool.submit(work, piece) for piece in pieces]
        try:
            for n_done, result in enumerate(results, start=1):
                result.result()
                progress(n_done / len(pieces), message)
        finally:
            for result in results:
                result.cancel()
