"""Sixteen real files read as other programs read them: shared/data/formats/expected.json.

Sizes, types and pixel sizes come from that list (pylibCZIrw, readlif, nd2, tifffile,
hand-parsed headers), pixels from the whole-file readers of the format libraries.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from rescale4dl_core.errors import SelectionError
from rescale4dl_core.reading.image import read_image, read_info
from rescale4dl_core.reading.opened import Selection, choices_of

FORMATS = Path(__file__).parents[3] / "shared" / "data" / "formats"
EXPECTED = FORMATS / "expected.json"
ENTRIES = json.loads(EXPECTED.read_text()) if EXPECTED.is_file() else []
SINGLE_IMAGES = [entry for entry in ENTRIES if "images" not in entry]
DTYPES = {"Gray8": "uint8", "Gray16": "uint16"}
SOURCES = {
    "nuc_small_new_red.czi": "CZI",
    "LLS7_small.czi": "CZI",
    "newCZI_compressed.czi": "unknown",
    "xyz__multiple_images.czi": "CZI",
    "LeicaLASX_wavelength-sweep_example.lif": "LIF",
    "cluster.nd2": "ND2",
    "FOV7_HV110_P0500510000.ome.tiff": "unknown",
    "multiseries.ome.tiff": "OME-XML",
    "xy_16bit_calibrated__nuclei_various_shapes.tif": "ImageJ tag",
    "xyz_8bit__mitotic_plate_calibrated.tif": "ImageJ tag",
    "xyc_16bit__cell_dna_mts_actin.tif": "ImageJ tag",
    "image-02.zarr": "OME-Zarr",
    "input10.zarr": "unknown",
    "metamorph_A01_w2.tif": "MetaMorph UIC1 tag",
    "mitotic_plate.ome.zarr": "OME-Zarr",
    "mitotic_plate_um.ome.tif": "OME-XML",
}

by_file = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
by_single_image = pytest.mark.parametrize(
    "entry", SINGLE_IMAGES, ids=lambda entry: entry["file"]
)


def expected_size_um(entry):
    """Return y, x, z as listed; the two Zarr files without a list say so in their JSON."""
    if entry["file"] == "image-02.zarr":
        return 1.0, 1.0, None
    size = entry.get("pixel_size_um", {})
    return size.get("y"), size.get("x"), size.get("z")


def assert_size(known, expected):
    y, x, z = expected
    if x is None:
        assert known.size is None
        assert known.notes
        return
    assert known.size.y_um == pytest.approx(y, rel=1e-5)
    assert known.size.x_um == pytest.approx(x, rel=1e-5)
    if z is not None:
        assert known.size.z_um == pytest.approx(z, rel=1e-5)


def first_of_each(info):
    chosen = {choice.kind: len(choice.names) - 1 for choice in choices_of(info)}
    return Selection(**chosen)


@by_single_image
def test_size_type_and_scenes_are_those_of_the_independent_reader(entry):
    info = read_info(FORMATS / entry["file"])
    if "dims" in entry:
        for axis, length in entry["dims"].items():
            assert info.size_of(axis) == length
    else:
        assert list(info.shape) == entry["shape"]
    if "axes" in entry:
        axes = entry["axes"]
        letters = axes if isinstance(axes, str) else [axis["name"].upper() for axis in axes]
        assert list(info.axes) == list(letters)
    assert info.dtype == entry.get("dtype", DTYPES.get(entry.get("pixel_type")))
    assert len(info.scenes) == max(entry.get("scenes", entry.get("series", 1)), 1)
    assert len(info.channels) == info.size_of("C")


@by_single_image
def test_the_pixel_size_is_the_one_of_the_independent_reader(entry):
    info = read_info(FORMATS / entry["file"])
    assert_size(info.known, expected_size_um(entry))
    assert info.known.source == SOURCES[entry["file"]]


@pytest.mark.parametrize("scene", range(3))
def test_each_image_of_the_lif_project_is_a_scene(shared_data, scene):
    entry = next(entry for entry in ENTRIES if "images" in entry)
    path = shared_data / "formats" / entry["file"]
    expected = entry["images"][scene]
    info = read_info(path, scene=scene)
    assert info.scenes == tuple(image["name"] for image in entry["images"])
    for axis in "xyzt":
        assert info.size_of(axis.upper()) == expected["dims"][axis]
    assert len(info.channels) == expected["channels"]
    assert info.dtype == f"uint{expected['bit_depth'][0]}"
    size = expected["pixel_size_um"]
    assert_size(info.known, (size["y"], size["x"], size["z"]))
    assert info.known.source == SOURCES[entry["file"]]


@by_file
def test_a_file_with_several_planes_asks_which(entry):
    path = FORMATS / entry["file"]
    if not choices_of(read_info(path)):
        assert read_image(path).name == entry["file"]
        return
    with pytest.raises(SelectionError, match="holds more than one image"):
        read_image(path)


@pytest.mark.parametrize(
    "name", [entry["file"] for entry in ENTRIES if ".tif" in entry["file"]]
)
def test_a_tiff_plane_is_the_one_of_the_whole_series(name):
    import tifffile

    path = FORMATS / name
    selection = first_of_each(read_info(path))
    whole = tifffile.imread(path, series=selection.scene or 0)
    image = read_image(path, selection)
    np.testing.assert_array_equal(image.pixels, whole.reshape(-1, *image.shape)[-1])


@pytest.mark.parametrize(
    "name", ["nuc_small_new_red.czi", "LLS7_small.czi", "xyz__multiple_images.czi"]
)
def test_every_czi_plane_is_the_one_of_czifile(shared_data, name):
    path = shared_data / "formats" / name
    for chosen, pixels in planes_by_czifile(path):
        selection = Selection(
            channel=chosen.get("C"),
            plane=chosen.get("Z"),
            time=chosen.get("T"),
            scene=chosen.get("S"),
        )
        np.testing.assert_array_equal(read_image(path, selection).pixels, pixels)


def planes_by_czifile(path):
    """Yield the indices and pixels of each plane; czifile changed its API in 2026."""
    import czifile

    with czifile.CziFile(path) as file:
        if hasattr(file, "scenes"):
            for scene, image in enumerate(file.scenes.values()):
                whole = image.asarray()
                for index in np.ndindex(*whole.shape[:-2]):
                    chosen = dict(zip(image.dims, index, strict=False))
                    yield {**chosen, "S": scene}, whole[index]
            return
        whole = file.asarray()
        for index in np.ndindex(*whole.shape[:-3]):
            yield dict(zip(file.axes, index, strict=False)), whole[index][..., 0]


def test_a_zstd_compressed_czi_is_the_stream_in_the_file(shared_data):
    from numcodecs import Zstd

    path = shared_data / "formats" / "newCZI_compressed.czi"
    data = path.read_bytes()
    segment = data.index(b"ZISRAWSUBBLOCK")
    n_bytes = int.from_bytes(data[segment + 40 : segment + 48], "little")
    start = data.index(b"\x28\xb5\x2f\xfd", segment)
    raw = Zstd().decode(data[start : start + n_bytes])
    expected = np.frombuffer(raw, "<u2").reshape(512, 512)
    np.testing.assert_array_equal(read_image(path).pixels, expected)


def test_every_nd2_plane_is_the_one_of_the_whole_file(shared_data):
    import nd2

    path = shared_data / "formats" / "cluster.nd2"
    whole = nd2.imread(path)
    for time, plane, channel in np.ndindex(whole.shape[:3]):
        image = read_image(path, Selection(channel, plane, time))
        np.testing.assert_array_equal(image.pixels, whole[time, plane, channel])


def test_every_lif_plane_is_the_one_of_the_whole_image(shared_data):
    import liffile

    path = shared_data / "formats" / "LeicaLASX_wavelength-sweep_example.lif"
    with liffile.LifFile(path) as file:
        sweep, full = file.images[1].asarray(), file.images[2].asarray()
    for step in range(len(sweep)):
        image = read_image(path, Selection(channel=step, scene=1))
        np.testing.assert_array_equal(image.pixels, sweep[step])
    for time, step, plane in np.ndindex(full.shape[:3]):
        image = read_image(path, Selection(channel=step, plane=plane, time=time, scene=2))
        np.testing.assert_array_equal(image.pixels, full[time, step, plane])


@pytest.mark.parametrize(
    "name", ["image-02.zarr", "input10.zarr", "mitotic_plate.ome.zarr"]
)
def test_an_ome_zarr_plane_is_the_one_of_the_zarr_array(shared_data, name):
    import zarr

    path = shared_data / "formats" / name
    whole = np.asarray(zarr.open_array(str(path / "0"), mode="r")[...])
    for number in range(math.prod(whole.shape[:-2])):
        chosen = number if whole.ndim == 3 else None
        kind = "channel" if name == "input10.zarr" else "plane"
        image = read_image(path, Selection(**{kind: chosen}))
        np.testing.assert_array_equal(
            image.pixels, whole.reshape(-1, *whole.shape[-2:])[number]
        )


def test_the_size_of_one_micrometre_is_read_and_doubted(shared_data):
    known = read_info(shared_data / "formats" / "image-02.zarr").known
    assert "exactly 1 µm" in known.notes[0]


def test_a_zarr_without_a_unit_says_so(shared_data):
    known = read_info(shared_data / "formats" / "input10.zarr").known
    assert "is 1 with no unit" in known.notes[0]


def test_a_wavelength_sweep_is_chosen_by_its_wavelengths(shared_data):
    path = shared_data / "formats" / "LeicaLASX_wavelength-sweep_example.lif"
    choice = choices_of(read_info(path))[0]
    assert (choice.kind, choice.names[0], choice.names[-1]) == (
        "channel",
        "550 nm",
        "740 nm",
    )


@pytest.mark.parametrize(
    ("name", "shape", "side_um"),
    [
        ("histology_large_he/images/CMU-1-Small-Region.svs", (2967, 2220, 3), 0.499),
        ("histology_large_he/images/HE_example.tif", (1484, 1380, 3), 0.5),
        ("bacteria_saureus_sim_rescale4dl/images/1.tif", (512, 512), 0.0799),
        ("worms_bbbc010/images/A02.tif", (520, 696), 6.25),
        ("neurites_fluo_mixed/images/rat_hippocampal_neuron.tif", (512, 512), 0.16),
        ("neurons_brightfield_pfcpn/images/img_001.jpg", (960, 1280, 3), None),
        ("nuclei_fluo_dsb2018/images/0280fa8f60f6.tif", (256, 256), None),
    ],
)
def test_every_kind_of_sample_reads_with_the_size_of_its_read_me(
    shared_data, name, shape, side_um
):
    image = read_image(shared_data / name)
    assert image.pixels.shape == shape
    if side_um is None:
        assert image.pixel_size is None
    else:
        assert image.pixel_size.mean_um == pytest.approx(side_um, rel=1e-3)


def test_a_section_of_the_em_stack_reads_with_its_size(shared_data):
    path = shared_data / "em_vnc_sstem" / "images" / "stack1.tif"
    size = read_image(path, Selection(plane=19)).pixel_size
    assert (size.y_um, size.x_um, size.z_um) == (0.0046, 0.0046, 0.0475)


def test_reading_a_header_does_not_read_the_pixels(shared_data, monkeypatch):
    import tifffile

    def refuse(*_args, **_kwargs):
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr(tifffile.TiffPage, "asarray", refuse)
    monkeypatch.setattr(np, "memmap", refuse)
    for entry in ENTRIES:
        if ".tif" in entry["file"]:
            read_info(FORMATS / entry["file"])
