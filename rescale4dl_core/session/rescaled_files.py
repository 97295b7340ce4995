"""A sample at other pixel sizes as one zip of TIFF files, in the folders of a dataset."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.rescaling.series import rescale_sample
from rescale4dl_core.writing.image_tiff import write_image_tiff, write_labels_tiff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.images import Sample
    from rescale4dl_core.quantities import RescaleFactor


def rescaled_zip(
    sample: Sample, factors: Sequence[RescaleFactor], *, progress: Progress = silent
) -> bytes:
    """Return `<sampling>/{Images,GT}/<name>.tif` for each factor, zipped.

    Parameters
    ----------
    sample : Sample
        Image and, where there are any, labels.
    factors : sequence of RescaleFactor
        New / old pixel sizes.
    progress : Progress
        Called often; what it raises stops the work.

    Raises
    ------
    QuantityError
        If the image is too small for a single new pixel.
    TooLargeError
        If a rescaled image would be larger than 2 GB.
    """
    stem = Path(sample.image.name).stem or "image"
    buffer = io.BytesIO()
    with (
        tempfile.TemporaryDirectory(prefix="rescale4dl-") as folder,
        # The TIFF files are packed already.
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive,
    ):
        for index, factor in enumerate(factors):

            def report(fraction: float, message: str, /, index: int = index) -> None:
                progress((index + fraction) / len(factors), message)

            rescaled = rescale_sample(sample, factor, progress=report)
            size = rescaled.image.pixel_size
            path = Path(folder) / "one.tif"
            write_image_tiff(path, rescaled.image.pixels, size, overwrite=True)
            archive.write(path, f"{factor.folder_name}/Images/{stem}.tif")
            if rescaled.labels is not None:
                write_labels_tiff(path, rescaled.labels, size, overwrite=True)
                archive.write(path, f"{factor.folder_name}/GT/{stem}.tif")
    return buffer.getvalue()
