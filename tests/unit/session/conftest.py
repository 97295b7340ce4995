"""Entries of a session built in memory."""

import numpy as np
import pytest

from rescale4dl_core.images import Image, ImageInfo, KnownPixelSize, Sample
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.session.model import Entry


@pytest.fixture
def entry_of():
    """Return a builder of entries; the labels, where given, also shape the image."""

    def build(name, labels=None, side_um=None, shape=(128, 128), **more) -> Entry:
        size = None if side_um is None else PixelSize.square(side_um)
        known = KnownPixelSize(size, "test" if size else "unknown")
        pixels = np.full(shape, 10.0) if labels is None else (labels.pixels > 0) * 90.0 + 10
        pixels = pixels + np.random.default_rng(len(name)).normal(0, 1, pixels.shape)
        image = Image.parse(pixels, name=name, known=known)
        info = ImageInfo(name, "TIFF", "YX", image.shape, "float64", known, ("0",), ("0",))
        return Entry(Sample(image, info, more.pop("mask", None)), **more)

    return build
