"""The pixel size in the dialects of TIFF, written by tifffile."""

import struct

import numpy as np
import pytest
import tifffile

from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.reading.image import read_image, read_info

PER_CM = 10_000 / 0.25


@pytest.fixture
def path(tmp_path):
    return tmp_path / "image.tif"


@pytest.mark.parametrize("unit", ["um", "micron", "\\u00B5m"])
def test_imagej_calibration_reads_with_its_planes(path, ramp, unit):
    tifffile.imwrite(
        path,
        ramp[0, :, 0],
        imagej=True,
        resolution=(1 / 0.3, 1 / 0.2),
        metadata={"axes": "ZYX", "unit": unit, "spacing": 1.5},
    )
    known = read_info(path).known
    assert known.source == "ImageJ tag"
    size = known.size
    assert (size.y_um, size.x_um, size.z_um) == pytest.approx((0.2, 0.3, 1.5))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_imagej_may_write_the_micro_sign_in_any_encoding(path, plane, encoding):
    text = "ImageJ=1.54f\nunit=µm\n".encode(encoding)
    tifffile.imwrite(
        path, plane, description=text, metadata=None, resolution=(5, 5), resolutionunit=1
    )
    assert read_info(path).known.size == PixelSize(0.2, 0.2)


def test_imagej_without_a_unit_is_uncalibrated(path, plane):
    tifffile.imwrite(path, plane, imagej=True, resolution=(5, 5))
    assert read_info(path).known.source == "unknown"


@pytest.mark.parametrize(("unit", "um"), [("nm", 1e-3), ("µm", 1.0), ("mm", 1e3)])
def test_ome_xml_is_read_in_its_unit(path, plane, unit, um):
    sizes = {f"PhysicalSize{axis}": 0.108 / um for axis in "XY"}
    units = {f"PhysicalSize{axis}Unit": unit for axis in "XY"}
    tifffile.imwrite(path, plane, ome=True, metadata={"axes": "YX", **sizes, **units})
    known = read_info(path).known
    assert known.source == "OME-XML"
    assert known.size.y_um == pytest.approx(0.108)


def test_ome_xml_without_a_unit_is_in_micrometres(path, plane):
    tifffile.imwrite(
        path,
        plane,
        ome=True,
        metadata={"axes": "YX", "PhysicalSizeX": 0.3, "PhysicalSizeY": 0.3},
    )
    assert read_info(path).known.size == PixelSize(0.3, 0.3)


def test_ome_xml_against_the_resolution_tag_is_a_contradiction(path, plane):
    sizes = {"PhysicalSizeX": 0.65, "PhysicalSizeY": 0.65}
    tifffile.imwrite(
        path,
        plane,
        ome=True,
        metadata={"axes": "YX", **sizes},
        resolution=(PER_CM, PER_CM),
        resolutionunit="CENTIMETER",
    )
    known = read_info(path).known
    assert known.size is None
    assert "0.65 µm by its OME-XML, 0.25 µm by its TIFF resolution tag" in known.notes[0]


def test_ome_xml_is_not_doubted_for_a_printing_density(path, plane):
    sizes = {"PhysicalSizeX": 0.65, "PhysicalSizeY": 0.65}
    tifffile.imwrite(
        path, plane, ome=True, metadata=sizes, resolution=(72, 72), resolutionunit="INCH"
    )
    assert read_info(path).known.size == PixelSize(0.65, 0.65)
    assert read_info(path).known.notes == ()


@pytest.mark.parametrize(
    ("unit", "per_unit"), [("CENTIMETER", PER_CM), ("INCH", 25_400 / 0.25)]
)
def test_a_fine_resolution_tag_is_a_pixel_size(path, plane, unit, per_unit):
    tifffile.imwrite(path, plane, resolution=(per_unit, per_unit), resolutionunit=unit)
    known = read_info(path).known
    assert known.source == "TIFF resolution tag"
    assert known.size.x_um == pytest.approx(0.25)


@pytest.mark.parametrize("dpi", [72, 96, 300])
def test_a_printing_density_is_unknown_with_a_note(path, plane, dpi):
    tifffile.imwrite(path, plane, resolution=(dpi, dpi), resolutionunit="INCH")
    known = read_info(path).known
    assert known.size is None
    assert f"says {dpi} dpi, a density for screens and printers" in known.notes[0]


def test_a_slide_scanner_header_is_read(path, plane):
    header = "Aperio Image Library v1\n30x20|AppMag = 20|MPP = 0.4990|Left = 1"
    pixels = plane.astype(np.uint8)
    tifffile.imwrite(path, pixels, description=header, metadata=None, tile=(16, 16))
    known = read_info(path).known
    assert (known.source, known.size) == ("SVS header", PixelSize(0.499, 0.499))


def test_an_lsm_file_reads_its_voxel_in_metres_and_leaves_the_thumbnail_out(path, plane):
    """Fields of CZ_LSMINFO up to the voxel size: Zeiss, "LSM file format"."""
    pixels = plane.astype(np.uint8)
    sizes = (30, 20, 1, 1, 1, 1, 8, 8)
    header = struct.pack("<Ii8iddd", 0x0400494C, 500, *sizes, 2e-7, 3e-7, 5e-7)
    tag = (34412, 1, 500, header.ljust(500, b"\0"), True)
    with tifffile.TiffWriter(path) as writer:
        writer.write(pixels, extratags=[tag], metadata=None)
        writer.write(pixels[:8, :8], subfiletype=1, metadata=None)
    known = read_info(path).known
    assert (known.source, known.size.y_um) == ("LSM tag", pytest.approx(0.3))
    np.testing.assert_array_equal(read_image(path).pixels, pixels)
