"""CZI files of every layout that the reader knows, and some that it refuses."""

import imagecodecs
import numpy as np
import pytest

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.reading.image import read_image, read_info
from rescale4dl_core.reading.opened import Selection
from tests.czi_files import BGR24, GRAY8, tile, write_czi

PIXELS = np.arange(24 * 36, dtype=np.uint16).reshape(24, 36)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "slide.czi"


def test_one_tile_reads_with_its_size_in_metres(path):
    info = read_info(write_czi(path, [tile(PIXELS)]))
    assert (info.format, info.axes, info.shape) == ("CZI", "YX", (24, 36))
    assert info.known.size == PixelSize(0.2, 0.2)
    np.testing.assert_array_equal(read_image(path).pixels, PIXELS)


def test_czifile_reads_the_same_from_these_files(path):
    """The hand-made files are CZI for an independent reader too."""
    import czifile

    write_czi(path, [tile(PIXELS, C=0), tile(PIXELS[::-1], C=1)])
    with czifile.CziFile(path) as file:
        whole = file.asarray().reshape(2, 24, 36)
    for channel in (0, 1):
        image = read_image(path, Selection(channel=channel))
        np.testing.assert_array_equal(image.pixels, whole[channel])


def test_the_tiles_of_a_mosaic_are_put_together(path):
    offsets = [(0, 0, 0), (0, 12, 1), (0, 24, 2), (12, 0, 3), (12, 12, 4), (12, 24, 5)]
    tiles = [
        tile(PIXELS[r : r + 12, c : c + 12].copy(), row=r - 50, column=c + 70, M=m)
        for r, c, m in offsets
    ]
    np.testing.assert_array_equal(read_image(write_czi(path, tiles)).pixels, PIXELS)


def test_where_tiles_overlap_the_later_one_lies_on_top(path):
    below, above = np.full((4, 6), 1, np.uint16), np.full((4, 6), 2, np.uint16)
    tiles = [tile(above, column=3, M=1), tile(below, M=0)]
    image = read_image(write_czi(path, tiles))
    np.testing.assert_array_equal(image.pixels[0], [1, 1, 1, 2, 2, 2, 2, 2, 2])


def test_the_levels_of_a_pyramid_are_left_out(path):
    tiles = [tile(PIXELS), tile(PIXELS[::2, ::2].copy(), zoom=2)]
    np.testing.assert_array_equal(read_image(write_czi(path, tiles)).pixels, PIXELS)


def test_channels_and_scenes_have_the_names_of_the_header(path):
    tiles = [
        tile(PIXELS[:, : 20 + scene].copy(), column=100 * scene, C=channel, S=scene)
        for scene in (0, 1)
        for channel in (0, 1)
    ]
    info = read_info(write_czi(path, tiles), scene=1)
    assert info.channels == ("DAPI", "GFP")
    assert info.scenes == ("A1", "B2")
    assert info.shape == (2, 24, 21)
    image = read_image(path, Selection(channel=1, scene=1))
    np.testing.assert_array_equal(image.pixels, PIXELS[:, :21])


def test_colours_come_out_red_first(path):
    colours = np.random.default_rng(1).integers(0, 255, (24, 36, 3)).astype(np.uint8)
    write_czi(path, [tile(colours[..., ::-1].copy(), pixel_type=BGR24)])
    np.testing.assert_array_equal(read_image(path).pixels, colours)


def _halves(pixels):
    raw = np.frombuffer(pixels.tobytes(), np.uint8).reshape(-1, 2)
    return raw.T.tobytes()


@pytest.mark.parametrize(
    ("compression", "encode"),
    [
        (2, lambda pixels: imagecodecs.lzw_encode(pixels.tobytes())),
        (5, lambda pixels: imagecodecs.zstd_encode(pixels.tobytes())),
        (6, lambda pixels: b"\x01" + imagecodecs.zstd_encode(pixels.tobytes())),
        (6, lambda pixels: b"\x03\x01\x01" + imagecodecs.zstd_encode(_halves(pixels))),
        (6, lambda pixels: b"\x03\x01\x00" + imagecodecs.zstd_encode(pixels.tobytes())),
        (4, imagecodecs.jpegxr_encode),
    ],
    ids=[
        "LZW",
        "Zstd0",
        "Zstd1",
        "Zstd1 low and high bytes apart",
        "Zstd1 flag 0",
        "JPEG XR",
    ],
)
def test_every_free_compression_decodes(path, compression, encode):
    write_czi(path, [tile(PIXELS, compression=compression, payload=encode(PIXELS))])
    np.testing.assert_array_equal(read_image(path).pixels, PIXELS)


def test_jpeg_tiles_decode_as_the_codec_does(path):
    grey = (PIXELS % 250).astype(np.uint8)
    stream = imagecodecs.jpeg8_encode(grey, level=90)
    write_czi(path, [tile(grey, pixel_type=GRAY8, compression=1, payload=stream)])
    np.testing.assert_array_equal(read_image(path).pixels, imagecodecs.jpeg8_decode(stream))


def test_a_compression_of_the_camera_maker_is_named_with_a_way_out(path):
    write_czi(path, [tile(PIXELS, compression=1000)])
    with pytest.raises(ReadingError, match="no freely licensed reader opens") as error:
        read_image(path)
    assert "Open it in ZEN and save it uncompressed" in str(error.value)


def test_complex_pixels_are_refused(path):
    write_czi(path, [tile(PIXELS, pixel_type=10)])
    with pytest.raises(ReadingError, match="CZI type 10, which holds no grey or colour"):
        read_info(path)


def test_a_size_of_zero_is_unknown(path):
    known = read_info(write_czi(path, [tile(PIXELS)], size="0")).known
    assert known.size is None
    assert "0 x 0 µm" in known.notes[0]


def test_a_plane_that_was_not_acquired_is_refused(path):
    tiles = [tile(PIXELS, C=0, Z=0), tile(PIXELS, C=1, Z=1)]
    write_czi(path, tiles)
    with pytest.raises(ReadingError, match="was not acquired"):
        read_image(path, Selection(channel=0, plane=1))


def test_one_part_of_a_split_file_is_refused(path):
    write_czi(path, [tile(PIXELS)], part=2)
    with pytest.raises(ReadingError, match="part 2 of a CZI that is spread"):
        read_info(path)


def test_a_tile_shorter_than_it_says_is_refused(path):
    stored = imagecodecs.zstd_encode(PIXELS[:3].tobytes())
    write_czi(path, [tile(PIXELS, compression=5, payload=stored)])
    with pytest.raises(ReadingError, match="cut short"):
        read_image(path)


def test_a_canvas_of_absurd_size_is_refused_by_its_header(path):
    tiles = [tile(PIXELS, M=0), tile(PIXELS, row=100_000, column=100_000, M=1)]
    write_czi(path, tiles)
    with pytest.raises(ReadingError, match=r"takes 20\.0 GB"):
        read_image(path)


def test_an_absurd_number_of_planes_is_refused_by_its_header(path):
    write_czi(path, [tile(PIXELS, C=0), tile(PIXELS, C=2_000_000_000)])
    with pytest.raises(ReadingError, match="lists 2,000,000,001 planes"):
        read_info(path)


def test_a_tile_of_zstd_without_a_byte_is_refused(path):
    zstd_with_header = 6
    write_czi(path, [tile(PIXELS, compression=zstd_with_header, payload=b"")])
    with pytest.raises(ReadingError, match=r"^slide\.czi: .* is damaged"):
        read_image(path)
