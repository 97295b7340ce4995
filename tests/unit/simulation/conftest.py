"""Samples with known photons, and the way back from counts to photoelectrons."""

import numpy as np
import pytest

from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.quantities import PixelSize


@pytest.fixture(scope="session")
def image_of():
    """Return a function that makes an image of 0.1 µm pixels."""

    def make(pixels, pixel_um=0.1):
        known = KnownPixelSize(PixelSize.square(pixel_um), "t")
        return Image.parse(np.asarray(pixels), name="x.tif", known=known)

    return make


@pytest.fixture(scope="session")
def electrons_of():
    """Return a function that turns counts into photoelectrons."""

    def turn(seen):
        counts = seen.image.pixels.astype(float)
        return (counts - seen.offset_counts) * seen.e_per_count

    return turn


@pytest.fixture(scope="session")
def counted():
    """Return an evenly lit field: Poisson numbers of mean 500."""
    return np.random.default_rng(3).poisson(500, (800, 800)).astype(float)
