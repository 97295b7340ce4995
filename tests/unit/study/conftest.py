"""A sample with known objects, and segmenters whose answers are known."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import ndimage

from rescale4dl_core.images import Image, ImageInfo, KnownPixelSize, Sample
from rescale4dl_core.inference.segment import Prediction
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.quantities import PixelSize

BRIGHT, DARK = 1000, 100


@dataclass(frozen=True)
class Named:
    """All that a sweep asks of a network besides running it."""

    name: str = "threshold"


def bright_objects(labels, *, um=0.1, name="cells.tif", with_mask=True):
    """Return a noiseless picture of `labels`, and the labels as its mask."""
    pixels = np.where(labels.pixels > 0, BRIGHT, DARK).astype(np.uint16)
    size = None if um is None else PixelSize.square(um)
    known = KnownPixelSize(size, "typed in")
    info = ImageInfo(name, "TIFF", "YX", labels.shape, "uint16", known, ("one",), ("one",))
    image = Image.parse(pixels, name=name, known=known)
    return Sample(image, info, labels if with_mask else None)


def by_threshold(image, network, *, progress):
    """Find what is brighter than half-way; exact where no pixel is mixed."""
    progress(0.5, "thresholding")
    found, _ = ndimage.label(image.pixels > (BRIGHT + DARK) / 2)
    return answer(found, network)


def finding_nothing(image, network, *, progress):
    return answer(np.zeros(image.shape, np.int32), network)


def answer(pixels, network):
    labels = Labels.parse(np.asarray(pixels, np.int32), source=network.name)
    return Prediction(labels, int(labels.pixels.max()), "CPU", 0.5, 0.4)


@pytest.fixture
def network():
    return Named()


@pytest.fixture
def squares():
    """Sixteen squares of 16 px on a grid of 32 px: 128 x 128 px, none at the border."""
    pixels = np.zeros((128, 128), np.int32)
    for index in range(16):
        row, column = 8 + 32 * (index // 4), 8 + 32 * (index % 4)
        pixels[row : row + 16, column : column + 16] = index + 1
    return Labels.parse(pixels, source="squares")


@pytest.fixture
def sample_of():
    return bright_objects


@pytest.fixture
def threshold():
    return by_threshold


@pytest.fixture
def blind():
    return finding_nothing


@pytest.fixture
def answer_of():
    return answer


@pytest.fixture
def measured():
    """Return a function that measures samples by their masks or by those given."""

    def measure(samples, masks=None):
        masks = masks or [sample.labels for sample in samples]
        return summarise(
            [
                MeasuredImage(
                    sample.image.name,
                    measure_objects(mask),
                    mask.shape,
                    sample.image.pixel_size,
                )
                for sample, mask in zip(samples, masks, strict=True)
            ]
        )

    return measure
