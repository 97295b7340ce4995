"""Uploaded files lie apart from each other and go with their session."""

import gc
import io

import pytest

from pages._ui.shared import opening
from pages._ui.shared.opening import UploadFolder, file_name


class Upload(io.BytesIO):
    """What Streamlit hands over, as far as the folder looks at it."""

    def __init__(self, name, content):
        super().__init__(content)
        self.name = name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("my cells µ 名前.ome.tif", "my cells µ 名前.ome.tif"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\a.tif", "a.tif"),
        ("<img src=x>.tif", "_img src=x_.tif"),
        ("a\x00b\n.tif", "a_b_.tif"),
        ("..", "image"),
        ("", "image"),
    ],
)
def test_a_file_name_cannot_lead_out_of_the_folder(name, expected):
    assert file_name(name) == expected


def test_a_very_long_name_keeps_its_end():
    name = file_name("長" * 400 + ".ome.tif")
    assert name.endswith("長.ome.tif")
    assert len(name.encode()) <= 200


def test_files_of_the_same_name_stay_apart():
    folder = UploadFolder()
    first, second = folder.store([Upload("a.tif", b"one"), Upload("a.tif", b"two")])
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    folder.remove(first)
    assert not first.parent.exists()
    assert second.exists()


def test_a_file_of_the_user_is_never_removed(tmp_path):
    own = tmp_path / "own.tif"
    own.write_bytes(b"mine")
    UploadFolder().remove(own)
    assert own.exists()


def test_the_folder_goes_with_its_session():
    folder = UploadFolder()
    path = folder.path
    folder.store([Upload("a.tif", b"one")])
    del folder
    gc.collect()
    assert not path.exists()


@pytest.mark.parametrize(
    ("address", "offered"),
    [("127.0.0.1", True), ("localhost", True), ("0.0.0.0", False), (None, False)],
)
def test_paths_are_offered_only_where_the_browser_is_on_this_machine(
    monkeypatch, address, offered
):
    monkeypatch.setattr(opening.st, "get_option", lambda name: address)
    assert opening.paths_may_be_opened() is offered
