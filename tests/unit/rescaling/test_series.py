"""Whole images and samples: pixel size, name, source and refusals."""

import numpy as np
import pytest

from rescale4dl_core.errors import QuantityError, TooLargeError
from rescale4dl_core.images import Image, ImageInfo, KnownPixelSize, Sample
from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import PixelSize, RescaleFactor
from rescale4dl_core.rescaling import series
from rescale4dl_core.rescaling.binning import Binning
from rescale4dl_core.rescaling.series import (
    default_series,
    rescale_image,
    rescale_labels,
    rescale_sample,
)

KNOWN = KnownPixelSize(PixelSize(0.1, 0.2, z_um=0.5), "OME-XML", ("read by hand",))


def image_of(pixels, known=KNOWN):
    return Image.parse(pixels, name="cells.tif", known=known)


@pytest.fixture
def sample():
    """40 x 60 px with one square object."""
    pixels = np.zeros((40, 60), np.uint16)
    pixels[8:24, 16:32] = 1000
    image = image_of(pixels)
    info = ImageInfo("cells.tif", "TIFF", "YX", (40, 60), "uint16", KNOWN, (), ())
    labels = Labels.parse(pixels > 0, source="mask.tif", notes=("binary",))
    return Sample(image, info, labels)


@pytest.mark.parametrize(
    ("factor", "shape", "y_um", "source"),
    [
        (RescaleFactor.coarser(4), (10, 15), 0.4, "OME-XML, rescaled 4x coarser"),
        (RescaleFactor.coarser(1.41), (28, 42), 0.141, "OME-XML, rescaled 1.41x coarser"),
        (RescaleFactor.finer(2), (80, 120), 0.05, "OME-XML, rescaled 2x finer"),
    ],
)
def test_the_pixel_size_follows_and_says_so(sample, factor, shape, y_um, source):
    rescaled = rescale_sample(sample, factor)

    assert rescaled.image.shape == rescaled.labels.shape == shape
    assert rescaled.image.known.source == source
    assert rescaled.image.known.notes == ("read by hand",)
    assert rescaled.image.pixel_size.y_um == pytest.approx(y_um)
    assert rescaled.image.pixel_size.x_um == pytest.approx(2 * y_um)
    assert rescaled.image.pixel_size.z_um == 0.5


def test_name_type_and_what_was_reported_stay(sample):
    rescaled = rescale_sample(sample, RescaleFactor.coarser(2))

    assert rescaled.image.name == "cells.tif"
    assert rescaled.image.pixels.dtype == np.uint16
    assert rescaled.labels.source == "mask.tif"
    assert rescaled.labels.notes == ("binary",)
    assert rescaled.info is sample.info


def test_an_object_on_whole_blocks_covers_the_same_new_pixels_in_image_and_labels(sample):
    rescaled = rescale_sample(sample, RescaleFactor.coarser(4))

    np.testing.assert_array_equal(rescaled.image.pixels > 0, rescaled.labels.pixels > 0)
    assert (rescaled.labels.pixels[2:6, 4:8] == 1).all()
    assert rescaled.labels.pixels.sum() == 16


def test_an_unknown_pixel_size_stays_unknown():
    unknown = KnownPixelSize(None, "unknown", ("the file does not say",))

    rescaled = rescale_image(image_of(np.ones((8, 8)), unknown), RescaleFactor.coarser(2))

    assert rescaled.known == unknown


def test_a_factor_of_one_gives_back_what_it_was_given(sample):
    factor = RescaleFactor.of(1.0)

    assert rescale_image(sample.image, factor) is sample.image
    assert rescale_labels(sample.labels, factor) is sample.labels


def test_binning_by_sum_reaches_whole_and_other_factors():
    image = image_of(np.full((10, 10), 4, np.uint8))

    by_2 = rescale_image(image, RescaleFactor.coarser(2), binning=Binning.SUM)
    by_2_5 = rescale_image(image, RescaleFactor.coarser(2.5), binning=Binning.SUM)

    assert (by_2.pixels == 16).all()
    assert (by_2_5.pixels == 25).all()


