"""From an image to labels."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.errors import CancelledError
from rescale4dl_core.inference import running
from rescale4dl_core.inference.card import Thresholds
from rescale4dl_core.inference.segment import segment


def discs(shape=(100, 120), places=((20, 20), (50, 70), (80, 30)), radius=5):
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    pixels = np.zeros(shape, np.uint16)
    for row, column in places:
        pixels[(rows - row) ** 2 + (columns - column) ** 2 <= radius**2] = 1000
    return pixels


def test_objects_are_found_counted_and_named_after_the_network(mean_network, image_of):
    prediction = segment(image_of(discs()), mean_network)
    assert prediction.n_objects == 3
    assert prediction.labels.source == "mean5"
    assert prediction.labels.shape == (100, 120)
    assert prediction.labels.pixels[50, 70] > 0
    assert prediction.provider == "CPUExecutionProvider"
    assert 0 < prediction.seconds_network <= prediction.seconds
    assert prediction.notes == ()


@pytest.mark.parametrize("kind", ["mean_network", "star_network", "unet"])
def test_labels_do_not_depend_on_the_tiles(kind, request, image_of, monkeypatch):
    network = request.getfixturevalue(kind)
    image = image_of(discs() + np.random.default_rng(1).integers(0, 9, (100, 120)))
    whole = segment(image, network)
    monkeypatch.setattr(running, "LONGEST_TILE_PX", 40)
    tiled = segment(image, network)
    assert whole.n_objects >= 1
    np.testing.assert_array_equal(tiled.labels.pixels, whole.labels.pixels)


def test_stars_have_the_radius_that_the_network_says(star_network, image_of):
    prediction = segment(image_of(discs(radius=3)), star_network)
    areas = np.bincount(prediction.labels.pixels.ravel())[1:]
    assert prediction.n_objects == 3
    np.testing.assert_allclose(areas, np.pi * 36, rtol=0.08)


def test_an_image_of_one_value_has_no_object_and_says_why(mean_network, image_of):
    prediction = segment(image_of(np.full((30, 40), 7)), mean_network)
    assert prediction.n_objects == 0
    assert prediction.seconds_network == 0
    assert "All pixels of cells.tif have the same value" in prediction.notes[0]


def test_nothing_found_is_told_with_the_likely_causes(unet, image_of):
    strict = replace(unet, spec=replace(unet.spec, thresholds=Thresholds(1.1)))
    prediction = segment(image_of(discs()), strict)
    assert prediction.n_objects == 0
    assert "found no object in cells.tif" in prediction.notes[0]
    assert prediction.labels.notes == prediction.notes


def test_progress_ends_at_1_and_never_goes_back(star_network, image_of, monkeypatch):
    monkeypatch.setattr(running, "LONGEST_TILE_PX", 40)
    fractions = []
    segment(image_of(discs()), star_network, progress=lambda f, _m, /: fractions.append(f))
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_a_user_may_cancel(star_network, image_of):
    def cancel(_fraction, _message, /):
        raise CancelledError("Stopped.")

    with pytest.raises(CancelledError):
        segment(image_of(discs()), star_network, progress=cancel)


def test_one_network_serves_several_threads(unet, image_of):
    images = [image_of(discs(places=((20 + i, 30),))) for i in range(4)]
    alone = [segment(image, unet).labels.pixels for image in images]
    with ThreadPoolExecutor(4) as threads:
        together = threads.map(lambda image: segment(image, unet).labels.pixels, images)
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)
