"""Counting: the numbers and the sentences of the answer."""

import math

import numpy as np
import pytest

from rescale4dl_core.advice.coverage_reasons import LARGEST_PUBLISHED_LOSS
from rescale4dl_core.advice.coverage_rule import Verdict
from rescale4dl_core.advice.reasons import Certainty
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.planning.sampling import Optics
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.window import PUBLISHED_WINDOW, SMALLEST_DIAMETER_PX, Window

WINDOW = Window(4, 16, "a network that sees 50 px")


def _recommend(measurement, **asked):
    return recommend(measurement, **{"window": WINDOW, **asked})


def test_objects_of_50_px_go_four_times_coarser(alike):
    advice = _recommend(alike(50, pixel_um=0.1))
    assert advice.verdict is Verdict.COARSER
    assert advice.ratio == 4
    assert advice.pixel_size == PixelSize.square(0.4)
    assert advice.coverage_percent == 8
    assert advice.window_percent == (4, 16)
    assert advice.gain.objects == 16
    assert advice.gain.storage == pytest.approx(1 / 16)
    assert advice.pixel_size_range_um == pytest.approx((0.2, 0.8))
    assert advice.expected_iou is None
    assert advice.headline == (
        "Acquire at 0.4 µm per pixel, 4x coarser than this sample: your objects will be "
        "12.5 px across, and one pixel will span 8 % of that."
    )


def test_light_and_objects_are_told_for_coarser_and_for_finer_pixels(alike):
    """4x wider pixels collect from 16 areas; 2.5x narrower ones from 1/6.25."""
    objects, _, light = _recommend(alike(50)).gains
    assert "16x" in objects
    assert "collects from 16x the area, so 1/16 of the light" in light
    assert (
        "By binning on an sCMOS camera: 1/16 of the light for bright images, 1/4" in light
    )
    _, _, light = _recommend(alike(5)).gains
    assert "collects from 1/6.25 of the area, so 6.25x the light" in light
    assert "binning" not in light


def test_objects_near_the_target_keep_their_pixel_size_exactly(alike):
    advice = _recommend(alike(14, pixel_um=0.2))
    assert advice.verdict is Verdict.KEEP
    assert advice.ratio == 1
    assert advice.pixel_size_um == 0.2
    assert any("within a factor 1.12 of the target" in text for text in advice.reasons)
    assert not any("lower-magnification lens" in text for text in advice.cautions)
    assert advice.headline.startswith("Keep what you have, 0.2 µm per pixel: your objects")
    assert advice.gains == ("Objects per hour, storage and light stay as they are.",)


def test_small_objects_need_finer_pixels_and_new_images(alike):
    advice = _recommend(alike(5, pixel_um=1.0))
    assert advice.verdict is Verdict.FINER
    assert advice.ratio == pytest.approx(0.4)
    assert "2.5x finer than this sample" in advice.headline
    assert any(
        "Enlarging the image adds pixels but no detail" in c for c in advice.cautions
    )
    less = f"less than {SMALLEST_DIAMETER_PX:g} px"
    assert any(less in caution for caution in advice.cautions)
    assert not any("lower-magnification lens" in caution for caution in advice.cautions)


def test_a_sample_on_the_coarse_side_of_the_range_may_stay_if_the_network_copes(alike):
    edge_px = 100 / PUBLISHED_WINDOW.high_percent
    inside, outside = (recommend(alike(size * edge_px)) for size in (1.1, 0.9))
    words = "though still inside the range"
    assert any(words in caution for caution in inside.cautions)
    assert not any(words in caution for caution in outside.cautions)


def test_an_unknown_pixel_size_leaves_a_factor(alike):
    advice = _recommend(alike(50, pixel_um=None))
    assert advice.ratio == 4
    assert advice.pixel_size_um is None
    assert advice.pixel_size_range_um is None
    assert advice.headline.startswith("Make the pixels 4x coarser than in this sample")
    assert any("pixel size of your sample is not known" in c for c in advice.cautions)
    assert _recommend(alike(12, pixel_um=None)).headline.startswith("Keep the pixel size")


