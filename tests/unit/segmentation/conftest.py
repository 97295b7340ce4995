"""Images with objects at known places."""

import numpy as np
import pytest

from rescale4dl_core.images import Image, KnownPixelSize


@pytest.fixture
def image_of():
    """Wrap an array as an image."""

    def build(pixels, name="test.tif"):
        return Image.parse(
            np.asarray(pixels), name=name, known=KnownPixelSize(None, "none")
        )

    return build


@pytest.fixture
def capsules():
    """Draw capsules of a width: (row, column) of one end and of the other, True inside."""

    def draw(shape, width_px, *ends):
        rows, columns = np.mgrid[: shape[0], : shape[1]]
        mask = np.zeros(shape, bool)
        for (row, column), (other_row, other_column) in ends:
            line = np.array([other_row - row, other_column - column], float)
            length2 = max(line @ line, 1e-9)
            down, right = rows - row, columns - column
            share = np.clip((down * line[0] + right * line[1]) / length2, 0, 1)
            mask |= (
                np.hypot(down - share * line[0], right - share * line[1]) <= width_px / 2
            )
        return mask

    return draw
