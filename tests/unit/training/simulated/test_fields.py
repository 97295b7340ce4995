"""Simulated fields: what every one of them promises."""

import time

import numpy as np
import pytest
from scipy import ndimage

from rescale4dl_core.errors import TrainingError
from rescale4dl_core.training.simulated import (
    KINDS,
    bacteria_phase,
    cocci_fluorescence,
    simulated_pairs,
)
from rescale4dl_core.training.simulated.field import in_order

SHAPE_PX = (200, 168)
SEEDS = range(10)


@pytest.fixture(scope="module", params=sorted(KINDS))
def fields(request):
    return [KINDS[request.param](seed, SHAPE_PX) for seed in SEEDS]


def test_pixels_and_labels_have_the_shape_asked_for(fields):
    for pixels, labels in fields:
        assert pixels.shape == labels.shape == SHAPE_PX
        assert pixels.dtype == np.float32
        assert labels.dtype == np.int32
        assert np.isfinite(pixels).all()


def test_labels_count_from_one_and_every_object_is_one_piece(fields):
    for _, labels in fields:
        np.testing.assert_array_equal(
            np.unique(labels[labels > 0]), np.arange(labels.max()) + 1
        )
        for number in range(1, labels.max() + 1):
            assert ndimage.label(labels == number)[1] == 1
            assert np.count_nonzero(labels == number) >= 10


def test_most_fields_hold_objects_and_background(fields):
    shares = np.array([(labels > 0).mean() for _, labels in fields])
    assert (shares > 0.01).mean() > 0.8
    assert (shares < 0.9).all()


def test_image_and_labels_lie_on_each_other(fields):
    """Shifted by 3 px either way, the labels part bright from dark less well."""
    shifts = [(0, 0), (3, 0), (-3, 0), (0, 3), (0, -3)]
    best = []
    for pixels, labels in fields:
        if not 0.02 < (labels > 0).mean() < 0.8:
            continue
        smooth = ndimage.gaussian_filter(pixels, 1)
        inner = slice(4, -4), slice(4, -4)
        parted = [
            abs(
                np.corrcoef(
                    smooth[inner].ravel(), np.roll(labels > 0, s, (0, 1))[inner].ravel()
                )
            )[0, 1]
            for s in shifts
        ]
        best.append(np.argmax(parted) == 0)
    assert len(best) >= 6
    assert np.mean(best) > 0.9


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_same_seed_gives_the_same_field_and_another_seed_another(kind):
    pixels, labels = KINDS[kind](5, (96, 96))
    again, labels_again = KINDS[kind](5, (96, 96))
    np.testing.assert_array_equal(pixels, again)
    np.testing.assert_array_equal(labels, labels_again)
    assert not np.array_equal(pixels, KINDS[kind](6, (96, 96))[0])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_field_of_512_px_takes_well_under_a_second(kind):
    begin = time.process_time()
    for seed in range(4):
        KINDS[kind](seed, (512, 512))
    assert (time.process_time() - begin) / 4 < 1


def test_bacteria_are_darker_than_the_halo_around_them():
    darker = []
    for seed in SEEDS:
        pixels, labels = bacteria_phase.simulate(seed, SHAPE_PX)
        out_px = ndimage.distance_transform_edt(labels == 0)
        halo = (out_px > 2) & (out_px < 6)
        if (labels > 0).any() and halo.any():
            darker.append(np.median(pixels[labels > 0]) < np.median(pixels[halo]))
    assert np.mean(darker) > 0.85  # cells of a strong phase turn bright


def test_cocci_are_brighter_than_their_surroundings():
    for seed in SEEDS:
        pixels, labels = cocci_fluorescence.simulate(seed, SHAPE_PX)
        far = ndimage.distance_transform_edt(labels == 0) > 6
        assert pixels[labels > 0].mean() > pixels[far].mean()


def test_sizes_of_cocci_are_those_that_the_module_states():
    smallest, largest = cocci_fluorescence.DIAMETER_PX
    diameters = [
        np.median(2 * np.sqrt(np.bincount(labels.ravel())[1:] / np.pi))
        for _, labels in (cocci_fluorescence.simulate(seed, (256, 256)) for seed in SEEDS)
    ]
    assert min(diameters) > 0.8 * smallest
    assert max(diameters) < 1.2 * largest
    assert max(diameters) > 1.8 * min(diameters)


@pytest.mark.parametrize("module", [cocci_fluorescence, bacteria_phase])
def test_the_noise_is_that_of_counted_light_and_a_camera(module, monkeypatch):
    """2 counts per photoelectron, offset 100, read noise of 1 to 3 photoelectrons."""
    monkeypatch.setattr(module, "SHARE_SMOOTHED", 0.0)
    checked = 0
    for seed in SEEDS:
        pixels, labels = module.simulate(seed, (256, 256))
        empty = ndimage.distance_transform_edt(labels == 0) > 20
        flat = empty[1:, 1:] & empty[:-1, :-1] & empty[1:, :-1] & empty[:-1, 1:]
        if flat.sum() < 2000:
            continue
        mixed = pixels[1:, 1:] - pixels[1:, :-1] - pixels[:-1, 1:] + pixels[:-1, :-1]
        variance = (1.4826 * np.median(np.abs(mixed[flat]))) ** 2 / 4  # specks left out
        photoelectrons = (np.median(pixels[empty]) - 100) / 2
        lowest, highest = (4 * (photoelectrons + read**2) for read in (1, 3))
        assert 0.85 * lowest < variance < 1.2 * highest
        checked += 1
    assert checked >= 4


def test_pairs_are_named_numbered_and_different():
    pairs = simulated_pairs("cocci", 2, seed=3)
    assert [one.name for one in pairs] == ["cocci_0000", "cocci_0001"]
    assert not np.array_equal(pairs[0].labels, pairs[1].labels)
    np.testing.assert_array_equal(
        pairs[1].pixels, simulated_pairs("cocci", 2, seed=3)[1].pixels
    )


def test_what_cannot_be_simulated_is_named_with_what_can():
    with pytest.raises(
        TrainingError, match=r"'worms' can be simulated\. Choose one of: bact"
    ):
        simulated_pairs("worms", 1, seed=1)


def test_the_pieces_of_a_cut_object_are_objects_of_their_own():
    labels = np.zeros((20, 9), np.int32)
    labels[:7, 2:4] = labels[12:, 2:4] = 5
    labels[8, :] = 3  # 9 px: too small
    expected = np.zeros_like(labels)
    expected[:7, 2:4], expected[12:, 2:4] = 1, 2
    np.testing.assert_array_equal(in_order(labels), expected)
