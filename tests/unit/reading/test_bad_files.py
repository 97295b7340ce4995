"""Files that are broken, hostile or no images: one clear sentence each, and no memory."""

import contextlib
import struct
import subprocess
import sys
import tracemalloc
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image as Picture

from rescale4dl_core.errors import (
    ImageError,
    MissingDependencyError,
    ReadingError,
    TooLargeError,
)
from rescale4dl_core.reading.image import read_image, read_info
from rescale4dl_core.reading.masks import read_labels

HOSTILE_NAMES = ["with space.tif", "µ ü 细胞.tif", "a'b&amp;.tif"]
if sys.platform != "win32":
    HOSTILE_NAMES += ["<b>bold.tif", 'quo"te.tif']


def tiff_header(rows, columns, compression, data):
    """Return a TIFF of one 8-bit strip whose size and content need not agree."""
    tags = [(256, columns), (257, rows), (258, 8), (259, compression), (262, 1)]
    tags += [(273, 8), (277, 1), (278, rows), (279, len(data))]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + directory


def png(rows, columns, data):
    def chunk(kind, content):
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def zeros_deflated(n_bytes):
    return zlib.compress(bytes(n_bytes), 9)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.tif", b"", "the file is empty (0 bytes)"),
        ("text.tif", b"Sample,Channel\n1,DAPI\n", "this is a text file"),
        ("page.png", b"<html><body>404</body></html>", "this is a text file"),
        ("archive.tif", b"PK\x03\x04rest", "this is a ZIP archive"),
        ("table.xlsx", b"PK\x03\x04rest", "Office files such as .xlsx"),
        ("stack.ims", b"\x89HDF\r\n\x1a\nrest", "this is an HDF5 file"),
        ("paper.pdf", b"%PDF-1.7", "this is a PDF document"),
        ("noise.tif", bytes(range(128, 192)), "a file of an unknown format"),
        ("start.tif", b"II*\0", "is damaged, incomplete"),
        ("start.png", b"\x89PNG\r\n\x1a\n", "is damaged, incomplete"),
        ("start.jpg", b"\xff\xd8\xff\xe0", "is damaged, incomplete"),
        ("start.nd2", b"\xda\xce\xbe\n" + bytes(200), "is damaged, incomplete"),
        ("start.lif", b"\x70\0\0\0" + bytes(200), "is damaged, incomplete"),
        ("start.czi", b"ZISRAWFILE" + bytes(200), "the CZI file is damaged"),
    ],
)
def test_each_kind_of_bad_file_has_its_sentence(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    for read in (read_info, read_image, read_labels):
        with pytest.raises(ReadingError) as error:
            read(path)
        message = str(error.value)
        assert message.startswith(f"{name}: ")
        assert words in message
        assert "\n" not in message


def test_a_missing_file_is_named_with_its_folder(tmp_path):
    with pytest.raises(ReadingError, match=f"there is no such file in {tmp_path}"):
        read_info(tmp_path / "nothing.tif")


def test_a_folder_that_is_no_zarr_is_refused(tmp_path):
    words = f"^{tmp_path.name}: this folder is no OME-Zarr image .* Choose a file in it.$"
    with pytest.raises(ReadingError, match=words):
        read_info(tmp_path)


def test_a_name_that_no_file_can_have_is_refused(tmp_path):
    with pytest.raises(ReadingError, match="cannot be opened"):
        read_info(tmp_path / "null\0byte.tif")


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    path = tmp_path / "locked.tif"
    path.write_bytes(b"II*\0")

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(ReadingError, match="may not be opened by this user"):
        read_info(path)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_any_file_name_reads_and_is_kept_as_it_is(tmp_path, plane, name):
    tifffile.imwrite(tmp_path / name, plane)
    assert read_image(tmp_path / name).name == name


@pytest.mark.parametrize("options", [{}, {"compression": "zlib"}, {"tile": (16, 16)}])
def test_a_tiff_that_was_cut_short_is_refused_and_not_filled_with_black(
    tmp_path, plane, options
):
    path = tmp_path / "cut.tif"
    tifffile.imwrite(path, np.tile(plane, (4, 4)), **options)
    with tifffile.TiffFile(path) as tiff:
        page = tiff.pages.first
        end = page.dataoffsets[-1] + page.databytecounts[-1]
    data = path.read_bytes()
    assert end == len(data), "the pixels are not the last thing in the file"
    path.write_bytes(data[: end - 20])
    with pytest.raises(ReadingError, match="cut short"):
        read_image(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deflate.tif", tiff_header(100_000, 100_000, 8, zeros_deflated(100))),
        ("plain.tif", tiff_header(100_000, 100_000, 1, b"abc")),
        ("picture.png", png(100_000, 100_000, zeros_deflated(100))),
    ],
)
def test_a_header_of_10_gigabytes_is_refused_before_anything_is_allocated(
    tmp_path, name, content
):
    path = tmp_path / name
    path.write_bytes(content)
    read_info(path)
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError) as error:
            read_image(path)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 10_000_000
    message = str(error.value)
    assert "100,000 x 100,000 px and decoding it takes 10.0 GB" in message
    assert "allow large images (--allow-large)" in message


def test_a_large_image_that_is_allowed_is_tried(tmp_path):
    path = tmp_path / "plain.tif"
    path.write_bytes(tiff_header(100_000, 100_000, 1, b"abc"))
    with pytest.raises(ReadingError, match="cut short"):
        read_image(path, allow_large=True)


