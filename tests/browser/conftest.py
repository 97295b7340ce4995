"""The app as a server of its own, and a real browser to look at it."""

import shutil
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def server(tmp_path_factory, offline_in):
    """Return the address of a server that all tests share."""
    with running_app(offline_in(tmp_path_factory.mktemp("server"))) as address:
        yield address


@pytest.fixture
def fresh_server(tmp_path, offline_in):
    """Return the address of a server that nobody has visited."""
    with running_app(offline_in(tmp_path)) as address:
        yield address


@contextmanager
def running_app(offline):
    """Start `streamlit run app.py` on a free port, and end it; it may not reach out."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT,
        env=offline.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in process.stdout:
        said.append(line)
        if "URL:" in line:
            break
    else:
        pytest.fail("the server did not start: " + "".join(said))
    reader = threading.Thread(target=lambda: said.extend(process.stdout))
    reader.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        reader.join(20)
        process.stdout.close()
    text = "".join(said)
    assert "Traceback" not in text, text
    assert "ScriptRunContext" not in text, text
    assert offline.attempts == []


@pytest.fixture(scope="session")
def browser():
    """Start the Chromium of this machine; skipped, saying so, where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is missing")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no Chromium on this machine: install it to run the browser tests")
    playwright.expect.set_options(timeout=30_000)
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """Open a tab; afterwards, nothing but this machine may have been asked for anything."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 2400}, accept_downloads=True
    )
    tab = context.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.set_default_timeout(30_000)
    yield tab
    context.close()
    local = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
    outside = [url for url in asked if not url.startswith(local)]
    assert outside == []
