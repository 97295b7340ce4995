"""The atlas: curves over coverage, kept in a file and read back strictly."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rescale4dl_core.errors import LabelImageError, NetworkError
from rescale4dl_core.labels import Labels
from rescale4dl_core.study.atlas import NetworkAtlas, atlas_text, read_atlas
from rescale4dl_core.study.atlas_run import (
    COVERAGES_PERCENT,
    TestImages,
    curve_from,
    image_sweeps,
)


@pytest.fixture
def test_images(squares, sample_of):
    """Two images of squares of 18 px by Eq. 1, that is 5.5 % per pixel."""
    shifted = Labels.parse(np.roll(squares.pixels, 3, axis=0), source="shifted")
    return TestImages.of([sample_of(squares, name="a"), sample_of(shifted, name="b")])


@pytest.fixture
def curve(test_images, network, threshold):
    sweeps = image_sweeps(network, test_images, n_with_stability=1, segmenter=threshold)
    return curve_from(
        sweeps, test_images, data_set="squares", split="both", trained_on=False
    )


def test_every_image_is_brought_to_the_same_coverages(test_images, network, threshold):
    for one in image_sweeps(network, test_images, segmenter=threshold):
        assert one.coverages_percent == COVERAGES_PERCENT
        assert [scale.coverage_percent for scale in one.sweep.scales] == pytest.approx(
            COVERAGES_PERCENT, rel=1e-3
        )


def test_what_is_perfect_reaches_the_ceiling_and_no_more(curve):
    assert [point.coverage_percent for point in curve.points] == list(COVERAGES_PERCENT)
    for point in curve.points:
        assert point.sample_grid.mean <= point.ceiling + 0.02
        assert point.n_images == 2
        assert point.n_objects == 32
        assert point.images_low <= point.sample_grid.mean <= point.images_high
    assert curve.points[0].sample_grid.mean > 0.95
    assert curve.facts.contrast == pytest.approx(1)
    assert curve.stability_rank is None or -1 <= curve.stability_rank <= 1


def test_an_image_that_would_be_too_large_is_left_out_there(squares, sample_of, network):
    """800 x 800 px at 5.5 % would be 2200 px high at 2 %, more than 1024 px."""
    large = np.zeros((800, 800), np.int32)
    large[:128, :128] = squares.pixels
    images = TestImages.of([sample_of(Labels.parse(large, source="large"))])

    def none_found(image, network, *, progress):
        from rescale4dl_core.inference.segment import Prediction

        nothing = Labels.parse(np.zeros(image.shape, np.int32), source="none")
        return Prediction(nothing, 0, "CPU", 0.1, 0.1)

    (one,) = image_sweeps(network, images, segmenter=none_found)
    assert one.coverages_percent[0] == 5.66


def test_images_without_an_object_are_left_out_and_none_at_all_is_refused(
    squares, sample_of
):
    empty = sample_of(Labels.parse(np.zeros((64, 64), np.int32), source="e"), name="e")
    assert len(TestImages.of([empty, sample_of(squares)]).samples) == 1
    with pytest.raises(LabelImageError):
        TestImages.of([empty])


@pytest.fixture
def written(curve, tmp_path):
    """Return a card's stand-in and the folder that holds its atlas."""
    card = SimpleNamespace(name="unet-test", sha256="abc")
    folder = tmp_path / card.name
    folder.mkdir()
    atlas = NetworkAtlas(card.name, card.sha256, "by a test", (curve,))
    (folder / "atlas.json").write_text(atlas_text(atlas), encoding="utf-8")
    return card, tmp_path


def test_what_was_written_is_read_back_to_four_digits(written, curve):
    card, models = written
    (read,) = read_atlas(card, models).curves
    assert read.data_set == "squares"
    assert [p.sample_grid.mean for p in read.points] == pytest.approx(
        [p.sample_grid.mean for p in curve.points], rel=1e-3
    )


def test_the_atlas_of_other_weights_does_not_count(written):
    card, models = written
    card.sha256 = "other"
    assert read_atlas(card, models) is None
    card.name = "no-such-network"
    assert read_atlas(card, models) is None


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda plain: plain.pop("curves"), "lacks 'curves'"),
        (lambda plain: plain["curves"][0].update(points=3), "where a list was expected"),
    ],
)
def test_a_damaged_atlas_says_how_to_make_it_again(written, damage, words):
    card, models = written
    path = models / card.name / "atlas.json"
    plain = json.loads(path.read_text())
    damage(plain)
    path.write_text(json.dumps(plain))
    with pytest.raises(NetworkError, match=words) as error:
        read_atlas(card, models)
    assert "benchmarks.make_atlas" in str(error.value)
    path.write_text("{")
    with pytest.raises(NetworkError, match="cannot be read"):
        read_atlas(card, models)


def test_masks_without_objects_inside_make_no_curve(test_images):
    nothing = np.zeros((128, 128), np.int32)
    emptied = tuple(
        replace(sample, labels=Labels.parse(nothing, source="none"))
        for sample in test_images.samples
    )
    with pytest.raises(LabelImageError, match="no masks with objects"):
        curve_from(
            (),
            TestImages(emptied, test_images.measurements, test_images.together),
            data_set="none",
            split="",
            trained_on=False,
        )
