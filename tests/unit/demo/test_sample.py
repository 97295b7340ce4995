"""The demo sample: its truth is known, and it looks like what it is meant to be."""

import time

import numpy as np
import pytest
from scipy import ndimage

from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.objects import measure_objects

QUARTERS = (slice(0, 256), slice(256, 512))


@pytest.fixture(scope="module")
def sample():
    return demo_sample()


def test_it_says_of_itself_that_it_is_simulated(sample):
    assert sample.image.name == sample.info.name == "demo"
    assert sample.image.known.source == sample.info.known.source == "simulated"
    assert sample.info.format == "simulated"
    assert sample.labels.source == "simulated truth"


def test_it_is_a_camera_image_of_known_pixel_size(sample):
    assert sample.image.pixels.dtype == np.uint16
    assert sample.image.shape == sample.info.shape == sample.labels.shape == (512, 512)
    assert sample.image.pixel_size.x_um == sample.image.pixel_size.y_um == 0.2


def test_it_is_the_same_every_time_and_quickly_made(sample):
    begin = time.process_time()
    again = demo_sample()
    assert time.process_time() - begin < 1
    assert again.image.digest() == sample.image.digest()
    assert again.labels.digest() == sample.labels.digest()


def test_every_nucleus_is_one_piece_of_believable_size(sample):
    table = measure_objects(sample.labels)
    np.testing.assert_array_equal(table.label, np.arange(1, 53))
    for label in table.label:
        assert ndimage.label(sample.labels.pixels == label)[1] == 1
    inside = table.inside
    assert np.mean(inside.equivalent_diameter_px) == pytest.approx(44, abs=2)
    assert inside.equivalent_diameter_px.min() > 30
    assert inside.elongation.max() < 2
    assert inside.solidity.min() > 0.95


def test_it_is_sampled_finer_than_a_network_needs(sample):
    table = measure_objects(sample.labels)
    image = MeasuredImage("demo", table, sample.image.shape, sample.image.pixel_size)
    measurement = summarise([image])
    assert measurement.n_objects >= 30  # enough to be sure of the mean
    assert measurement.coverage.percent < 4
    assert 8 < measurement.diameter_um < 10


def test_some_nuclei_touch_and_some_are_cut_by_the_border(sample):
    pixels = sample.labels.pixels
    left, right = pixels[:, :-1], pixels[:, 1:]
    assert ((left != right) & (left > 0) & (right > 0)).sum() > 10
    assert measure_objects(sample.labels).touches_border.sum() >= 3


def test_nuclei_are_brighter_than_their_surroundings_and_the_light_is_uneven(sample):
    counts, labels = sample.image.pixels.astype(float), sample.labels.pixels
    background = counts[ndimage.distance_transform_edt(labels == 0) > 20]
    for label in range(1, labels.max() + 1):
        assert counts[labels == label].mean() > background.mean() + 3 * background.std()
    far = np.where(ndimage.distance_transform_edt(labels == 0) > 12, counts, np.nan)
    quarters = [np.nanmean(far[rows, columns]) for rows in QUARTERS for columns in QUARTERS]
    assert max(quarters) / min(quarters) > 1.02


def test_the_noise_is_that_of_counted_light(sample):
    """In empty regions: Poisson noise of the light, read noise, 2 counts per electron."""
    empty = ndimage.distance_transform_edt(sample.labels.pixels == 0) > 30
    counts = sample.image.pixels.astype(float)
    light = (counts[empty].mean() - 100) / 2
    neighbours = (counts[:, 1:] - counts[:, :-1])[empty[:, 1:]]  # without the slow changes
    noise_counts = neighbours.std() / np.sqrt(2)
    assert noise_counts == pytest.approx(2 * np.sqrt(light + 1.6**2), rel=0.05)
