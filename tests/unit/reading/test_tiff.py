"""TIFF in its dialects, written by tifffile and read one plane at a time."""

import numpy as np
import pytest
import tifffile

from rescale4dl_core.errors import ReadingError, SelectionError
from rescale4dl_core.reading.image import read_image, read_info
from rescale4dl_core.reading.opened import Selection, choices_of


@pytest.fixture
def path(tmp_path):
    return tmp_path / "image.tif"


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("is_big", [False, True])
@pytest.mark.parametrize("compression", [None, "zlib", "lzw", "zstd", "packbits"])
def test_a_plain_plane_reads_in_any_container(path, plane, byte_order, is_big, compression):
    pixels = plane if compression != "packbits" else plane.astype(np.uint8)
    tifffile.imwrite(
        path, pixels, byteorder=byte_order, bigtiff=is_big, compression=compression
    )
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels, pixels)
    assert image.pixels.dtype == pixels.dtype
    assert read_info(path).format == ("BigTIFF" if is_big else "TIFF")


@pytest.mark.parametrize(
    "dtype", ["bool", "uint8", "int8", "uint16", "int16", "uint32", "float32", "float64"]
)
def test_every_real_type_of_pixel_reads(path, plane, dtype):
    tifffile.imwrite(path, (plane % 2).astype(dtype))
    np.testing.assert_array_equal(read_image(path).pixels, plane % 2)


@pytest.mark.parametrize(
    "options",
    [
        {"imagej": True},
        {"imagej": True, "compression": "zlib"},
        {"ome": True},
        {"ome": True, "tile": (16, 16), "compression": "zlib"},
    ],
    ids=["ImageJ", "ImageJ, zlib", "OME", "OME, tiled"],
)
def test_every_plane_of_a_hyperstack_is_found(path, ramp, options):
    tifffile.imwrite(path, ramp, metadata={"axes": "TZCYX"}, **options)
    info = read_info(path)
    assert (info.axes, info.shape) == ("TZCYX", ramp.shape)
    for time, plane, channel in np.ndindex(ramp.shape[:3]):
        image = read_image(path, Selection(channel, plane, time))
        np.testing.assert_array_equal(image.pixels, ramp[time, plane, channel])


def test_an_imagej_stack_with_one_directory_reads_every_plane(path, ramp):
    """ImageJ writes stacks over 4 GB with a single directory."""
    stack = ramp[0, :, 0]
    tifffile.imwrite(path, stack, imagej=True, metadata={"axes": "ZYX"})
    with tifffile.TiffFile(path) as tiff:
        offset = tiff.pages[0].offset
        n_tags = len(tiff.pages[0].tags)
    data = bytearray(path.read_bytes())
    data[offset + 2 + 12 * n_tags : offset + 6 + 12 * n_tags] = bytes(4)
    path.write_bytes(data)
    for number in range(3):
        image = read_image(path, Selection(plane=number))
        np.testing.assert_array_equal(image.pixels, stack[number])


def test_pages_without_names_are_planes(path, ramp):
    tifffile.imwrite(path, ramp[0, :, 0], photometric="minisblack", metadata=None)
    assert read_info(path).axes == "ZYX"
    np.testing.assert_array_equal(
        read_image(path, Selection(plane=2)).pixels, ramp[0, 2, 0]
    )


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_rgb_reads_with_its_colours_last(path, planar):
    colours = np.random.default_rng(1).integers(0, 255, (20, 30, 3)).astype(np.uint8)
    stored = colours if planar == "contig" else np.moveaxis(colours, -1, 0)
    tifffile.imwrite(path, stored, photometric="rgb", planarconfig=planar)
    np.testing.assert_array_equal(read_image(path).pixels, colours)


def test_transparency_is_left_out_with_a_note(path):
    colours = np.random.default_rng(1).integers(0, 255, (20, 30, 4)).astype(np.uint8)
    tifffile.imwrite(path, colours, photometric="rgb", extrasamples=["unassalpha"])
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels, colours[..., :3])
    assert image.notes == ("The image has a transparency channel, which was left out.",)


def test_samples_that_are_no_colours_are_channels(path):
    samples = np.random.default_rng(1).integers(0, 255, (20, 30, 5)).astype(np.uint8)
    tifffile.imwrite(path, samples, photometric="minisblack", planarconfig="contig")
    assert read_info(path).size_of("C") == 5
    np.testing.assert_array_equal(
        read_image(path, Selection(channel=3)).pixels, samples[..., 3]
    )


