"""Every row of the registry is whole: it opens, it fails with a sentence, it is listed."""

import importlib
import pkgutil
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import rescale4dl_core.reading
from rescale4dl_core.cli.entry import build_parser
from rescale4dl_core.errors import LabelImageError, ReadingError
from rescale4dl_core.images import ImageInfo
from rescale4dl_core.reading import image, registry
from rescale4dl_core.reading.image import read_image, read_info
from rescale4dl_core.reading.masks import as_labels, read_labels
from rescale4dl_core.reading.opened import Selection, choices_of
from rescale4dl_core.reading.pixel_size import resolve_pixel_size
from rescale4dl_core.reading.registry import FORMATS, format_of
from tests.czi_files import tile, write_czi

ROOT = Path(__file__).parents[3]
VENDOR_FILES = ROOT.parent / "shared" / "data" / "formats"
PIXELS = np.random.default_rng(0).integers(0, 256, (20, 30), np.uint8)


def written_tiff(folder):
    import tifffile

    tifffile.imwrite(folder / "a.tif", PIXELS)
    return folder / "a.tif"


def written_png(folder):
    from PIL import Image

    Image.fromarray(PIXELS).save(folder / "a.png")
    return folder / "a.png"


def written_jpeg(folder):
    from PIL import Image

    Image.fromarray(PIXELS).save(folder / "a.jpg")
    return folder / "a.jpg"


def written_zarr(folder):
    import zarr

    zarr.create_array(folder / "a.zarr", data=PIXELS, chunks=(10, 10))
    return folder / "a.zarr"


def written_czi(folder):
    return write_czi(folder / "a.czi", [tile(PIXELS.astype(np.uint16))])


def copied(name):
    """Return what copies a small file of the vendor's own software."""

    def copy(folder):
        source = VENDOR_FILES / name
        if not source.exists():
            pytest.skip(f"{source} is not on this machine")
        return Path(shutil.copy(source, folder))

    return copy


SAMPLES = {
    "TIFF": written_tiff,
    "PNG": written_png,
    "JPEG": written_jpeg,
    "OME-Zarr": written_zarr,
    "ND2": copied("cluster.nd2"),
    "CZI": written_czi,
    "LIF": copied("LeicaLASX_wavelength-sweep_example.lif"),
}
"""How to come by one small readable image of each format."""

every_row = pytest.mark.parametrize("row", FORMATS, ids=str)


def files_of(path):
    return [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]


def test_every_row_has_a_sample_here():
    assert list(SAMPLES) == [row.name for row in FORMATS]


def test_every_function_that_opens_a_format_is_in_a_row():
    package = rescale4dl_core.reading
    modules = [
        importlib.import_module(f"{package.__name__}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
    ]
    openers = {
        value
        for module in modules
        for name, value in vars(module).items()
        if name.startswith("open_")
    }
    assert openers == {row.reader() for row in FORMATS}


@every_row
def test_a_sample_is_recognised_and_one_plane_of_it_read(tmp_path, row):
    path = SAMPLES[row.name](tmp_path)
    assert format_of(path) is row
    assert path.suffix in row.suffixes
    assert path.is_dir() == row.is_folder
    info = read_info(path)
    first = Selection(**{choice.kind: 0 for choice in choices_of(info)})
    assert read_image(path, first).shape == (info.size_of("Y"), info.size_of("X"))


@every_row
@pytest.mark.parametrize("n_kept", [12, 100])
def test_a_sample_cut_short_gives_one_sentence(tmp_path, row, n_kept):
    path = SAMPLES[row.name](tmp_path)
    for file in files_of(path):
        file.write_bytes(file.read_bytes()[:n_kept])
    _assert_one_sentence(path)


@every_row
def test_nonsense_behind_the_first_bytes_gives_one_sentence(tmp_path, row):
    path = SAMPLES[row.name](tmp_path)
    for file in files_of(path):
        file.write_bytes(file.read_bytes()[:12] + b"\xff" * 5000)
    _assert_one_sentence(path)


def _assert_one_sentence(path):
    with pytest.raises(ReadingError) as error:
        read_image(path, Selection(0, 0, 0, 0))
    message = str(error.value)
    assert message.startswith(f"{path.name}: ")
    assert message.endswith(".")
    assert "\n" not in message


@every_row
def test_what_any_library_may_raise_is_a_broken_file_in_every_row(
    tmp_path, monkeypatch, row
):
    path = SAMPLES[row.name](tmp_path)
    for kind in (OSError, EOFError, ValueError, UnicodeDecodeError, RuntimeError):
        assert issubclass(kind, row.broken_errors)
    for kind in row.broken_errors:

        def fail(_path, _scene, kind=kind):
            raise kind("a word of the library")

        failing = replace(row, reader=lambda fail=fail: fail)
        monkeypatch.setattr(image, "format_of", lambda _path, failing=failing: failing)
        with pytest.raises(ReadingError, match="a word of the library") as error:
            read_image(path)
        assert f"open it in {row.saved_anew_in} and save it as TIFF" in str(error.value)


def test_a_row_is_told_by_its_bytes_or_by_the_files_of_its_folder_and_by_no_others():
    starts = [(start, row) for row in FORMATS for start in row.first_bytes]
    for start, row in starts:
        taken = {other.name for first, other in starts if start.startswith(first)}
        assert taken == {row.name}
    for row in FORMATS:
        assert bool(row.first_bytes) != bool(row.files_inside)
        assert all(suffix.startswith(".") for suffix in row.suffixes)


@every_row
def test_its_package_is_declared_and_there(row):
    required = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert re.search(rf"^{re.escape(row.installed_as)}[>=<]", required, re.MULTILINE)
    assert importlib.util.find_spec(row.library)


@every_row
def test_masks_come_in_every_format_that_keeps_values(row):
    squares = np.zeros((20, 30), np.uint8)
    squares[2:8, 2:8], squares[10:16, 10:16] = 1, 2
    known = resolve_pixel_size([])
    info = ImageInfo("m", row.name, "YX", (20, 30), "uint8", known, ("",), ("",))
    plane = image.Plane(squares, info, row, None)
    if row.holds_labels:
        labels = as_labels(plane)
        assert set(np.unique(labels.pixels)) == {0, 1, 2}
    else:
        with pytest.raises(LabelImageError, match=f"{row.name} changes the values"):
            as_labels(plane)


@every_row
def test_every_list_in_words_names_every_row(tmp_path, row):
    (tmp_path / "text.tif").write_bytes(b"words")
    with pytest.raises(ReadingError) as error:
        read_labels(tmp_path / "text.tif")
    assert row.in_words in str(error.value)
    assert row.in_words in registry.files_and_folders_in_words()
    assert (row.in_words in registry.masks_in_words()) != row.holds_labels
    if row.is_folder:
        assert row.in_words in registry.folders_in_words()
        with pytest.raises(ReadingError) as error:
            read_info(tmp_path)
        assert row.in_words in str(error.value)
        assert all(name in str(error.value) for name in row.files_inside)


@every_row
def test_the_help_of_info_names_every_row_with_its_suffixes(capsys, row):
    with pytest.raises(SystemExit):
        build_parser().parse_args(["info", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert f"{row.in_words}: {', '.join(row.suffixes)}" in said
