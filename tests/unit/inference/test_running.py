"""A network over a whole image: tiled equals whole, padded and scaled as it should be."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from rescale4dl_core.errors import CancelledError, NetworkError
from rescale4dl_core.inference import running
from rescale4dl_core.inference.card import NetworkSpec, OutputKind
from rescale4dl_core.inference.feeding import feed_of, intensity_range, pixels_for, tiles_of
from rescale4dl_core.inference.network import network_from_bytes
from rescale4dl_core.inference.running import predict_maps
from rescale4dl_core.progress import silent


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 4000, shape, np.uint16)


def test_the_maps_are_those_of_the_whole_normalised_image(mean_network):
    pixels = noise(60, 75)
    (maps,) = predict_maps(pixels, mean_network, silent)
    scaled = intensity_range(pixels, mean_network.spec.normalisation).applied(pixels)
    expected = ndimage.uniform_filter(scaled, 5, mode="constant")
    np.testing.assert_allclose(maps[0], expected, atol=1e-5)


@given(st.integers(20, 90), st.integers(20, 90), st.sampled_from([40, 48, 64]))
@settings(deadline=None, max_examples=25)
def test_tiled_equals_whole_for_a_network_with_pooling(unet, rows, columns, longest):
    pixels = noise(rows, columns, seed=rows)
    with pytest.MonkeyPatch.context() as patch:
        (whole,) = predict_maps(pixels, unet, silent)
        patch.setattr(running, "LONGEST_TILE_PX", longest)
        (tiled,) = predict_maps(pixels, unet, silent)
    assert whole.shape == (3, rows, columns)
    np.testing.assert_allclose(tiled, whole, atol=1e-6)


def test_tiled_equals_whole_on_a_coarser_output_grid(star_network, monkeypatch):
    pixels = noise(61, 83)
    whole = predict_maps(pixels, star_network, silent)
    monkeypatch.setattr(running, "LONGEST_TILE_PX", 24)
    tiled = predict_maps(pixels, star_network, silent)
    assert [maps.shape for maps in whole] == [(1, 31, 42), (32, 31, 42)]
    for one, other in zip(whole, tiled, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_network_of_fixed_size_runs_on_larger_and_smaller_images(networks):
    onnx_bytes = networks["mean"](5, shape=("n", 1, 32, 32))
    spec = NetworkSpec(1, OutputKind.FOREGROUND, multiple_px=1, halo_px=2, fixed_px=32)
    network = network_from_bytes("fixed", onnx_bytes, spec)
    for shape in ((32, 32), (70, 45), (20, 33)):
        pixels = noise(*shape)
        (maps,) = predict_maps(pixels, network, silent)
        scaled = intensity_range(pixels, spec.normalisation).applied(pixels)
        expected = ndimage.uniform_filter(scaled, 5, mode="constant")
        inner = (slice(2, -2), slice(2, -2))
        np.testing.assert_allclose(maps[0][inner], expected[inner], atol=1e-5)


@given(st.integers(4, 40), st.integers(4, 40))
@settings(deadline=None, max_examples=30)
def test_beyond_the_image_it_is_mirrored(rows, columns):
    pixels = noise(rows, columns)
    spec = NetworkSpec(1, OutputKind.CLASSES, multiple_px=16, halo_px=0)
    feed = feed_of(pixels, spec)
    (tile,) = tiles_of(feed.padded_shape, longest_px=999, halo_px=0, multiple_px=16)
    padded = zip(feed.padded_shape, pixels.shape, strict=True)
    pad = [(0, after - before) for after, before in padded]
    expected = feed.range.applied(np.pad(pixels, pad, mode="reflect"))
    np.testing.assert_array_equal(feed.tile(tile)[0], expected)


def test_an_image_smaller_than_the_smallest_piece_is_refused(image_of):
    spec = NetworkSpec(1, OutputKind.STARS, multiple_px=16, halo_px=0)
    with pytest.raises(NetworkError, match=r"cells\.tif is 10 x 40 px.*16 x 16 px or more"):
        pixels_for(image_of(noise(10, 40)), spec)


def test_one_channel_for_a_network_of_three_is_refused(image_of):
    spec = NetworkSpec(3, OutputKind.CLASSES, multiple_px=4, halo_px=0)
    with pytest.raises(NetworkError, match=r"has one channel.*3 channels \(red, green and"):
        pixels_for(image_of(noise(16, 16)), spec)


def test_colour_for_a_network_of_one_channel_is_reduced_with_a_note(image_of):
    spec = NetworkSpec(1, OutputKind.CLASSES, multiple_px=4, halo_px=0)
    image = image_of(noise(16, 16, 3))
    pixels, (note,) = pixels_for(image, spec)
    np.testing.assert_array_equal(pixels, image.intensity)
    assert "brightness of each pixel" in note


def test_a_network_that_sees_everything_is_not_given_more_than_it_can(unet, monkeypatch):
    whole = replace(unet, spec=replace(unet.spec, whole_image=True))
    monkeypatch.setattr(running, "LONGEST_TILE_PX", 16)
    (maps,) = predict_maps(noise(64, 64), whole, silent)
    (expected,) = predict_maps(noise(64, 64), unet, silent)
    np.testing.assert_allclose(maps, expected, atol=1e-6)
    monkeypatch.setattr(running, "MOST_WHOLE_PX", 1000)
    with pytest.raises(NetworkError, match="see the whole image at once"):
        predict_maps(noise(64, 64), whole, silent)


def test_a_wrong_output_stride_is_told_with_the_numbers(unet):
    wrong = replace(unet, spec=replace(unet.spec, output_stride=2))
    with pytest.raises(NetworkError, match="answers with 64 rows or columns to 64 px"):
        predict_maps(noise(64, 64), wrong, silent)


def test_a_user_may_cancel_between_tiles(unet, monkeypatch):
    monkeypatch.setattr(running, "LONGEST_TILE_PX", 40)
    reports = []

    def cancel(fraction, message, /):
        reports.append((fraction, message))
        raise CancelledError("Stopped.")

    with pytest.raises(CancelledError):
        predict_maps(noise(64, 64), unet, cancel)
    assert reports[0][1] == "unet: tile 1 of 4"


class OnACard:
    """Stands for a graphics card: runs on the processor, keeps the sizes of batches."""

    provider, notes = "CUDAExecutionProvider", ()

    def __init__(self, runner):
        self.runner, self.batches = runner, []

    def run(self, batch, *, give_back=True):
        """Run a batch on the processor."""
        self.batches.append(len(batch))
        return self.runner.run(batch, give_back=give_back)


def test_a_graphics_card_gets_several_tiles_at_once_with_the_same_result(unet, monkeypatch):
    pixels = noise(100, 90)
    (expected,) = predict_maps(pixels, unet, silent)
    monkeypatch.setattr(running, "LONGEST_TILE_PX", 40)
    card = OnACard(unet.runner)
    (maps,) = predict_maps(pixels, replace(unet, runner=card), silent)
    assert max(card.batches) == running.TILES_AT_ONCE
    np.testing.assert_allclose(maps, expected, atol=1e-6)
