"""Small data sets on disk: smooth pictures of disks with their labels, pixel size known."""

from pathlib import Path

import numpy as np
import pytest

from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.writing.image_tiff import write_image_tiff, write_labels_tiff
from tests.conftest import disk_labels

PIXEL_SIZE = PixelSize(0.2, 0.1)


@pytest.fixture
def make_dataset(tmp_path):
    """Return a function that writes a data set, each image different from the others."""

    def make(name="nuclei", stems=("a", "b"), shape=(48, 40), labels="Labels") -> Path:
        folder = tmp_path / name
        for number, stem in enumerate(stems):
            truth = disk_labels(shape, (12 + number % 5, 14, 8), (34, 26, 9))
            pixels = (truth.pixels > 0) * 900 + np.arange(shape[1]) * 7 + 3 * number
            image = folder / "Images" / f"{stem}.tif"
            write_image_tiff(image, pixels.astype(np.uint16), PIXEL_SIZE)
            if labels:
                write_labels_tiff(folder / labels / f"{stem}.tif", truth, PIXEL_SIZE)
        return folder

    return make


@pytest.fixture
def contents():
    """Return a function that gives every file below a folder with its bytes."""

    def read(folder: Path) -> dict[str, bytes]:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    return read
