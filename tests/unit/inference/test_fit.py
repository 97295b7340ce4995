"""Networks against measured objects."""

import math
from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference.card import ImageScore, OutputKind
from rescale4dl_core.inference.suitability import (
    ImageKind,
    best_suited,
    fit_of,
    likely_suited,
    objections_by_kind,
)
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.measurement import Estimator
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.window import SMALLEST_DIAMETER_PX, Window


@pytest.fixture
def discs_of():
    """Return a function that measures equal discs."""

    def build(*radii, estimator=None):
        pixels = np.zeros((160, 160 * len(radii)), np.int32)
        rows, columns = np.mgrid[: pixels.shape[0], : pixels.shape[1]]
        for label, radius in enumerate(radii, start=1):
            far = (rows - 80) ** 2 + (columns - 80 - 160 * (label - 1)) ** 2
            pixels[far <= radius**2] = label
        labels = Labels.parse(pixels, source="discs")
        image = MeasuredImage("discs", measure_objects(labels), labels.shape, None)
        return summarise([image], estimator=estimator)

    return build


def test_objects_inside_the_window_are_told_with_both_numbers(card, discs_of):
    fit = fit_of(card, discs_of(7))
    assert fit.inside_window
    assert fit.ratio_into_window == 1
    assert fit.coverage_percent == pytest.approx(100 / fit.diameter_px)
    assert "Your objects are 13.8 px wide: one pixel spans 7.3 %" in fit.sentence
    high = f"{100 / SMALLEST_DIAMETER_PX:.3g}"
    assert f"inside the 4 to {high} % that this network wants" in fit.sentence
    assert fit.objections == ()


def test_too_large_objects_are_told_how_much_coarser(card, discs_of):
    fit = fit_of(card, discs_of(40))
    assert not fit.inside_window
    assert fit.ratio_into_window == pytest.approx(fit.diameter_px / card.window.target_px)
    target_px = math.sqrt(SMALLEST_DIAMETER_PX * 25)  # half of its receptive field, 50 px
    coarser = f"{fit.diameter_px / target_px:.2g}x coarser"
    assert f"too large for it. Pixels {coarser} would suit." in fit.sentence
    assert "trained on objects of 10 to 22 px" in fit.sentence


def test_too_small_objects_are_told_how_much_finer(card, discs_of):
    fit = fit_of(replace(card, window=Window(1, 4, "test")), discs_of(5))
    assert "too small for it. Pixels 4.9x finer would suit." in fit.sentence


def test_the_share_of_a_mixed_population_is_told(card, discs_of):
    fit = fit_of(card, discs_of(5, 5, 5, 30))
    assert fit.share_inside_percent == 75
    assert "75 % of them lie inside" in fit.sentence


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"name": "x-fluo"}, ImageKind(False, False), "made for bright objects"),
        ({"name": "x-phase"}, ImageKind(False, True), "made for dark objects"),
        ({"name": "x-fluo"}, ImageKind(True, True), "colours of your image are lost"),
    ],
)
def test_a_network_for_another_kind_of_image_is_objected_to(
    variant, discs_of, changes, kind, words
):
    (objection,) = fit_of(variant(**changes), discs_of(7), kind).objections
    assert words in objection


def test_colour_that_is_not_there_and_long_objects_for_stars_are_objected_to(
    card, discs_of
):
    rgb = replace(card, spec=replace(card.spec, input_channels=3))
    assert "needs red, green" in fit_of(rgb, discs_of(7), ImageKind(False)).objections[0]
    stars = replace(card, spec=replace(card.spec, output=OutputKind.STARS))
    long = discs_of(7, estimator=Estimator.SKELETON)
    assert "your objects are long" in fit_of(stars, long).objections[0]
    assert fit_of(stars, discs_of(7)).objections == ()


def test_the_kind_of_image_counts_before_size_and_size_before_scores(variant, discs_of):
    better = variant(scores=(replace(variant().scores[0], ap50=0.99),))
    wrong_kind = replace(better, name="best-phase")
    wrong_size = replace(better, name="large-fluo", window=Window(0.5, 2, "test"))
    suited = variant(name="suited-fluo")
    kind = ImageKind(is_rgb=False, objects_are_bright=True)
    best = best_suited([wrong_kind, wrong_size, suited], discs_of(7), kind)
    assert best.card is suited
    assert "may be of this kind" in best.reason
    assert "0.80 at IoU 0.5" in best.reason
    assert best_suited([suited, better], discs_of(7), kind).card is better


def test_where_none_is_made_for_the_image_the_reason_says_so(variant, discs_of):
    kind = ImageKind(is_rgb=False, objects_are_bright=False)
    best = best_suited([variant(name="a-fluo"), variant(name="b-fluo")], discs_of(7), kind)
    assert "No network here is made for exactly this kind of image" in best.reason


def test_cocci_of_the_size_of_nuclei_are_objected_to(variant, discs_of):
    """13.8 px of 0.5 µm are 6.9 µm: no coccus, but a nucleus."""
    nuclei = replace(discs_of(7), pixel_size=PixelSize(0.5, 0.5))
    (objection,) = fit_of(variant(name="unet-cocci-fluo"), nuclei).objections
    assert "made for cocci, 0.4 to 2.5 µm wide; yours are 6.9 µm" in objection
    assert fit_of(variant(name="unet-nuclei-fluo"), nuclei).objections == ()
    assert fit_of(variant(name="unet-cocci-fluo"), discs_of(7)).objections == ()


def test_networks_that_cannot_be_told_apart_by_the_image_are_both_named(variant, discs_of):
    nuclei, cocci = variant(name="unet-nuclei-fluo"), variant(name="unet-cocci-fluo")
    scores = cocci.scores[0]
    more = (*scores.images, ImageScore("one more", 0.5, 0.8, 0.8, 9))
    nuclei = replace(nuclei, scores=(replace(scores, images=more),))
    best = best_suited([cocci, nuclei], discs_of(7), ImageKind(False, True))
    assert best.card is nuclei
    assert "if it shows cocci, choose unet-cocci-fluo" in best.reason
    sized = replace(discs_of(7), pixel_size=PixelSize(0.08, 0.08))
    assert best_suited([cocci, nuclei], sized, ImageKind(False, True)).card is cocci


def test_without_sizes_a_network_for_the_colours_of_the_image_comes_first(variant):
    grey = variant(name="unet-nuclei-fluo")
    rgb = variant(name="stardist-nuclei-brightfield")
    rgb = replace(rgb, spec=replace(rgb.spec, input_channels=3))
    assert likely_suited([grey, rgb], ImageKind(is_rgb=True)) is rgb
    assert likely_suited([rgb, grey], ImageKind(is_rgb=False)) is grey
    assert "colours" in objections_by_kind(grey, ImageKind(is_rgb=True))[0]


def test_without_networks_there_is_nothing_to_propose(discs_of):
    with pytest.raises(NetworkError, match="no network to choose from"):
        best_suited([], discs_of(7))
