"""A zip from anyone: a good one is unpacked, every trick is refused in one sentence."""

import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.datasets import zip_archive
from rescale4dl_core.datasets.zip_archive import unpack_dataset
from rescale4dl_core.errors import CancelledError, OutputError, ReadingError

GOOD = {"ds/OG/GT/a.tif": b"truth", "ds/OG/Prediction/a.tif": b"prediction"}


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


@pytest.fixture
def refused(tmp_path):
    """Return a function that unpacks a file and returns why this was refused."""

    def unpack(path, error=ReadingError):
        with pytest.raises(error) as caught:
            unpack_dataset(path, tmp_path / "out")
        assert [one.name for one in tmp_path.iterdir()] == [path.name]
        return str(caught.value)

    return unpack


def contents(folder):
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_zip_is_unpacked_without_what_a_system_has_added(tmp_path):
    junk = {
        "__MACOSX/ds/._a.tif": b"1",
        "ds/.DS_Store": b"2",
        "ds/OG/Thumbs.db": b"3",
        "ds/OG/GT/desktop.ini": b"4",
    }
    path = zipped(tmp_path / "ds.zip", {**GOOD, **junk})
    unpacked = unpack_dataset(path, tmp_path / "out" / "ds")
    assert contents(unpacked.folder) == GOOD
    assert unpacked.n_files == 2
    assert sorted(unpacked.left_out) == sorted(junk)


def test_names_with_backslashes_become_folders(tmp_path):
    path = zipped(tmp_path / "a.zip", {r"ds\OG\GT\a.tif": b"1", "./b.tif": b"2"})
    unpacked = unpack_dataset(path, tmp_path / "out")
    assert contents(unpacked.folder) == {"ds/OG/GT/a.tif": b"1", "b.tif": b"2"}


@pytest.mark.parametrize(
    "name",
    [
        "../evil.tif",
        "ds/../../evil.tif",
        r"ds\..\..\evil.tif",
        "/etc/evil.tif",
        r"\evil.tif",
        "C:/evil.tif",
        r"c:evil.tif",
        "//server/share/evil.tif",
        "..",
    ],
)
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path, refused, name):
    said = refused(zipped(tmp_path / "a.zip", {**GOOD, name: b"x"}))
    assert "outside its own folder" in said
    assert "nothing was unpacked" in said