def test_a_sample_without_labels_stays_without(sample):
    assert rescale_sample(sample.with_labels(None), RescaleFactor.finer(2)).labels is None


@pytest.mark.parametrize("ratio", [3, 1.3, 0.5])
def test_colour_images_keep_their_colours(ratio):
    orange = np.zeros((12, 12, 3), np.uint8)
    orange[...] = (255, 128, 0)

    for factor in (
        RescaleFactor.coarser(3),
        RescaleFactor.coarser(1.3),
        RescaleFactor.finer(2),
    ):
        rescaled = rescale_image(image_of(orange), factor)
        assert rescaled.is_rgb
        assert (rescaled.pixels == (255, 128, 0)).all()


def test_a_factor_that_leaves_no_pixel_is_refused():
    with pytest.raises(QuantityError, match="Choose a factor of 8 or less"):
        rescale_image(image_of(np.ones((8, 30))), RescaleFactor.coarser(16))


def test_more_than_two_gigabytes_are_not_made_without_asking(monkeypatch):
    image = image_of(np.ones((1000, 1000), np.uint16))
    with pytest.raises(TooLargeError, match=r"40x finer gives 40000 x 40000 px, 3.2 GB"):
        rescale_image(image, RescaleFactor.finer(40))

    monkeypatch.setattr(series, "LARGE_BYTES", 100)
    small = image_of(np.ones((10, 10), np.uint16))
    assert rescale_image(small, RescaleFactor.finer(2), allow_large=True).shape == (20, 20)


def test_the_default_series_is_that_of_the_published_study_where_it_fits():
    names = [factor.folder_name for factor in default_series((2430, 2430), 35.1)]

    assert names == [
        "upsampling_2",
        "OG",
        "downsampling_2",
        "downsampling_4",
        "downsampling_8",
        "downsampling_16",
    ]


def test_the_default_series_leaves_objects_of_two_pixels_and_whole_images():
    coarsest = default_series((512, 512), diameter_px=11.0)[-1]
    assert coarsest == RescaleFactor.coarser(4)
    assert default_series((5, 100))[-1] == RescaleFactor.coarser(4)
    assert RescaleFactor.of(1.0) in default_series((1, 1), diameter_px=1.0)


def test_the_default_series_keeps_what_just_fits():
    """2 px objects after 4x, one whole pixel of 16 px, and 8192 x 8192 px of a view."""
    assert RescaleFactor.coarser(4) in default_series((512, 512), diameter_px=8.0)
    assert RescaleFactor.coarser(8) not in default_series((512, 512), diameter_px=8.0)
    assert RescaleFactor.coarser(16) in default_series((16, 400))
    assert RescaleFactor.finer(4) in default_series((2048, 2048))
    assert RescaleFactor.finer(4) in default_series((4096, 1024))
    assert RescaleFactor.finer(4) not in default_series((2048, 2049))


def test_a_sample_is_binned_as_it_is_asked_for(sample):
    summed = rescale_sample(sample, RescaleFactor.coarser(2), binning=Binning.SUM)
    expected = rescale_image(sample.image, RescaleFactor.coarser(2), binning=Binning.SUM)
    np.testing.assert_array_equal(summed.image.pixels, expected.pixels)
    assert summed.image.pixels.max() > sample.image.pixels.max()


def test_consent_to_much_memory_reaches_the_image_and_is_not_assumed(monkeypatch, sample):
    monkeypatch.setattr("rescale4dl_core.rescaling.series.LARGE_BYTES", 1000)
    with pytest.raises(TooLargeError, match="--allow-large"):
        rescale_sample(sample, RescaleFactor.finer(4))
    assert rescale_sample(sample, RescaleFactor.finer(4), allow_large=True)


def test_progress_of_every_way_to_rescale_can_stop_it(sample):
    def stop(_fraction, _message, /):
        raise KeyboardInterrupt

    for factor in (RescaleFactor.coarser(2), RescaleFactor.of(1.5), RescaleFactor.finer(2)):
        with pytest.raises(KeyboardInterrupt):
            rescale_sample(sample, factor, progress=stop)
