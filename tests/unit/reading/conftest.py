"""Images with known pixels, and files of every format made by other libraries."""

from pathlib import Path

import numpy as np
import pytest

RAMP = np.arange(2 * 3 * 4 * 20 * 30, dtype=np.uint16).reshape(2, 3, 4, 20, 30)
"""Axes T, Z, C, Y, X; every pixel has its own value."""


@pytest.fixture
def ramp() -> np.ndarray:
    """Five axes (T, Z, C, Y, X), 20 x 30 px, every pixel its own value."""
    return RAMP


@pytest.fixture
def plane(ramp) -> np.ndarray:
    """One 16-bit plane of 20 x 30 px."""
    return ramp[0, 0, 0]


@pytest.fixture
def one_of_each(tmp_path, plane) -> dict[str, Path]:
    """One small readable file of each format that can be written here."""
    import tifffile
    import zarr
    from PIL import Image

    grey = (plane % 251).astype(np.uint8)
    files = {name: tmp_path / name for name in ("a.tif", "b.tif", "c.png", "d.jpg")}
    tifffile.imwrite(files["a.tif"], plane)
    tifffile.imwrite(files["b.tif"], plane, compression="zlib", tile=(16, 16))
    Image.fromarray(grey).save(files["c.png"])
    Image.fromarray(grey).save(files["d.jpg"])
    files["e.zarr"] = tmp_path / "e.zarr"
    zarr.create_array(files["e.zarr"], data=plane, chunks=(10, 10))
    return files
