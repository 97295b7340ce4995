"""Slow work never blocks a page: it is shown, can be stopped, and is done once."""

import gc
import threading

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.shared import jobs
from rescale4dl_core.errors import CancelledError, ReadingError


@pytest.fixture
def gate():
    """Give the slow work a door to wait at, so that no test has to sleep."""
    door = threading.Event()
    yield door
    door.set()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(jobs, "PATIENCE_S", 0.05)


def page(work, key="a"):
    """Return a page that asks for one result and then shows it."""

    def script(work, key):
        import streamlit as st

        from pages._ui.shared.jobs import computed
        from pages._ui.shared.messages import show_error
        from rescale4dl_core.errors import RescaleError

        try:
            result = computed("test", st.session_state.get("key", key), work)
        except RescaleError as error:
            show_error(error)
        else:
            st.text(f"result {result}")

    return AppTest.from_function(script, kwargs={"work": work, "key": key})


def finish(app):
    """Wait for the thread of the running job, then run the page as the fragment would."""
    board = app.session_state["jobs"]
    for job in list(board.running.values()):
        assert job.wait(10)
    return app.run()


def texts(app):
    return [element.value for element in app.text]


def test_slow_work_shows_how_far_it_is_and_then_the_page_goes_on(gate):
    def work(progress):
        progress(0.4, "Measuring image 2 of 5")
        assert gate.wait(10)
        return 42

    app = page(work).run()
    assert texts(app) == []
    assert [button.label for button in app.button] == ["Cancel"]
    gate.set()
    assert texts(finish(app)) == ["result 42"]
    assert not app.button


def test_a_result_is_computed_once():
    calls = []

    def work(progress):
        calls.append(1)
        return len(calls)

    app = finish(page(work).run())
    app.run()
    app.run()
    assert texts(app) == ["result 1"]


def test_another_key_is_another_result_and_stops_the_old_work(gate):
    stopped = threading.Event()

    def work(progress):
        try:
            while not gate.wait(0.001):
                progress(0.1, "first")
        except CancelledError:
            stopped.set()
            return "stopped"
        return "done"

    app = page(work).run()
    app.session_state["key"] = "b"
    app.run()
    assert stopped.wait(10)
    gate.set()
    assert texts(finish(app)) == ["result done"]


def test_cancel_is_answered_at_once_even_where_the_work_does_not_listen(gate):
    app = page(lambda progress: gate.wait(10)).run()
    app.button(key="cancel_test").click().run()
    app.run()
    assert "Stopped" in app.error[0].value
    assert not texts(app)


def test_what_the_work_refuses_is_said_on_the_page():
    def work(progress):
        raise ReadingError("a.tif is empty. Choose another file.")

    app = finish(page(work).run())
    assert "a\\.tif is empty" in app.error[0].value


def test_results_of_one_kind_do_not_pile_up():
    board = jobs.Board()
    for key in range(10):
        board.keep("labels", key, key, most=3)
    assert list(board.results["labels"]) == [7, 8, 9]


def test_the_work_of_a_session_that_went_away_is_stopped():
    board = jobs.Board()
    started, stopped = threading.Event(), threading.Event()

    def work(progress):
        started.set()
        try:
            while not stopped.wait(0.001):
                progress(0.5, "working for nobody")
        except CancelledError:
            stopped.set()

    board.running["test"] = jobs.Job("a", work)
    board.running["test"].start()
    assert started.wait(10)
    del board
    gc.collect()
    assert stopped.wait(10)
