"""Small networks, opened, and pixels for them."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.inference.network import network_from_bytes
from tests import small_networks as small


@pytest.fixture(scope="session")
def mean_network():
    return network_from_bytes("mean5", small.mean_filter(5), small.MEAN_SPEC)


@pytest.fixture(scope="session")
def unet():
    return network_from_bytes("unet", small.pooling_unet(), small.UNET_SPEC)


@pytest.fixture(scope="session")
def star_network():
    return network_from_bytes("discs", small.disc_finder(), small.STAR_SPEC)


@pytest.fixture
def networks():
    """Return the builders of ONNX files, for tests that change them."""
    return {
        "onnx": small.onnx_bytes,
        "mean": small.mean_filter,
        "unet": small.pooling_unet,
        "stars": small.disc_finder,
    }


@pytest.fixture
def image_of():
    """Return a function that makes an image of pixels."""

    def build(pixels, name="cells.tif"):
        known = KnownPixelSize(None, "unknown")
        return Image.parse(np.asarray(pixels), name=name, known=known)

    return build


@pytest.fixture
def card():
    """Return a card of the pooling U-Net, complete."""
    return small.card_of(small.pooling_unet())


@pytest.fixture
def models(tmp_path, card):
    """Return a folder of networks that holds one."""
    small.ship(tmp_path / "models", card, small.pooling_unet())
    return tmp_path / "models"


@pytest.fixture
def variant(card):
    """Return a function that changes a card."""
    return lambda **changes: replace(card, **changes)
