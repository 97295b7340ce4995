"""Saving the session from the sidebar and opening it again."""

from dataclasses import replace

import pytest

from pages._ui.shared import navigation
from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.errors import SessionError
from rescale4dl_core.session.session_file import load_session, save_session

UPLOADER = "session_file_0"


def _open(app, data, name="session.zip"):
    app.file_uploader(key=UPLOADER).set_value((name, data, "application/zip")).run()
    app.button(key="open_session").click().run()
    assert not app.exception
    return app


@pytest.fixture
def saved(app):
    app.run()
    session = app.session_state["session"]
    choices = replace(session.choices, purpose=Purpose.SIZE, camera_rows_px=1234)
    return save_session(session.with_choices(choices))


def test_a_saved_session_comes_back_with_its_images_and_choices(app, saved):
    _open(app, saved)
    assert [success.value for success in app.success] == ["The saved session is open."]
    reopened = app.session_state["session"]
    assert save_session(reopened) == saved
    app.switch_page("pages/recommendation.py").run()
    assert app.radio(key="choice_purpose").value is Purpose.SIZE
    app.switch_page("pages/throughput.py").run()
    assert app.number_input(key="choice_camera_y").value == 1234


def test_a_file_that_is_none_is_explained_and_the_session_stays(app, saved):
    app.run()
    before = app.session_state["session"]
    _open(app, saved[:1000])
    assert "not a whole ReScale4DL session" in app.error[0].value
    assert app.session_state["session"] is before


def test_after_opening_the_file_is_not_opened_again(app, saved):
    _open(app, saved)
    first = app.session_state["session"]
    app.run()
    assert app.session_state["session"] is first


def test_a_session_too_large_for_a_file_says_so_instead_of_a_button(app, monkeypatch):
    def refuse(session):
        raise SessionError("This session holds 3.0 GB of pixels. Remove an image.")

    monkeypatch.setattr(navigation, "refuse_too_large", refuse)
    app.run()
    assert "Remove an image" in app.error[0].value.replace("\\", "")
    assert "save_session" not in [button.proto.id for button in app.get("download_button")]


def test_the_bytes_are_made_only_when_the_button_is_clicked(app, monkeypatch):
    monkeypatch.setattr(navigation, "save_session", pytest.fail)
    app.run()
    assert not app.exception
    (button,) = app.sidebar.get("download_button")
    assert button.proto.label == "Save session"


def test_what_is_saved_can_be_loaded(saved):
    assert load_session(saved).choices.camera_rows_px == 1234
