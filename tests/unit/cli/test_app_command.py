"""`rescale4dl app`: how the server is started."""

import sys

import pytest

from rescale4dl_core.cli import app, main


@pytest.fixture
def started(monkeypatch):
    """Collect the commands that would serve the app."""
    commands = []

    def serve(command):
        commands.append(command)
        return 0

    monkeypatch.setattr(app, "_serve", serve)
    return commands


def _options(command):
    """Return the options of `streamlit run`, by name."""
    values = command[command.index(str(app.APP)) + 1 :]
    return dict(zip(values[::2], values[1::2], strict=True))


def test_by_default_it_listens_to_this_machine_only_and_opens_a_browser(started):
    assert main(["app"]) == 0
    (command,) = started
    assert command[:4] == [sys.executable, "-P", "-m", "streamlit"]
    assert _options(command) == {
        "--server.port": "8501",
        "--server.address": "127.0.0.1",
        "--browser.serverAddress": "127.0.0.1",
    }


@pytest.mark.parametrize(
    ("address", "listens", "shown", "url"),
    [
        ("localhost", "127.0.0.1", "127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "0.0.0.0", "localhost", "http://localhost:80"),
        ("::", "::", "localhost", "http://localhost:80"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.7", "http://192.0.2.7:80"),
        ("::1", "::1", "::1", "http://[::1]:80"),
    ],
)
def test_the_address_is_the_one_asked_for(started, capsys, address, listens, shown, url):
    assert main(["app", "--address", address, "--port", "80", "--headless"]) == 0
    options = _options(started[0])
    assert options["--server.address"] == listens
    assert options["--browser.serverAddress"] == shown
    assert options["--server.headless"] == "true"
    assert url in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--address", "lab"], "'lab'; expected a number such as 127.0.0.1"),
        (["--port", "0"], "The port is 0; expected 1 to 65535"),
        (["--port", "65536"], "The port is 65536"),
    ],
)
def test_what_is_no_address_or_port_is_refused(started, capsys, arguments, words):
    assert main(["app", *arguments]) == 2
    assert words in capsys.readouterr().err
    assert started == []


def test_an_app_that_is_not_there_is_told_with_what_to_do(
    started, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(app, "APP", tmp_path / "app.py")
    assert main(["app"]) == 2
    assert "pip install ." in capsys.readouterr().err
    assert started == []
