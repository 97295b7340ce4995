"""One plane out of a TIFF series, without decoding its other pages."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.reading.embedded_size import HEADER_BYTES, require_stated_size

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from tifffile import TiffFile, TiffFrame, TiffPage, TiffPageSeries

_STREAMS_WITH_A_SIZE = {6, 7, 33003, 33005, 34712, 34892}
"""Compression tags of JPEG and JPEG 2000."""


def decode_plane(
    tiff: TiffFile, series: TiffPageSeries, path: Path, index: tuple[int | slice, ...]
) -> NDArray[Any]:
    """Return `series[index]`, where `index` has one entry per axis of the series.

    Raises
    ------
    ReadingError
        If the page is stored in another file or the file ends before its data.
    """
    if series.dataoffset is not None and series.keyframe.is_memmappable:
        dtype = np.dtype(series.dtype).newbyteorder(tiff.byteorder)
        end = series.dataoffset + math.prod(series.shape) * dtype.itemsize
        if end > path.stat().st_size:
            raise _cut_short(path)
        mapped = np.memmap(path, dtype, "r", series.dataoffset, series.shape)
        return np.array(mapped[index], series.dtype)
    n_leading = _axes_over_pages(series)
    leading = tuple(int(i) for i in index[:n_leading] if not isinstance(i, slice))
    page_index = int(np.ravel_multi_index(leading, series.shape[:n_leading]))
    page = series.pages[page_index]
    if page is None:
        raise ReadingError(
            f"{path.name}: this plane is stored in another file of the set. Open that "
            "file, or save the set as one file."
        )
    _require_all_bytes(page, path)
    _require_stated_sizes(tiff, page, path)
    pixels: NDArray[Any] = page.asarray().reshape(series.shape[n_leading:])
    return pixels[index[n_leading:]]


def page_bytes(series: TiffPageSeries) -> int:
    """Return how many bytes one decoded page takes."""
    n_leading = _axes_over_pages(series)
    return math.prod(series.shape[n_leading:]) * np.dtype(series.dtype).itemsize


def _axes_over_pages(series: TiffPageSeries) -> int:
    """Return how many leading axes of the series run over pages."""
    n_pages, n_leading = 1, 0
    while n_pages < len(series.pages):
        n_pages *= series.shape[n_leading]
        n_leading += 1
    return n_leading


def _require_all_bytes(page: TiffPage | TiffFrame, path: Path) -> None:
    """Raise `ReadingError` where the file is shorter than the page says."""
    size = path.stat().st_size
    if any(
        offset + count > size
        for offset, count in zip(page.dataoffsets, page.databytecounts, strict=False)
    ):
        raise _cut_short(path)


def _require_stated_sizes(tiff: TiffFile, page: TiffPage | TiffFrame, path: Path) -> None:
    """Raise `ReadingError` where a JPEG inside states more pixels than its tile has."""
    if page.compression not in _STREAMS_WITH_A_SIZE:
        return
    segment_px = math.prod(page.chunks)
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=False):
        tiff.filehandle.seek(offset)
        start = tiff.filehandle.read(min(count, HEADER_BYTES))
        require_stated_size(path.name, start, segment_px)


def _cut_short(path: Path) -> ReadingError:
    return ReadingError(
        f"{path.name}: the file ends before its last pixels; it was cut short. Copy or "
        "export it again."
    )
