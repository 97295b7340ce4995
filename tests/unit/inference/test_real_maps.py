"""The maps of a network that ships, on real images: flooding against plain watershed."""

import csv
from itertools import islice

import numpy as np
import pytest
from scipy import ndimage
from skimage.feature import peak_local_max
from skimage.segmentation import watershed

from rescale4dl_core.evaluation.matching import match_objects, overlap_of
from rescale4dl_core.inference.running import predict_maps
from rescale4dl_core.inference.store import shipped_names, shipped_network
from rescale4dl_core.inference.unet import labels_from_classes
from rescale4dl_core.labels import Labels
from rescale4dl_core.progress import silent
from rescale4dl_core.reading.sample import read_sample

NETWORK = "unet-nuclei-fluo"
N_IMAGES = 16


def by_distance(foreground):
    depth = ndimage.distance_transform_edt(foreground)
    pieces, _ = ndimage.label(foreground)
    peaks = peak_local_max(depth, min_distance=4, labels=pieces, exclude_border=False)
    seeds = np.zeros(foreground.shape, np.int32)
    seeds[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    return watershed(-depth, seeds, mask=foreground)


def average_precision(truth, found):
    matching = match_objects(overlap_of(truth, Labels.parse(found, source="found")))
    n_right = np.count_nonzero(matching.is_found)
    n_false = len(matching.unmatched_predictions)
    return n_right / (len(matching.iou) + n_false)


@pytest.mark.skipif(NETWORK not in shipped_names(), reason=f"{NETWORK} does not ship")
def test_flooding_finds_at_least_what_a_watershed_of_distance_finds(shared_data):
    folder = shared_data / "nuclei_fluo_dsb2018"
    with (folder / "split.csv").open() as file:
        tests = (row["stem"] for row in csv.DictReader(file) if row["split"] == "test")
        stems = list(islice(tests, N_IMAGES))
    network = shipped_network(NETWORK)
    thresholds = network.spec.thresholds
    ours, plain = [], []
    for stem in stems:
        (path,) = (folder / "images").glob(f"{stem}.*")
        sample = read_sample(path, folder / "labels" / f"{stem}.tif")
        (maps,) = predict_maps(sample.image.intensity, network, silent)
        found = labels_from_classes(maps, thresholds)
        ours.append(average_precision(sample.labels, found))
        foreground = maps[1] + maps[2] >= thresholds.probability
        plain.append(average_precision(sample.labels, by_distance(foreground)))
    assert np.mean(ours) >= np.mean(plain)
