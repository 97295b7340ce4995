"""Data sets on disk with known answers."""

import numpy as np
import pytest
import tifffile


@pytest.fixture
def write_dataset(tmp_path):
    """Write `{"OG/GT/1.tif": array}` below a fresh folder and return it."""

    def write(maps, name="dataset"):
        folder = tmp_path / name
        for place, pixels in maps.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            tifffile.imwrite(path, np.asarray(pixels))
        return folder

    return write


@pytest.fixture
def squares():
    """Sixteen squares of 8 x 8 px, 24 px apart, none at the border; 16-bit labels."""
    pixels = np.zeros((136, 136), np.uint16)
    for number in range(16):
        row, column = np.array(divmod(number, 4)) * 32 + 16
        pixels[row : row + 8, column : column + 8] = number + 1
    return pixels
