"""Agreement of two predictions, and what it is made of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rescale4dl_core.labels import Labels
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.study.stability import (
    Part,
    agreement_of,
    is_plausible,
    perturbed,
    stability_of,
)
from rescale4dl_core.study.sweep import sweep

label_images = arrays.arrays(np.int32, (6, 7), elements=st.integers(0, 3))


def _agreement(first, second, part=Part.NOISE):
    found = np.setdiff1d(first, [0]).astype(np.int32)
    labels = [Labels.parse(one, source="one") for one in (first, second)]
    return agreement_of(part, found, *labels)


def _value(first, second):
    found = stability_of([[_agreement(first, second)]])
    return None if found is None else found[0].mean


def _by_hand(first, second):
    """Return 2 x sum of IoU above 0.5 / number of objects of both."""
    masks = [
        [image == value for value in np.unique(image) if value] for image in (first, second)
    ]
    ious = [(a & b).sum() / (a | b).sum() for a in masks[0] for b in masks[1]]
    return 2 * sum(iou for iou in ious if iou > 0.5) / (len(masks[0]) + len(masks[1]))


@settings(max_examples=80, deadline=None)
@given(label_images, label_images)
def test_it_is_the_mean_matched_iou_whichever_comes_first(first, second):
    if not first.any() or not second.any():
        return
    assert _value(first, second) == pytest.approx(_by_hand(first, second))
    assert _value(first, second) == pytest.approx(_value(second, first))
    assert _value(first, first) == 1.0


def test_where_nothing_was_found_there_is_no_stability(squares):
    nothing = np.zeros((128, 128), np.int32)
    assert _value(nothing, squares.pixels) is None
    assert _value(squares.pixels, nothing) == 0.0


def test_each_part_weighs_alike_and_an_image_too(squares):
    same = _agreement(squares.pixels, squares.pixels, Part.MIRRORED)
    half = _agreement(squares.pixels, np.where(squares.pixels > 8, squares.pixels, 0))
    interval, parts = stability_of([[same, half, half]])
    assert parts.mirrored == 1.0
    assert parts.noise == pytest.approx(2 * 8 / 24)
    assert parts.neighbours is None
    assert interval.mean == pytest.approx((1 + 2 / 3) / 2)
    assert interval.low < interval.mean < interval.high
    several, _ = stability_of([[same], [half]])
    assert several.mean == pytest.approx((1 + 2 / 3) / 2)


def test_every_version_finds_its_way_back_to_the_grid(
    squares, sample_of, threshold, network
):
    sample = sample_of(squares)
    found = np.arange(1, 17, dtype=np.int32)
    for version in perturbed(sample.image):
        answer = threshold(version.image, network, progress=lambda *_: None)
        back = version.back(answer.labels)
        agreement = agreement_of(version.part, found, squares, back)
        assert agreement.n_extra == 0
        assert agreement.iou.min() > (0.7 if version.part is Part.ZOOM else 0.99)


def test_versions_are_the_same_every_time(squares, sample_of):
    image = sample_of(squares).image
    for first, second in zip(perturbed(image), perturbed(image), strict=True):
        np.testing.assert_array_equal(first.image.pixels, second.image.pixels)


def test_a_network_that_depends_on_the_side_is_found_out(
    squares, sample_of, network, threshold, measured
):
    """It sees the left half only, and so other objects once the image is mirrored."""

    def one_eyed(image, network, *, progress):
        pixels = image.pixels.copy()
        pixels[:, pixels.shape[1] // 2 :] = 100
        half = type(image).parse(pixels, name=image.name, known=image.known)
        return threshold(half, network, progress=progress)

    sample = sample_of(squares, with_mask=False)
    factors = [RescaleFactor.of(1.0)]
    measurement = measured([sample], [squares])
    seen = [
        sweep([sample], network, factors, measurement=measurement, segmenter=segmenter)
        for segmenter in (threshold, one_eyed)
    ]
    mirrored = [one.scales[0].stability_parts.mirrored for one in seen]
    assert mirrored == [1.0, 0.0]
    assert seen[0].scales[0].stability.mean > 0.9


@pytest.mark.parametrize(
    ("diameter_px", "plausible"),
    [(10.0, True), (5.0, True), (20.0, True), (4.9, False), (20.1, False), (None, False)],
)
def test_a_size_is_plausible_within_a_factor_of_two(diameter_px, plausible):
    assert is_plausible(diameter_px, 10.0) is plausible
