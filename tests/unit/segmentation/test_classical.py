"""From an image to labels, and what is said where nothing is found."""

import numpy as np
import pytest

from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.errors import CancelledError, LabelImageError
from rescale4dl_core.segmentation.threshold import (
    ClassicalSettings,
    Threshold,
    segment_classical,
    suggest_settings,
)


@pytest.fixture
def discs(image_of, capsules):
    """Three separate discs of 20, 12 and 3 px on noise."""
    rng = np.random.default_rng(1)
    mask = capsules((80, 120), 20, ((20, 20), (20, 20)))
    mask |= capsules((80, 120), 12, ((50, 60), (50, 60)))
    mask |= capsules((80, 120), 3, ((30, 100), (30, 100)))
    return image_of((1000 * mask + rng.normal(200, 20, mask.shape)).astype(np.uint16))


def test_separate_objects_are_numbered_from_1_and_small_ones_dropped(discs):
    labels = segment_classical(discs, ClassicalSettings(smallest_diameter_px=6))
    assert sorted(np.unique(labels.pixels)) == [0, 1, 2]
    assert labels.source == "threshold and watershed"
    area_px = np.bincount(labels.pixels.ravel())[1:]
    np.testing.assert_allclose(np.sort(area_px), [np.pi * 36, np.pi * 100], rtol=0.1)


def test_without_splitting_touching_objects_stay_one(image_of, capsules):
    mask = capsules((60, 80), 30, ((30, 27), (30, 27)), ((30, 53), (30, 53)))
    image = image_of(mask.astype(np.uint8) * 200)
    assert segment_classical(image).pixels.max() == 2
    whole = ClassicalSettings(split_touching=False)
    assert segment_classical(image, whole).pixels.max() == 1


def test_dark_objects_are_found_when_asked_for(image_of, capsules):
    mask = capsules((60, 80), 20, ((30, 27), (30, 27)))
    image = image_of((200 - 150 * mask).astype(np.uint8))
    labels = segment_classical(image, ClassicalSettings(objects_are_bright=False))
    agreement = (labels.pixels > 0) == mask
    assert agreement.mean() > 0.99


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            ClassicalSettings(threshold=Threshold.MANUAL, manual_level=1e6),
            r"test\.tif: no object brighter than the threshold \(typed in\).*dark objects",
        ),
        (
            ClassicalSettings(
                threshold=Threshold.MANUAL, manual_level=-5.0, objects_are_bright=False
            ),
            r"no object darker than the threshold.*at least 4 px.*bright objects",
        ),
        (
            ClassicalSettings(smallest_diameter_px=70.0),
            r"at least 70 px across.*smaller smallest diameter",
        ),
    ],
)
def test_where_nothing_is_found_the_message_says_what_to_try(discs, settings, message):
    with pytest.raises(LabelImageError, match=message):
        segment_classical(discs, settings)


def test_progress_rises_to_the_end_and_can_stop_the_work(discs):
    seen = []
    segment_classical(discs, progress=lambda fraction, message: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1

    def stop(fraction, message):
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        segment_classical(discs, progress=stop)


def test_the_demo_is_segmented_as_its_truth_with_the_suggested_settings():
    sample = demo_sample()
    found = segment_classical(sample.image, suggest_settings(sample.image)).pixels
    truth = sample.labels.pixels
    assert found.max() == truth.max()
    overlap = np.histogram2d(
        truth.ravel(), found.ravel(), bins=(np.arange(truth.max() + 2) - 0.5,) * 2
    )[0][1:, 1:]
    union = np.bincount(truth.ravel())[1:, None] + np.bincount(found.ravel())[1:] - overlap
    assert ((overlap / union).max(axis=1) > 0.65).all()
