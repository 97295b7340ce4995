"""A server of the app, and a real browser to look at it."""

import shutil

import pytest

from tests.serving import running_app

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