def test_the_share_of_objects_inside_is_counted_now_and_then(measured):
    advice = _recommend(measured([20.0, 40.0, 60.0, 80.0]))  # mean 50 px, so 4x coarser
    assert advice.share_inside_now_percent == 25  # 20 px alone is below 25 px
    assert advice.share_inside_percent == 75  # 5 px is too small; 10, 15 and 20 are not
    assert any("75 % of your objects are inside" in reason for reason in advice.reasons)


def test_nyquist_is_information_and_moves_nothing(alike):
    optics = Optics(0.75)
    advice = _recommend(alike(50, pixel_um=0.1), optics=optics)
    assert advice.ratio == 4
    assert advice.nyquist_ratio == pytest.approx(0.4 / 0.17333, rel=1e-4)
    assert any(
        "under-sampled 2.31x on purpose: fine for finding and sizing cells, not for "
        "sub-cellular texture or deconvolution" in reason
        for reason in advice.reasons
    )
    fine = _recommend(alike(13, pixel_um=0.1), optics=optics)
    assert any("no detail is lost" in reason for reason in fine.reasons)
    assert _recommend(alike(50, pixel_um=None), optics=optics).nyquist_ratio is None


def test_a_network_brings_its_own_window(alike):
    advice = _recommend(alike(100), window=Window(1, 4, "a network that sees 200 px"))
    assert advice.ratio == 2
    assert advice.coverage_percent == 2
    assert any("a network that sees 200 px" in reason for reason in advice.reasons)
    assert not any("S. aureus" in reason for reason in advice.reasons)


def test_pixels_that_are_not_square_are_scaled_alike_and_said(alike):
    advice = _recommend(alike(50, pixel_size=PixelSize(0.1, 0.4)))
    assert advice.pixel_size == PixelSize(0.4, 1.6)
    assert advice.pixel_size_um == pytest.approx(0.8)
    assert any("not square" in c and "up to 4x" in c for c in advice.cautions)


def test_images_are_listed_and_those_that_do_not_fit_are_named(measured):
    small, large = np.full(50, 10.0), np.full(50, 90.0)
    advice = _recommend(measured(small, large, []))  # mean of 10 and 90: 50 px
    assert [image.name for image in advice.images] == [
        "image 1.tif",
        "image 2.tif",
        "image 3.tif",
    ]
    assert [image.coverage_now_percent for image in advice.images] == [
        10,
        pytest.approx(100 / 90),
        None,
    ]
    assert [image.in_window for image in advice.images] == [False, True, None]
    (caution,) = (text for text in advice.cautions if "images have" in text)
    assert "1 of 3 images" in caution
    assert "image 1.tif (40 %)" in caution
    assert advice.confidence.level is Certainty.LOW


def test_evidence_is_the_numbers_of_the_reasons_with_their_sources(alike):
    advice = _recommend(alike(50))
    assert {evidence.value for evidence in advice.evidence} >= {2.0, 8.0, 4.0, 100.0}
    for evidence in advice.evidence:
        assert f"{evidence.statement} [{evidence.source}]" in advice.reasons


def test_what_the_published_target_lost_is_told_of_the_published_window_alone(alike):
    assert LARGEST_PUBLISHED_LOSS in {one.value for one in recommend(alike(50)).evidence}
    by_network = _recommend(alike(50)).evidence
    assert LARGEST_PUBLISHED_LOSS not in {one.value for one in by_network}


def test_without_a_window_the_published_one_decides(alike):
    low, high = PUBLISHED_WINDOW.low_percent, PUBLISHED_WINDOW.high_percent
    advice = recommend(alike(50))
    assert advice.window_percent == (low, high)
    assert advice.ratio == pytest.approx(50 * math.sqrt(low * high) / 100)


def test_notes_of_the_measurement_are_passed_on(alike):
    advice = _recommend(alike(50, notes=("Three images were skipped.",)))
    assert advice.cautions[-1] == "Three images were skipped. [measured on your images]"