@settings(max_examples=40, deadline=None)
@given(st.text("ab./\\: é", min_size=1, max_size=12))
def test_no_name_whatsoever_writes_outside(tmp_path_factory, name):
    place = tmp_path_factory.mktemp("any")
    path = zipped(place / "a.zip", {name: b"x"})
    try:
        unpack_dataset(path, place / "in" / "out")
    except ReadingError:
        assert not (place / "in" / "out").exists()
    beside = [one for one in (place / "in").glob("*") if one.name != "out"]
    assert beside == []
    assert sorted(one.name for one in place.iterdir()) == ["a.zip", "in"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a.tif", "a.tif"),
        ("GT/a.tif", "gt/A.TIF"),
        ("\u00e9.tif", "e\u0301.tif"),
        ("a.tif", "./a.tif"),
        ("a", "a/b.tif"),
        ("A/b.tif", "a"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_occurs_twice_is_refused(tmp_path, refused, first, second):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(first, b"1")
        file.writestr(second, b"2")
    assert "twice" in refused(path)


@pytest.mark.parametrize("kind", [0o120000, 0o010000, 0o060000])
def test_links_and_devices_are_refused(tmp_path, refused, kind):
    path = tmp_path / "a.zip"
    link = zipfile.ZipInfo("ds/link.tif")
    link.create_system = 3
    link.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(link, "/etc/passwd")
    assert "link or a device" in refused(path)


def forged(path, **fields):
    """Change fields of every entry in the list of contents: bombs without gigabytes."""
    places = {"flags": (8, "<H"), "method": (10, "<H"), "packed": (20, "<L")}
    places["unpacked"] = (24, "<L")
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        for name, value in fields.items():
            offset, form = places[name]
            struct.pack_into(form, content, at + offset, value)
        at = content.find(b"PK\x01\x02", at + 4)
    path.write_bytes(content)
    return path


def test_more_than_the_limit_is_refused_before_anything_is_unpacked(tmp_path, refused):
    members = {f"{index}.tif": b"x" for index in range(3)}
    path = forged(zipped(tmp_path / "a.zip", members), unpacked=0xF000_0000)
    assert "unpacks to 11.2 GB; up to 8 GB" in refused(path)


def test_what_unpacks_to_far_more_than_images_do_is_refused(tmp_path, refused):
    path = forged(zipped(tmp_path / "a.zip", GOOD), unpacked=200 * 1024**2)
    assert "far more than images do" in refused(path)


def test_a_nearly_empty_label_image_is_no_bomb(tmp_path):
    path = zipped(tmp_path / "a.zip", {"GT/a.tif": bytes(20 * 1024**2)})
    assert path.stat().st_size < 20 * 1024**2 / zip_archive.HIGHEST_RATIO
    assert unpack_dataset(path, tmp_path / "out").n_files == 1


def test_entries_that_share_their_bytes_are_refused(tmp_path, refused):
    path = forged(zipped(tmp_path / "a.zip", GOOD), packed=1_000_000)
    assert "far more than images do" in refused(path)


def test_too_many_files_are_refused(tmp_path, refused, monkeypatch):
    monkeypatch.setattr(zip_archive, "MOST_FILES", 1)
    assert "more than 1 files" in refused(zipped(tmp_path / "a.zip", GOOD))


def test_a_list_of_contents_that_would_fill_the_memory_is_not_read(tmp_path, refused):
    path = zipped(tmp_path / "a.zip", GOOD)
    content = bytearray(path.read_bytes())
    struct.pack_into("<L", content, content.rfind(b"PK\x05\x06") + 12, 0x7FFF_FFFF)
    path.write_bytes(content)
    assert "more than 20,000 files" in refused(path)


def test_a_long_list_of_contents_cannot_hide_in_the_large_form(tmp_path, refused):
    path = zipped(tmp_path / "a.zip", GOOD)
    content = path.read_bytes()
    end = content.rfind(b"PK\x05\x06")
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, 2**40, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    path.write_bytes(content[:end] + large + locator + content[end:])
    assert "more than 20,000 files" in refused(path)


def test_an_encrypted_zip_is_refused(tmp_path, refused):
    path = forged(zipped(tmp_path / "a.zip", GOOD), flags=1)
    assert "without a password" in refused(path)


def test_an_unusual_way_of_packing_is_refused(tmp_path, refused):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("a.tif", bytes(100))
    assert "unusual way" in refused(path)


@pytest.mark.parametrize("character", [b"\n", b"\0", b"\x1b"])
def test_a_control_character_in_a_name_is_refused(tmp_path, refused, character):
    path = zipped(tmp_path / "a.zip", {"a_b.tif": b"x"})
    path.write_bytes(path.read_bytes().replace(b"a_b", b"a" + character + b"b"))
    assert "no file name" in refused(path)


@pytest.mark.parametrize("content", [b"", b"not a zip" * 30, b"PK\x05\x06"])
def test_what_is_no_zip_is_said(tmp_path, refused, content):
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert "damaged, or no zip file" in refused(path)


def test_a_damaged_zip_leaves_nothing_behind(tmp_path, refused):
    path = zipped(tmp_path / "a.zip", GOOD)
    path.write_bytes(path.read_bytes().replace(b"ds/OG/GT/a.tif", b"ds/OG/GT/b.tif", 1))
    assert "damaged" in refused(path)


def test_a_zip_of_nothing_is_said(tmp_path, refused):
    assert "holds no file" in refused(zipped(tmp_path / "a.zip", {"ds/": b""}))


def test_a_full_disk_is_said_before_unpacking(tmp_path, refused, monkeypatch):
    usage = type("Usage", (), {"free": 3})
    monkeypatch.setattr(zip_archive.shutil, "disk_usage", lambda _: usage)
    said = refused(zipped(tmp_path / "a.zip", GOOD), OutputError)
    assert "Free some space" in said


def test_unpacking_is_stopped_and_leaves_nothing(tmp_path):
    path = zipped(tmp_path / "a.zip", GOOD)

    def stop(fraction, message):
        raise CancelledError(message)

    with pytest.raises(CancelledError):
        unpack_dataset(path, tmp_path / "out", progress=stop)
    assert not (tmp_path / "out").exists()


def test_progress_goes_up_to_the_end(tmp_path):
    fractions = []
    path = zipped(tmp_path / "a.zip", {**GOOD, "big.tif": bytes(3_000_000)})
    unpack_dataset(path, tmp_path / "out", progress=lambda f, _: fractions.append(f))
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