def test_a_colour_table_is_applied_but_not_the_one_of_imagej(path):
    indices = np.arange(600, dtype=np.uint8).reshape(20, 30)
    table = np.random.default_rng(1).integers(0, 65535, (3, 256)).astype(np.uint16)
    tifffile.imwrite(path, indices, photometric="palette", colormap=table)
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels, (table.T >> 8)[indices])
    assert "colour table" in image.notes[0]
    tifffile.imwrite(
        path, indices, imagej=True, photometric="palette", colormap=table // 257
    )
    np.testing.assert_array_equal(read_image(path).pixels, indices)


def test_channel_names_come_from_ome_xml_and_from_imagej_labels(path, ramp):
    stack = ramp[0, 0, :2]
    names = {"axes": "CYX", "Channel": {"Name": ["DAPI", "GFP"]}}
    tifffile.imwrite(path, stack, ome=True, metadata=names)
    assert read_info(path).channels == ("DAPI", "GFP")
    labels = {"axes": "CYX", "Labels": ["one", "two"]}
    tifffile.imwrite(path, stack, imagej=True, metadata=labels)
    assert read_info(path).channels == ("one", "two")


def test_series_of_different_shapes_are_scenes(path, plane):
    with tifffile.TiffWriter(path) as writer:
        writer.write(plane)
        writer.write(plane[:7])
    assert len(read_info(path).scenes) == 2
    assert read_info(path, scene=1).shape == (7, 30)
    np.testing.assert_array_equal(read_image(path, Selection(scene=1)).pixels, plane[:7])
    with pytest.raises(SelectionError, match=r"scene \(0 to 1\)"):
        read_image(path)
    with pytest.raises(SelectionError, match="has no scene 2"):
        read_info(path, scene=2)


def test_an_array_of_one_axis_is_no_image(path):
    tifffile.imwrite(path, np.arange(50, dtype=np.uint16))
    with pytest.raises(ReadingError, match="an image needs rows and columns"):
        read_image(path)


def test_planes_in_other_files_of_an_ome_set_are_not_opened(tmp_path, plane):
    """A header may name any file of the disk; only the chosen one is read."""
    other = tmp_path / "secret.ome.tif"
    tifffile.imwrite(other, plane[::-1], ome=True)
    path = tmp_path / "first.ome.tif"
    tifffile.imwrite(path, plane, description=_two_files(plane), metadata=None)
    np.testing.assert_array_equal(read_image(path, Selection(channel=0)).pixels, plane)
    with pytest.raises(ReadingError, match="stored in another file of the set"):
        read_image(path, Selection(channel=1))


def test_a_renamed_ome_tiff_still_reads(tmp_path, plane):
    path = tmp_path / "renamed.ome.tif"
    xml = _two_files(plane).replace('SizeC="2"', 'SizeC="1"')
    start, end = xml.index('<TiffData FirstC="1"'), xml.index("</Pixels>")
    xml = xml[:start] + xml[end:]
    tifffile.imwrite(path, plane, description=xml, metadata=None)
    np.testing.assert_array_equal(read_image(path).pixels, plane)


def test_a_plane_is_read_without_the_others(path, ramp, monkeypatch):
    tifffile.imwrite(path, ramp[0, :, 0], compression="zlib", photometric="minisblack")
    decoded = []
    decode = tifffile.TiffPage.asarray

    def count(page, *args, **kwargs):
        decoded.append(page.index)
        return decode(page, *args, **kwargs)

    monkeypatch.setattr(tifffile.TiffPage, "asarray", count)
    monkeypatch.setattr(tifffile.TiffFrame, "asarray", count)
    assert choices_of(read_info(path))
    read_image(path, Selection(plane=2))
    assert decoded == [2]


def _two_files(plane):
    rows, columns = plane.shape
    blocks = "".join(
        f'<TiffData FirstC="{channel}" IFD="0" PlaneCount="1">'
        f'<UUID FileName="{name}">urn:uuid:{channel}</UUID></TiffData>'
        for channel, name in enumerate(["first.ome.tif", "secret.ome.tif"])
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" '
        'UUID="urn:uuid:0"><Image ID="Image:0"><Pixels ID="Pixels:0" '
        f'DimensionOrder="XYCZT" SizeX="{columns}" SizeY="{rows}" SizeC="2" SizeZ="1" '
        f'SizeT="1" Type="uint16">{blocks}</Pixels></Image></OME>'
    )
