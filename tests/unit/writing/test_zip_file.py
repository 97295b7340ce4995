"""Many files as one zip."""

import zipfile

import pytest

from rescale4dl_core.errors import CancelledError, OutputError
from rescale4dl_core.writing.zip_file import ZipMember, members_below, write_zip

MEMBERS = (
    ZipMember("ds/a.csv", lambda: b"1,2\n"),
    ZipMember("ds/b.tif", lambda: b"pixels"),
)


def test_every_member_can_be_read_again(tmp_path):
    path = tmp_path / "all.zip"
    write_zip(MEMBERS, path)
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == {
            "ds/a.csv": b"1,2\n",
            "ds/b.tif": b"pixels",
        }


def test_the_same_members_give_the_same_bytes(tmp_path):
    for name in ("one.zip", "two.zip"):
        write_zip(MEMBERS, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_stopped_zip_leaves_nothing(tmp_path):
    def stop(fraction, message):
        if fraction > 0:
            raise CancelledError(message)

    with pytest.raises(CancelledError):
        write_zip(MEMBERS, tmp_path / "all.zip", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_kept(tmp_path):
    path = tmp_path / "all.zip"
    path.write_bytes(b"mine")
    with pytest.raises(OutputError, match="exists already"):
        write_zip(MEMBERS, path)
    assert path.read_bytes() == b"mine"


def test_a_folder_gives_its_files_without_hidden_ones(tmp_path):
    for name in ("ds/OG/a.tif", "ds/.lock", ".part"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    found = [(member.name, member.content()) for member in members_below(tmp_path)]
    assert found == [("ds/OG/a.tif", b"ds/OG/a.tif")]
