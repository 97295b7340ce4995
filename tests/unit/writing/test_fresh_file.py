"""Files appear whole or not at all."""

import os

import pytest

from rescale4dl_core.errors import OutputError
from rescale4dl_core.writing.fresh_file import fresh_file, write_text


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_text_is_written_as_it_stands_and_folders_are_made(tmp_path):
    path = tmp_path / "new" / "folder" / "table µ.csv"
    write_text(path, "a,b\nµm,2\n")
    assert path.read_bytes() == "a,b\nµm,2\n".encode()
    assert names_in(path.parent) == ["table µ.csv"]


def test_what_exists_is_left_as_it_is_unless_asked(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(OutputError, match="exists already and was left as it is"):
        write_text(path, "new")
    assert path.read_text() == "old"
    write_text(path, "new", overwrite=True)
    assert path.read_text() == "new"


def test_a_folder_is_never_replaced(tmp_path):
    with pytest.raises(OutputError, match="is a folder, not a file"):
        write_text(tmp_path, "new", overwrite=True)


def test_a_failure_leaves_nothing_behind(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")

    def fail():
        with fresh_file(path, overwrite=True) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert names_in(tmp_path) == ["table.csv"]
    assert path.read_text() == "old"


def test_a_failure_takes_the_folders_back_that_it_made(tmp_path):
    (tmp_path / "kept").mkdir()

    def fail(path):
        with fresh_file(path):
            raise ValueError("no such image")

    for name in ("new/deep/report.md", "kept/report.md"):
        with pytest.raises(ValueError, match="no such image"):
            fail(tmp_path / name)
    assert names_in(tmp_path) == ["kept"]
    assert names_in(tmp_path / "kept") == []


def test_a_folder_in_which_somebody_else_wrote_meanwhile_stays(tmp_path):
    def fail():
        with fresh_file(tmp_path / "new" / "deep" / "a.md"):
            (tmp_path / "new" / "theirs.md").write_text("x")
            raise ValueError("no such image")

    with pytest.raises(ValueError, match="no such image"):
        fail()
    assert names_in(tmp_path / "new") == ["theirs.md"]


def test_a_name_too_long_for_a_disk_is_reported(tmp_path):
    with pytest.raises(
        OutputError, match=r"n… cannot be written .*or a shorter name"
    ) as caught:
        write_text(tmp_path / f"{'n' * 300}.md", "text")
    assert len(str(caught.value)) < 300


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path):
    path = tmp_path / "table.csv"

    def write_too_late():
        with fresh_file(path) as temporary:
            temporary.write_text("mine")
            path.write_text("theirs")

    with pytest.raises(OutputError, match="exists already"):
        write_too_late()
    assert path.read_text() == "theirs"
    assert names_in(tmp_path) == ["table.csv"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
    ],
)
def test_a_disk_that_refuses_is_reported_in_words(tmp_path, monkeypatch, error, words):
    def refuse(*_args):
        raise error

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OutputError, match=words):
        write_text(tmp_path / "table.csv", "text")
    assert names_in(tmp_path) == []


def test_a_parent_that_is_a_file_is_reported(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        write_text(tmp_path / "file" / "table.csv", "text")
