"""OME-Zarr of every version, written by zarr with metadata by hand."""

import numpy as np
import pytest
import zarr

from rescale4dl_core.errors import ReadingError, SelectionError
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.reading.image import read_image, read_info
from rescale4dl_core.reading.opened import Selection

AXES = [
    {"name": "t", "type": "time"},
    {"name": "z", "type": "space", "unit": "micrometer"},
    {"name": "c", "type": "channel"},
    {"name": "y", "type": "space", "unit": "nanometer"},
    {"name": "x", "type": "space", "unit": "nanometer"},
]


def multiscale(axes=AXES, scale=(1, 0.5, 1, 200, 200), **more):
    transformation = {"type": "scale", "scale": list(scale)}
    level = {"path": "0", "coordinateTransformations": [transformation]}
    return {"multiscales": [{"axes": axes, "datasets": [level], **more}]}


def write(path, pixels, attributes, zarr_format=3, **options):
    group = zarr.open_group(path, mode="w", zarr_format=zarr_format)
    group.create_array("0", data=pixels, **options)
    group.attrs.update({"ome": attributes} if zarr_format == 3 else attributes)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "image.zarr"


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_every_plane_is_found_with_its_size(path, ramp, zarr_format):
    write(path, ramp, multiscale(), zarr_format, chunks=(1, 2, 1, 10, 10))
    info = read_info(path)
    assert (info.format, info.axes, info.shape) == ("OME-Zarr", "TZCYX", ramp.shape)
    assert info.known.size == PixelSize(0.2, 0.2, 0.5)
    for time, plane, channel in np.ndindex(ramp.shape[:3]):
        image = read_image(path, Selection(channel, plane, time))
        np.testing.assert_array_equal(image.pixels, ramp[time, plane, channel])


def test_a_scale_of_the_whole_image_multiplies_that_of_the_level(path, plane):
    twice = [{"type": "scale", "scale": [2, 2]}]
    attributes = multiscale(AXES[3:], (200, 200), coordinateTransformations=twice)
    write(path, plane, attributes)
    assert read_info(path).known.size == PixelSize(0.4, 0.4)


def test_version_0_1_has_five_axes_without_names(path, ramp):
    write(path, ramp.swapaxes(1, 2), {"multiscales": [{"datasets": [{"path": "0"}]}]}, 2)
    info = read_info(path)
    assert info.axes == "TCZYX"
    assert info.known.source == "unknown"


def test_version_0_3_names_its_axes_only(path, ramp):
    attributes = multiscale(list("tzcyx"))
    write(path, ramp, attributes, 2)
    info = read_info(path)
    assert info.axes == "TZCYX"
    assert "no unit" in info.known.notes[0]


def test_channel_names_come_from_omero(path, ramp):
    labels = [{"label": name} for name in ("a", "b", "c", "d")]
    write(path, ramp, {**multiscale(), "omero": {"channels": labels}})
    assert read_info(path).channels == ("a", "b", "c", "d")


def test_the_fields_of_a_plate_are_scenes(path, plane):
    wells = [{"path": "A/1"}, {"path": "B/2"}]
    root = zarr.open_group(path, mode="w", zarr_format=2)
    root.attrs.update({"plate": {"wells": wells}})
    for number, well in enumerate(wells):
        group = root.create_group(well["path"])
        group.attrs.update({"well": {"images": [{"path": "0"}]}})
        field = group.create_group("0")
        field.create_array("0", data=plane + np.uint16(number))
        field.attrs.update(multiscale(AXES[3:], (200, 200)))
    assert read_info(path).scenes == ("A/1/0", "B/2/0")
    image = read_image(path, Selection(scene=1))
    np.testing.assert_array_equal(image.pixels, plane + 1)
    with pytest.raises(SelectionError, match="0 = A/1/0, 1 = B/2/0"):
        read_image(path)


def test_the_series_of_bioformats2raw_are_scenes(path, plane):
    root = zarr.open_group(path, mode="w", zarr_format=2)
    root.attrs.update({"bioformats2raw.layout": 3})
    for name in ("0", "1", "10", "2", "OME"):
        group = root.create_group(name)
        if name.isdecimal():
            group.create_array("0", data=plane)
            group.attrs.update(multiscale(AXES[3:], (200, 200)))
    assert read_info(path).scenes == ("0", "1", "2", "10")


def test_a_bare_array_reads_without_a_pixel_size(path, plane):
    zarr.create_array(path, data=plane)
    assert read_info(path).format == "Zarr"
    np.testing.assert_array_equal(read_image(path).pixels, plane)


def test_big_endian_pixels_come_out_in_the_order_of_the_machine(path, plane):
    zarr.create_array(path, data=plane.astype(">u2"), zarr_format=2)
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels, plane)
    assert str(image.pixels.dtype) == read_info(path).dtype == "uint16"


def test_a_zarr_folder_without_an_image_says_so(path, plane):
    group = zarr.open_group(path, mode="w")
    group.create_group("tables")
    with pytest.raises(ReadingError, match="holds no OME-Zarr image"):
        read_image(path)


def test_metadata_that_name_other_axes_than_the_array_has_are_refused(path, plane):
    write(path, plane, multiscale())
    with pytest.raises(ReadingError, match="name 5 axes, the array has 2"):
        read_image(path)


@pytest.mark.parametrize("codec", ["gzip", "zlib", "zstd", "blosc", "lz4"])
def test_a_chunk_that_would_fill_the_memory_is_not_decoded(path, plane, codec):
    import numcodecs

    compressor = numcodecs.get_codec({"id": codec})
    zarr.create_array(
        path, data=plane, chunks=(10, 10), zarr_format=2, compressors=compressor
    )
    np.testing.assert_array_equal(read_image(path).pixels, plane)
    (path / "1.2").write_bytes(bytes(compressor.encode(np.zeros(1 << 20, np.uint8))))
    with pytest.raises(ReadingError, match="inflates to more than"):
        read_image(path)


def test_a_large_array_is_refused_by_its_header(path):
    zarr.create_array(path, shape=(100_000, 100_000), chunks=(1000, 1000), dtype="uint8")
    with pytest.raises(ReadingError, match=r"100,000 x 100,000 px .* takes 10.0 GB"):
        read_image(path)


def test_a_large_chunk_is_refused_though_the_plane_is_small(path):
    zarr.create_array(path, shape=(9000, 600, 600), chunks=(9000, 600, 600), dtype="uint8")
    with pytest.raises(ReadingError, match=r"takes 3.2 GB"):
        read_image(path, Selection(plane=0))
