"""Data sets on disk with known answers."""

import numpy as np
import pytest
import tifffile


@pytest.fixture(scope="session")
def write_maps():
    """Write `{"OG/GT/1.tif": array}` below a folder and return it."""

    def write(folder, maps):
        for place, pixels in maps.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            tifffile.imwrite(path, np.asarray(pixels))
        return folder

    return write


@pytest.fixture
def write_dataset(tmp_path, write_maps):
    """Write maps below a fresh folder of the test and return it."""

    def write(maps, name="dataset"):
        return write_maps(tmp_path / name, maps)

    return write


@pytest.fixture(scope="session")
def squares():
    """Sixteen squares of 8 x 8 px, 24 px apart, none at the border; 16-bit labels."""
    pixels = np.zeros((136, 136), np.uint16)
    for number in range(16):
        row, column = np.array(divmod(number, 4)) * 32 + 16
        pixels[row : row + 8, column : column + 8] = number + 1
    pixels.setflags(write=False)
    return pixels
