"""What is no whole session is refused in one sentence, whatever it is."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescale4dl_core.errors import SessionError
from rescale4dl_core.images import Image, ImageInfo, KnownPixelSize, Sample
from rescale4dl_core.labels import Labels
from rescale4dl_core.session import session_file as archive_module
from rescale4dl_core.session.model import Entry, Session
from rescale4dl_core.session.session_file import load_session, save_session

KNOWN = KnownPixelSize(None, "unknown")
CONTENTS = "session.json"


def _session() -> Session:
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8)
    image = Image.parse(pixels, name="cells.tif", known=KNOWN)
    info = ImageInfo("cells.tif", "TIFF", "YX", (8, 8), "uint8", KNOWN, (), ())
    labels = Labels.parse(pixels // 16, source="mask.tif")
    return Session((Entry(Sample(image, info, labels)),))


SAVED = save_session(_session())


def _members() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(SAVED)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _with_contents(**changes: object) -> bytes:
    members = _members()
    contents = json.loads(members[CONTENTS])
    contents.update(changes)
    members[CONTENTS] = json.dumps(contents).encode()
    return _zip(members)


def _with_image(array: np.ndarray, *, allow_pickle: bool = False) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=allow_pickle)
    return _zip({**_members(), "images/0000.npy": buffer.getvalue()})


def test_the_file_these_tests_spoil_is_a_good_one():
    assert load_session(_zip(_members())).entry.sample.image.name == "cells.tif"


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"PK\x03\x04", SAVED[: len(SAVED) // 2], b"II*\0" + bytes(100)],
    ids=["empty", "text", "a zip's first bytes", "cut short", "a TIFF"],
)
def test_what_is_no_zip_file_is_refused(data):
    with pytest.raises(SessionError, match=r"not a whole ReScale4DL session.*Choose"):
        load_session(data)


def test_another_zip_file_is_refused():
    with pytest.raises(SessionError, match=r"no 'session.json'.*not a saved session"):
        load_session(_zip({"word/document.xml": b"<x/>"}))
    with pytest.raises(SessionError, match=r"no 'session\.json'"):
        load_session(_zip({}))


def test_a_file_of_another_version_says_which_versions_meet():
    with pytest.raises(
        SessionError, match=r"version 3; this program reads versions up to 2"
    ):
        load_session(_with_contents(schema_version=3))


@pytest.mark.parametrize("name", ["images/0000.npy", "labels/0000.npy"])
def test_a_missing_member_is_named(name):
    members = _members()
    del members[name]
    with pytest.raises(SessionError, match=rf"lacks '{name}'.*damaged"):
        load_session(_zip(members))


@pytest.mark.parametrize(
    "name", ["../evil.sh", "/etc/passwd", "images/0001.npy", "C:\\x", "images/../a.npy"]
)
def test_a_member_that_was_not_announced_is_refused_wherever_it_points(name, tmp_path):
    with pytest.raises(SessionError, match="list of contents does not name"):
        load_session(_zip({**_members(), name: b"x"}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_occurs_twice_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in _members().items():
            archive.writestr(name, data)
        archive.writestr(CONTENTS, b"{}")
    with pytest.raises(SessionError, match=r"'session.json' 2 times"):
        load_session(buffer.getvalue())


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(zipfile.ZipFile, "read", pytest.fail)
    data = bytearray(_zip({CONTENTS: b"{}", "images/0000.npy": bytes(1000)}))
    last_entry = data.rindex(b"PK\x01\x02")
    data[last_entry + 24 : last_entry + 28] = (3 * 1024**3).to_bytes(4, "little")
    with pytest.raises(SessionError, match=r"unpacks to 3\.0 GB; up to 2 GB are opened"):
        load_session(bytes(data))


def test_a_bomb_that_claims_to_be_small_is_refused():
    data = bytearray(_zip({**_members(), "images/0000.npy": bytes(50_000_000)}))
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"images/0000.npy"))
    data[entry + 24 : entry + 28] = (200).to_bytes(4, "little")
    with pytest.raises(SessionError):
        load_session(bytes(data))


def test_an_endless_list_of_contents_is_refused():
    with pytest.raises(SessionError, match="larger than any session needs"):
        load_session(_zip({CONTENTS: bytes(17 * 1024**2)}))


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"null", b"{", b"[" * 100_000, b'{"format": 1e999}', b"\xff\xfe\x00"],
    ids=["empty", "list", "null", "cut", "deep", "infinite", "binary"],
)
def test_a_list_of_contents_that_is_none_is_refused(text):
    with pytest.raises(SessionError):
        load_session(_zip({CONTENTS: text}))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "other"}, "not a ReScale4DL session"),
        ({"surprise": 1}, "'surprise' in session that this version does not know"),
        ({"current": 1}, "shows image 2 of 1, which does not exist"),
        ({"current": True}, "True at session.current, where a whole number was expected"),
        ({"choices": {"purpose": "fun"}}, "session.choices.purpose that cannot be used"),
        ({"choices": {"emission_nm": "520"}}, "'520' at session.choices.emission_nm"),
        ({"choices": {"emission_nm": float("nan")}}, "nan at session.choices.emission_nm"),
        ({"choices": {"timing": {"exposure_s": -1.0}}}, "exposure must be 0 s or more"),
        ({"choices": {"n_wells": 0}}, "wells must lie between 1 and 100000; got 0"),
        ({"choices": {"view_ratios": [1e9]}}, "ratio of pixel sizes must lie between"),
        ({"choices": {"__class__": "x"}}, "'__class__' in session.choices"),
        ({"entries": [{}]}, r"lacks 'name' in session.entries\[0\]"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(changes, words):
    with pytest.raises(SessionError, match=words):
        load_session(_with_contents(**changes))


def test_a_choice_that_an_older_file_does_not_know_takes_its_default():
    assert load_session(_with_contents(choices={})).choices == _session().choices


def test_changed_pixels_are_noticed():
    with pytest.raises(SessionError, match=r"pixels of cells\.tif .* not the ones"):
        load_session(_with_image(np.ones((8, 8), np.uint8)))


def test_pickled_objects_are_never_opened():
    class Trap:
        def __reduce__(self):
            return pytest.fail, ("a pickle was opened",)

    with pytest.raises(SessionError, match="not a plain array of numbers"):
        load_session(_with_image(np.array([[Trap()]], object), allow_pickle=True))
    with pytest.raises(SessionError, match="not a whole"):
        load_session(_zip({**_members(), "images/0000.npy": pickle.dumps([1])}))


def test_a_header_that_claims_more_pixels_than_there_are_allocates_nothing():
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        buffer, {"descr": "|u1", "fortran_order": False, "shape": (100_000, 100_000)}
    )
    with pytest.raises(SessionError, match="not a plain array of numbers"):
        load_session(_zip({**_members(), "images/0000.npy": buffer.getvalue()}))


def test_pixels_the_program_refuses_elsewhere_are_refused_here():
    with pytest.raises(SessionError, match="shape"):
        load_session(_with_image(np.zeros(64, np.uint8)))


def test_more_than_two_gigabytes_are_not_packed(monkeypatch):
    monkeypatch.setattr(archive_module, "LARGEST_SESSION_BYTES", 100)
    with pytest.raises(SessionError, match=r"Remove an image"):
        save_session(_session())


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_a_file_with_flipped_bytes_opens_unchanged_or_not_at_all(data):
    spoilt = bytearray(SAVED)
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(SAVED) - 1))] = data.draw(st.integers(0, 255))
    try:
        reopened = load_session(bytes(spoilt))
    except SessionError:
        return
    assert save_session(reopened) == SAVED
