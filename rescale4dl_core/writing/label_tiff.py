"""Label images as TIFF."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.writing.image_tiff import write_image_tiff

if TYPE_CHECKING:
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.quantities import PixelSize


def write_labels_tiff(
    path: Path,
    labels: Labels,
    pixel_size: PixelSize | None,
    *,
    overwrite: bool = False,
) -> None:
    """Write labels as 16-bit TIFF where they fit, else as 32-bit OME-TIFF.

    The values stay as they are; `write_image_tiff` gives parameters and errors.
    """
    largest = int(labels.pixels.max())
    dtype = np.uint16 if largest <= np.iinfo(np.uint16).max else np.int32
    write_image_tiff(path, labels.pixels.astype(dtype), pixel_size, overwrite=overwrite)


def labels_tiff_bytes(labels: Labels, pixel_size: PixelSize | None) -> bytes:
    """Return the file that `write_labels_tiff` writes, to be downloaded."""
    with tempfile.TemporaryDirectory(prefix="rescale4dl-") as folder:
        path = Path(folder) / "labels.tif"
        write_labels_tiff(path, labels, pixel_size)
        return path.read_bytes()
