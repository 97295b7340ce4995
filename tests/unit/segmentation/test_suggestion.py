"""Settings to start from: polarity and width on made-up and on real images."""

import numpy as np
import pytest
import tifffile

from rescale4dl_core.errors import ImageError
from rescale4dl_core.segmentation.threshold import (
    Threshold,
    blob_width_px,
    suggest_settings,
)


def _discs(side_px, spacing_px, width_px):
    rows, columns = np.mgrid[:side_px, :side_px] % spacing_px - spacing_px // 2
    return (np.hypot(rows, columns) <= width_px / 2).astype(np.float32)


@pytest.mark.parametrize("width_px", [8, 16, 40])
def test_the_width_of_discs_is_found_before_any_is_segmented(width_px):
    width = blob_width_px(_discs(640, 3 * width_px, width_px))
    assert width == pytest.approx(width_px, rel=0.25)  # steps of 2^(1/4), and sampling


def test_uneven_light_of_a_larger_scale_does_not_hide_the_objects():
    rows, columns = np.mgrid[:640, :640] - 320
    lamp = 3 * np.exp(-(rows**2 + columns**2) / (2 * 90**2))
    width = blob_width_px((_discs(640, 36, 12) + lamp).astype(np.float32))
    assert width == pytest.approx(12, rel=0.25)


def test_bright_discs_on_dark_ground_are_bright_objects(image_of):
    settings = suggest_settings(image_of(50 + 200 * _discs(300, 60, 20)))
    assert settings.objects_are_bright
    assert 0.25 * 20 < settings.smallest_diameter_px < 0.75 * 20
    assert settings.local_window_px > 20


def test_dark_discs_on_bright_ground_are_dark_objects(image_of):
    assert not suggest_settings(
        image_of(250 - 200 * _discs(300, 60, 20))
    ).objects_are_bright


def test_noise_without_objects_still_gets_settings(image_of):
    noise = np.random.default_rng(0).normal(100, 5, (128, 128)).astype(np.float32)
    assert suggest_settings(image_of(noise)).threshold is Threshold.LOCAL


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (3, 3), (12, 500)])
def test_tiny_images_get_settings_or_a_clear_refusal(image_of, shape):
    pixels = np.arange(np.prod(shape), dtype=np.uint16).reshape(shape)
    if pixels.size == 1:
        with pytest.raises(ImageError, match="every pixel has the value 0"):
            suggest_settings(image_of(pixels))
    else:
        assert suggest_settings(image_of(pixels)).local_window_px >= 3


def test_a_constant_image_is_refused(image_of):
    with pytest.raises(ImageError, match="every pixel has the value 3"):
        suggest_settings(image_of(np.full((50, 50), 3, np.uint8)))


@pytest.mark.parametrize(
    ("data_set", "are_bright"),
    [
        ("nuclei_fluo_dsb2018", True),
        ("bacteria_saureus_sim_rescale4dl", True),
        ("bacteria_phase_omnipose", False),
        ("bacteria_saureus_maicrobe_unlabelled", False),
        ("worms_bbbc010", False),
    ],
)
def test_objects_of_real_images_are_known_to_be_bright_or_dark(
    shared_data, image_of, data_set, are_bright
):
    for path in sorted((shared_data / data_set / "images").glob("*.tif"))[:5]:
        settings = suggest_settings(image_of(tifffile.imread(path), path.name))
        assert settings.objects_are_bright is are_bright, path.name