def test_a_strip_that_inflates_to_gigabytes_is_bounded_by_its_place(tmp_path):
    bombs = {
        "strip.tif": tiff_header(10, 10, 8, zeros_deflated(200_000_000)),
        "text.png": png(10, 10, zeros_deflated(200_000_000)),
    }
    for name, content in bombs.items():
        path = tmp_path / name
        path.write_bytes(content)
        tracemalloc.start()
        try:
            with contextlib.suppress(ReadingError):
                read_image(path)
            peak_bytes = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak_bytes < 20_000_000


def test_a_jpeg_strip_that_states_gigabytes_is_refused(tmp_path):
    import imagecodecs

    stream = bytearray(imagecodecs.jpeg8_encode(np.zeros((64, 64), np.uint8)))
    frame = stream.index(b"\xff\xc0")
    stream[frame + 5 : frame + 9] = struct.pack(">HH", 65_500, 65_500)
    path = tmp_path / "jpeg.tif"
    path.write_bytes(tiff_header(64, 64, 7, bytes(stream)))
    with pytest.raises(ReadingError, match="holds a stream of 4,290,250,000"):
        read_image(path)


def test_an_ome_header_of_a_billion_planes_is_not_believed(tmp_path, plane):
    path = tmp_path / "a.ome.tif"
    tifffile.imwrite(path, plane, ome=True)
    data = path.read_bytes()
    assert data.count(b'SizeT="1"') == 1
    xml = data.replace(b'SizeT="1"', b'SizeT="9"', 1)
    path.write_bytes(xml)
    assert read_info(path).axes == "TYX"
    tifffile.imwrite(
        path,
        plane,
        metadata=None,
        description=tifffile.tiffcomment(path).replace('SizeT="9"', 'SizeT="999999999"'),
    )
    with pytest.raises(ReadingError, match="lists 999,999,999 planes"):
        read_info(path)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_pixels_that_are_no_numbers_are_refused(tmp_path, plane, value):
    pixels = plane.astype(np.float32)
    pixels[3, 4] = value
    tifffile.imwrite(tmp_path / "nan.tif", pixels)
    with pytest.raises(ImageError, match="1 of 600 pixels are NaN or infinite"):
        read_image(tmp_path / "nan.tif")


def test_a_constant_image_reads(tmp_path):
    tifffile.imwrite(tmp_path / "flat.tif", np.full((20, 30), 7, np.uint16))
    assert set(read_image(tmp_path / "flat.tif").pixels.ravel()) == {7}


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("tifffile", "a.tif"),
        ("PIL", "c.png"),
        ("PIL", "d.jpg"),
        ("zarr", "e.zarr"),
    ],
)
def test_a_missing_package_is_named_with_how_to_install_it(
    one_of_each, monkeypatch, package, name
):
    for module in [key for key in sys.modules if key.split(".")[0] == package]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, package, None)
    install = {"PIL": "pillow"}.get(package, package)
    with pytest.raises(MissingDependencyError, match=f"pip install '{install}'"):
        read_image(one_of_each[name])


@pytest.mark.parametrize(
    ("package", "start"),
    [("nd2", b"\xda\xce\xbe\n"), ("liffile", b"\x70\0\0\0")],
)
def test_a_missing_vendor_package_is_named(tmp_path, monkeypatch, package, start):
    (tmp_path / "vendor").write_bytes(start + bytes(100))
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingDependencyError, match=f"needs the package '{package}'"):
        read_info(tmp_path / "vendor")


def test_missing_codecs_are_named(tmp_path, plane, monkeypatch):
    path = tmp_path / "lzw.tif"
    path.write_bytes(tiff_header(20, 30, 5, b"\x80\x00" * 40))
    monkeypatch.setattr(tifffile.TIFF, "DECOMPRESSORS", _NoCodecs())
    with pytest.raises(MissingDependencyError, match="needs the package 'imagecodecs'"):
        read_image(path)


def test_nothing_of_the_libraries_reaches_the_terminal(tmp_path):
    """Broken tags make tifffile log, odd sizes make Pillow warn."""
    odd = tmp_path / "odd.tif"
    tifffile.imwrite(odd, np.zeros((20, 30), np.uint8), description="OME <OME broken")
    with tifffile.TiffFile(odd) as tiff:
        entry = tiff.pages.first.tags["Software"].offset
    data = bytearray(odd.read_bytes())
    data[entry + 2 : entry + 8] = struct.pack("<HI", 99, 2**31)
    odd.write_bytes(data)
    large = tmp_path / "large.png"
    Picture.new("1", (11_000, 9_000)).save(large)
    code = (
        "from pathlib import Path\n"
        "from rescale4dl_core.reading.image import read_image\n"
        f"print(read_image(Path({str(odd)!r})).shape)\n"
        f"print(read_image(Path({str(large)!r})).shape)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", code], capture_output=True, text=True
    )
    assert done.stdout == "(20, 30)\n(9000, 11000)\n"
    assert done.stderr == ""


class _NoCodecs:
    """Stands for tifffile's table of codecs on a machine without imagecodecs."""

    def __getitem__(self, key):
        raise KeyError(f"{key} requires the 'imagecodecs' package")
