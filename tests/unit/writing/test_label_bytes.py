"""The label image that the app offers is the file that the command line writes."""

import io

import numpy as np
import tifffile

from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.writing.image_tiff import labels_tiff_bytes, write_labels_tiff


def test_downloaded_labels_are_those_on_the_screen(two_disks, tmp_path):
    size = PixelSize.square(0.25)
    content = labels_tiff_bytes(two_disks, size)
    np.testing.assert_array_equal(tifffile.imread(io.BytesIO(content)), two_disks.pixels)
    write_labels_tiff(tmp_path / "a.tif", two_disks, size)
    assert content == (tmp_path / "a.tif").read_bytes()
