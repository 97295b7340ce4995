"""Interpolation against the cubic's formula and Pillow; threads; a bare server."""

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as PilImage

from rescale4dl_core.errors import CancelledError
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.rescaling import upsample as module
from rescale4dl_core.rescaling.grid import Grid
from rescale4dl_core.rescaling.upsample import upsample

FACTORS = [2, 3, 4, 1.41, 1.5, 2.5, 7.3]


@pytest.fixture
def without_nanopyx(monkeypatch):
    """Use the fallback of a machine where nanopyx cannot be imported."""

    def refuse():
        raise ImportError("nanopyx")

    monkeypatch.setattr(module, "catmull_rom_engine", refuse)


def finer(pixels, times):
    return upsample(pixels, Grid(pixels.shape[:2], RescaleFactor.finer(times)))


def keys_cubic(distance):
    """Return the cubic of Keys (1981) with a = -1/2, that of Catmull and Rom (1974)."""
    x = np.abs(distance)
    inner = 1.5 * x**3 - 2.5 * x**2 + 1
    outer = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x < 1, inner, np.where(x < 2, outer, 0.0))


def interpolation_matrix(n_old, times, margin=6):
    """Weights of the old samples, mirrored about the border ones, for each new one."""
    n_new = int(n_old * times)
    position = (np.arange(n_new) + 0.5) / times - 0.5
    source = np.pad(np.arange(n_old), margin, mode="reflect")
    weights = keys_cubic(position[:, None] - np.arange(-margin, n_old + margin))
    matrix = np.zeros((n_new, n_old))
    np.add.at(matrix.T, source, weights.T)
    return matrix


@pytest.mark.parametrize("times", FACTORS)
def test_every_pixel_and_the_border_follow_the_formula_of_the_cubic(times):
    pixels = np.random.default_rng(0).random((57, 43))
    rows, columns = (interpolation_matrix(side, times) for side in pixels.shape)

    np.testing.assert_allclose(finer(pixels, times), rows @ pixels @ columns.T, atol=1e-4)


@pytest.mark.usefixtures("without_nanopyx")
@pytest.mark.parametrize("times", FACTORS)
def test_without_nanopyx_the_formula_is_the_same(times):
    pixels = np.random.default_rng(0).random((57, 43))
    rows, columns = (interpolation_matrix(side, times) for side in pixels.shape)

    np.testing.assert_allclose(finer(pixels, times), rows @ pixels @ columns.T, atol=1e-4)


@pytest.mark.parametrize("times", [2, 3, 4])
def test_away_from_the_border_the_result_is_pillows_bicubic(times):
    pixels = np.random.default_rng(0).random((57, 43)).astype(np.float32)
    size = (43 * times, 57 * times)
    pillow = np.asarray(
        PilImage.fromarray(pixels).resize(size, PilImage.Resampling.BICUBIC)
    )
    inside = (slice(3 * times, -3 * times),) * 2

    np.testing.assert_allclose(finer(pixels, times)[inside], pillow[inside], atol=1e-4)


@pytest.mark.parametrize("times", FACTORS)
def test_an_image_of_many_tiles_has_no_seams(monkeypatch, times):
    pixels = np.random.default_rng(0).random((57, 43))
    in_one = finer(pixels, times)
    monkeypatch.setattr(module, "TILE_PX", 16)

    np.testing.assert_allclose(finer(pixels, times), in_one, atol=1e-4)


def test_a_slope_stays_where_it_was():
    slope = np.tile(np.arange(40.0), (40, 1))
    grid = Grid(slope.shape, RescaleFactor.finer(2))

    row = upsample(slope, grid)[40]

    expected = [grid.old_from_new(k) for k in range(80)]
    np.testing.assert_allclose(row[6:-6], expected[6:-6], atol=1e-4)


@pytest.mark.parametrize("times", FACTORS)
def test_a_first_look_on_screen_shows_the_same_pixels(times):
    pixels = np.random.default_rng(0).random((57, 43))
    grid = Grid(pixels.shape, RescaleFactor.finer(times))

    np.testing.assert_allclose(
        upsample(pixels, grid, for_screen=True), upsample(pixels, grid), atol=1e-4
    )


@settings(deadline=None, max_examples=30)
@given(
    times=st.floats(1.01, 6.0).map(lambda times: round(times, 3)),
    level=st.integers(0, 65535),
    shape=st.tuples(st.integers(1, 20), st.integers(1, 20)),
)
def test_a_constant_image_stays_constant_up_to_every_border(times, level, shape):
    assert (finer(np.full(shape, level, np.uint16), times) == level).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_overshoot_at_an_edge_is_clipped_to_what_the_type_holds(dtype):
    edge = np.zeros((20, 20), dtype)
    edge[:, 10:] = np.iinfo(dtype).max

    magnified = finer(edge, 2)

    assert magnified.dtype == dtype
    assert (magnified[:, :18] == 0).all()
    assert (magnified[:, 22:] == np.iinfo(dtype).max).all()


def test_floating_point_pixels_keep_their_overshoot():
    edge = np.zeros((20, 20), np.float32)
    edge[:, 10:] = 1.0

    assert finer(edge, 2).min() < -0.05


def test_the_channels_of_an_rgb_image_are_interpolated_one_by_one():
    pixels = np.random.default_rng(0).integers(0, 255, (20, 30, 3)).astype(np.uint8)

    magnified = finer(pixels, 1.5)

    assert magnified.shape == (30, 45, 3)
    for channel in range(3):
        np.testing.assert_array_equal(
            magnified[..., channel], finer(pixels[..., channel], 1.5)
        )


def test_read_only_and_strided_pixels_are_accepted():
    pixels = np.random.default_rng(0).random((40, 60))[::2, ::3]
    pixels.setflags(write=False)

    np.testing.assert_array_equal(finer(pixels, 2), finer(pixels.copy(), 2))


def test_eight_threads_at_once_all_get_the_same_pixels():
    pixels = np.random.default_rng(0).random((40, 50))
    expected = finer(pixels, 3)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: finer(pixels, 3), range(80)))

    assert all(np.array_equal(result, expected) for result in results)


def test_work_on_a_large_image_can_be_stopped(monkeypatch):
    monkeypatch.setattr(module, "TILE_PX", 16)

    def stop(fraction, message):
        if fraction > 0.3:
            raise CancelledError(message)

    grid = Grid((40, 40), RescaleFactor.finer(2))
    with pytest.raises(CancelledError, match="2x finer"):
        upsample(np.zeros((40, 40)), grid, progress=stop)


def test_a_bare_server_gets_nanopyx_without_a_trace(tmp_path):
    """No libGL (so no cv2), a home that cannot be written, and warnings are errors."""
    home = tmp_path / "home"
    home.write_text("a file, so that no folder can be made in it", encoding="utf-8")
    script = """
        import os, sys
        sys.modules["cv2"] = None
        before = dict(os.environ)
        import numpy as np
        from rescale4dl_core.quantities import RescaleFactor
        from rescale4dl_core.rescaling.upsample import catmull_rom_engine
        from rescale4dl_core.rescaling.grid import Grid
        from rescale4dl_core.rescaling.upsample import upsample
        catmull_rom_engine()
        upsample(np.zeros((9, 9)), Grid((9, 9), RescaleFactor.finer(2)))
        assert dict(os.environ) == before, set(os.environ.items()) ^ set(before.items())
        assert "nanopyx" in sys.modules
        assert sys.modules.get("cv2") is None
    """
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(script)],
        env={**os.environ, "HOME": str(home)},
        cwd=module.__file__.partition("rescale4dl_core")[0],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert home.is_file()
