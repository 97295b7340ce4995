"""Work on an image in bands of rows: bounded memory, all cores, progress, and a way out."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescale4dl_core.progress import Progress

BAND_BYTES = 4_000_000
"""Size of the part of the image that one thread works on: about a core's cache."""


def for_each_band(
    n_rows: int,
    bytes_per_row: int,
    work: Callable[[slice], None],
    *,
    progress: Progress,
    message: str,
) -> None:
    """Call `work` with slices that cover rows 0 to `n_rows`, in threads.

    Parameters
    ----------
    n_rows : int
        Rows of the result.
    bytes_per_row : int
        Memory that one such row needs of the source; it sets the height of a band.
    work : callable
        Computes the rows of one slice. It must release the interpreter lock to gain from
        threads, as numpy and compiled code do.
    progress : Progress
        Called in the caller's thread after every band; what it raises stops the work.
    message : str
        What is being done.
    """
    rows_per_band = max(1, BAND_BYTES // bytes_per_row)
    bands = [
        slice(start, min(start + rows_per_band, n_rows))
        for start in range(0, n_rows, rows_per_band)
    ]
    progress(0.0, message)
    if len(bands) == 1:
        work(bands[0])
        progress(1.0, message)
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = [pool.submit(work, band) for band in bands]
        try:
            for n_done, result in enumerate(results, start=1):
                result.result()
                progress(n_done / len(bands), message)
        finally:
            for result in results:
                result.cancel()
