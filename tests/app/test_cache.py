"""Nothing that holds pixels is served from a cache that did not look at all of them."""

import numpy as np
import pytest

from pages._ui.shared.cache import cached_picture, cached_view
from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.session.choices import Choices
from rescale4dl_core.session.measuring import labels_key


def image_of(pixels, side_um=0.1):
    known = KnownPixelSize(PixelSize.square(side_um), "test")
    return Image.parse(pixels, name="a", known=known)


@pytest.fixture
def large():
    """2048 x 2048 px: Streamlit by itself would look at 100,000 of them only."""
    return np.random.default_rng(0).integers(0, 99, (2048, 2048)).astype(np.uint16)


def test_one_more_small_object_is_not_served_from_the_cache(large):
    before = np.zeros(large.shape, np.int32)
    before[100:140, 100:140] = 1
    after = before.copy()
    after[1000:1008, 1000:1008] = 2
    image = image_of(large)
    first, second = (
        cached_picture(image, labels=Labels.parse(pixels, source="test"))
        for pixels in (before, after)
    )
    assert first != second


def test_one_changed_corner_is_not_served_from_the_cache(large):
    changed = large.copy()
    changed[:8, :8] = 60_000
    first, second = cached_view(image_of(large)), cached_view(image_of(changed))
    assert (first.pixels != second.pixels).any()


def test_another_pixel_size_is_another_picture(large):
    first, second = (cached_view(image_of(large, side_um)) for side_um in (0.1, 0.2))
    assert second.um_per_view_px == pytest.approx(2 * first.um_per_view_px)


def test_a_kept_result_is_found_by_all_pixels(large, two_disks):
    from rescale4dl_core.images import ImageInfo, Sample
    from rescale4dl_core.session.model import Entry

    def key(pixels):
        image = image_of(pixels)
        info = ImageInfo("a", "TIFF", "YX", image.shape, "uint16", image.known, (), ())
        return labels_key(Entry(Sample(image, info)), Choices())

    changed = large.copy()
    changed[2047, 2047] += 1
    assert key(large) == key(large.copy())
    assert key(large) != key(changed)
