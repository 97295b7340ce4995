"""Which folders a choice of versions gives, under which names."""

import pytest

from rescale4dl_core.datasets.versions import DatasetChoices
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling.binning import Binning

COARSER, FINER = RescaleFactor.coarser(2), RescaleFactor.finer(1.5)


def folders(**choices):
    return [recipe.folder_name("d") for recipe in DatasetChoices(**choices).recipes()]


def test_factors_give_samplings_and_the_originals_come_first():
    assert folders(factors=(COARSER, FINER)) == [
        "d/OG",
        "d/downsampling_2",
        "d/upsampling_1.5",
    ]


def test_every_variant_is_a_data_set_of_its_own_beside_it():
    assert folders(
        factors=(COARSER, FINER), binnings=tuple(Binning), same_size=True, sigmas_px=(1.5,)
    ) == [
        "d/OG",
        "d/downsampling_2",
        "d/upsampling_1.5",
        "d_same_size_downsampling_2/OG",
        "d_sum/OG",
        "d_sum/downsampling_2",
        "d_sum/upsampling_1.5",
        "d_sum_same_size_downsampling_2/OG",
        "d_same_size_upsampling_1.5/upsampling_1.5",
        "d_blurred_1.5/OG",
    ]


def test_cropped_versions_stand_beside_the_whole_ones():
    assert folders(crop_px=(512, 256)) == ["d_crop_512x256/OG"]
    assert folders(factors=(FINER,), same_size=True, crop_px=(8, 8)) == [
        "d_crop_8x8/OG",
        "d_crop_8x8/upsampling_1.5",
    ]


def test_nothing_to_do_is_refused():
    with pytest.raises(QuantityError, match=r"Nothing was asked for.*--crop 512x512"):
        DatasetChoices()


def test_the_same_size_needs_a_factor():
    with pytest.raises(QuantityError, match=r"without a factor"):
        DatasetChoices(same_size=True, sigmas_px=(1.0,))


def test_factors_that_no_folder_name_tells_apart_are_refused():
    close = (RescaleFactor.coarser(1.4142135), RescaleFactor.coarser(1.4142136))
    with pytest.raises(QuantityError, match=r"both be called downsampling_1.41421"):
        DatasetChoices(factors=close)


def test_a_blur_of_no_width_is_refused():
    with pytest.raises(QuantityError, match=r"sigma, px"):
        DatasetChoices(sigmas_px=(0.0,))
