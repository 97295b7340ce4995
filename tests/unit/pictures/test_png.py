"""The picture that a page shows and offers."""

import io

import numpy as np
from PIL import Image as PilImage

from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.measuring.drawn import DrawnDiameter
from rescale4dl_core.pictures.png import picture_png
from rescale4dl_core.quantities import PixelSize


def test_the_picture_is_a_png_with_everything_on_it(two_disks):
    pixels = np.random.default_rng(0).integers(0, 200, two_disks.shape).astype(np.uint16)
    known = KnownPixelSize(PixelSize.square(0.1), "test")
    image = Image.parse(pixels, name="a", known=known)
    bare = np.asarray(PilImage.open(io.BytesIO(picture_png(image))))
    full = picture_png(
        image,
        labels=two_disks,
        lines=[DrawnDiameter(5, 5, 5, 30)],
        first_click_px=(60.0, 20.0),
    )
    drawn = np.asarray(PilImage.open(io.BytesIO(full)))
    assert bare.shape == drawn.shape == (1152, 1152, 3)
    assert (bare != drawn).any(axis=2).mean() < 0.05
