"""The same piece of a sample at several pixel sizes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.labels import Labels
from rescale4dl_core.pictures.overlay import ON_DARK
from rescale4dl_core.pictures.scale_bar import scale_bar_of
from rescale4dl_core.pictures.scales import Piece, enlarged, piece_of, views_at
from rescale4dl_core.pictures.view import Contrast
from rescale4dl_core.quantities import PixelSize, RescaleFactor

UNKNOWN = KnownPixelSize(None, "unknown")
HALF_UM = KnownPixelSize(PixelSize.square(0.5), "typed in")


def _image(shape: tuple[int, ...], known: KnownPixelSize = UNKNOWN) -> Image:
    rng = np.random.default_rng(0)
    return Image.parse(rng.integers(0, 4000, shape, np.uint16), name="a.tif", known=known)


def _factors(*ratios: float) -> list[RescaleFactor]:
    return [RescaleFactor.of(ratio) for ratio in ratios]


def test_every_view_shows_the_same_width_of_the_sample():
    views = views_at(_image((512, 512), HALF_UM), _factors(0.5, 1, 2, 4))
    widths_um = [v.view.um_per_view_px * v.view.shape[1] for v in views]
    assert widths_um == pytest.approx([64.0] * 4)  # 128 px of 0.5 µm


def test_each_view_says_its_pixel_size_and_the_shape_of_the_whole_image():
    fine, same, coarse = views_at(_image((300, 402), HALF_UM), _factors(0.5, 1, 4))
    assert [v.pixel_um for v in (fine, same, coarse)] == [0.25, 0.5, 2.0]
    assert [v.shape_px for v in (fine, same, coarse)] == [(600, 804), (300, 402), (75, 100)]


def test_unknown_pixel_sizes_stay_unknown():
    (view,) = views_at(_image((64, 64)), _factors(2))
    assert view.pixel_um is None
    assert view.view.um_per_view_px is None


def test_the_pixels_of_a_view_are_those_of_the_rescaled_image():
    image = _image((96, 96))
    (view,) = views_at(image, _factors(4), piece=Piece(32, 50, 50))
    binned = image.pixels.reshape(24, 4, 24, 4).mean(axis=(1, 3))
    rows, columns = piece_of((96, 96), _factors(4), Piece(32, 50, 50))
    part = np.round(binned[rows.start // 4 :, columns.start // 4 :][:8, :8])
    crop = image.pixels[rows, columns]
    black, white = np.percentile(crop, [0.5, 99.8])
    levels = np.clip(np.round((part - black) * 255 / (white - black)), 0, 255)
    step = 480 // 8
    seen = view.view.pixels[step // 2 :: step, step // 2 :: step, 0].astype(float)
    inside = np.s_[:6, :6]  # the scale bar covers the lower right corner
    np.testing.assert_allclose(seen[inside], levels[inside], atol=1)


def test_bars_of_unknown_length_count_pixels_of_the_sample_in_every_view():
    views = views_at(_image((128, 128)), _factors(0.5, 1, 4))
    bars = [scale_bar_of(view.view) for view in views]
    assert [bar.label for bar in bars] == ["20 px"] * 3
    assert [bar.length_view_px for bar in bars] == [75.0] * 3  # 20 of 128 px on 480


def test_outlines_are_drawn_only_where_labels_are_given():
    image = Image.parse(np.full((64, 64), 7, np.uint8), name="grey", known=UNKNOWN)
    square = np.zeros((64, 64), np.int32)
    square[20:40, 20:40] = 1
    labels = Labels.parse(square, source="square")
    (bare,) = views_at(image, _factors(1))
    (outlined,) = views_at(image, _factors(1), labels=labels)
    assert np.unique(bare.view.pixels[:300, :300]).tolist() == [128]
    assert np.any(outlined.view.pixels[:300, :300] != 128)


def test_all_views_have_one_contrast():
    pixels = np.zeros((128, 128), np.uint8)
    pixels[::2] = 200  # stripes that binning by 2 averages to 100
    image = Image.parse(pixels, name="stripes", known=UNKNOWN)
    fine, coarse = views_at(image, _factors(1, 2))
    assert sorted(np.unique(fine.view.pixels[:300, :300])) == [0, 255]
    assert np.unique(coarse.view.pixels[:300, :300]).tolist() == [128]  # 100 of 200


def test_colours_stay_colours():
    (view,) = views_at(
        Image.parse(
            np.full((32, 32, 3), (9, 99, 199), np.uint8), name="rgb", known=UNKNOWN
        ),
        _factors(2),
    )
    assert view.view.pixels[0, 0].tolist() == [9, 99, 199]


def test_a_finer_view_does_not_wait_for_nanopyx_to_be_imported(monkeypatch):
    from rescale4dl_core.rescaling import upsample

    monkeypatch.setattr(upsample, "catmull_rom_engine", pytest.fail)
    (view,) = views_at(_image((64, 64)), _factors(0.5))
    assert view.shape_px == (128, 128)


def test_a_factor_that_leaves_no_pixel_is_refused():
    with pytest.raises(QuantityError, match="not one whole new pixel is left"):
        views_at(_image((10, 100)), _factors(16))


def test_the_piece_grows_until_a_coarse_view_has_pixels_to_show():
    rows, columns = piece_of((512, 512), _factors(32), Piece(32))
    assert rows.stop - rows.start == columns.stop - columns.start == 128


def test_a_large_image_is_cut_before_it_is_rescaled(monkeypatch):
    seen = []
    from rescale4dl_core.pictures import scales

    original = scales.rescale_image
    monkeypatch.setattr(
        scales,
        "rescale_image",
        lambda image, factor, **how: seen.append(image.shape) or original(image, factor),
    )
    views_at(
        Image.parse(np.zeros((4000, 4000), np.uint8), name="a", known=UNKNOWN), _factors(2)
    )
    assert seen == [(128, 128)]


@given(
    shape=st.tuples(st.integers(16, 2000), st.integers(16, 2000)),
    ratios=st.lists(st.sampled_from([0.25, 0.5, 1, 1.41, 2, 3, 4, 7, 16]), min_size=1),
    piece=st.builds(Piece, st.integers(8, 1024), st.floats(0, 100), st.floats(0, 100)),
)
@settings(deadline=None)
def test_a_piece_lies_inside_the_image_on_the_grid_of_the_whole_factors(
    shape, ratios, piece
):
    factors = _factors(*ratios)
    for span, length in zip(piece_of(shape, factors, piece), shape, strict=True):
        assert 0 <= span.start < span.stop <= length
        for factor in factors:
            if factor.ratio.denominator == 1 and set(ratios) <= {0.25, 0.5, 1, 2, 3, 4, 16}:
                assert span.start % factor.ratio == 0


def test_enlarging_repeats_pixels_and_invents_none():
    image = Image.parse(np.array([[0, 100], [200, 255]], np.uint8), name="a", known=UNKNOWN)
    view = enlarged(image, Contrast(0, 255), 6)
    assert view.pixels[..., 0].tolist() == [
        [0, 0, 0, 100, 100, 100],
        [0, 0, 0, 100, 100, 100],
        [0, 0, 0, 100, 100, 100],
        [200, 200, 200, 255, 255, 255],
        [200, 200, 200, 255, 255, 255],
        [200, 200, 200, 255, 255, 255],
    ]
    assert view.image_px_per_view_px == pytest.approx(1 / 3)


def test_an_object_that_only_the_piece_cuts_is_no_object_cut_by_the_border():
    image = Image.parse(np.full((256, 256, 3), 10, np.uint8), name="a", known=UNKNOWN)
    pixels = np.zeros((256, 256), np.int32)
    pixels[100:156, 60:120] = 7  # reaches out of the middle 128 px, not out of the image
    (shown,) = views_at(
        image, _factors(1), labels=Labels.parse(pixels, source="t"), piece=Piece(128)
    )
    colours = {tuple(colour) for colour in shown.view.pixels.reshape(-1, 3).tolist()}
    assert ON_DARK.whole in colours
    assert ON_DARK.cut not in colours
