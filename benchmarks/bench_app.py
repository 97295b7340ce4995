"""How long the app takes: from its start to the first picture, per page, per slider move.

Start and page changes are those that a person sees, in Chromium on an empty profile.
Slider moves are timed on the server: the whole script of the page, without the browser.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[1]
PAGES = ("Objects", "Rescaled views", "Throughput", "Recommendation", "Sample")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
SLIDERS = {
    "choice_exposure": (0.5, 0.2),
    "choice_stage": (1.0, 3.0),
    "choice_channels": (3, 2),
    "choice_planes": (11, 21),
}


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(port: int, home: str) -> subprocess.Popen[bytes]:
    """Start the app as a user does."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            f"--server.port={port}",
            "--server.headless=true",
        ],
        cwd=ROOT,
        env={**os.environ, "HOME": home},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_until_healthy(port: int) -> None:
    """Return once the server answers."""
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health")
        except OSError:
            time.sleep(0.02)
        else:
            return


def first_picture(page: Page, port: int) -> None:
    """Open the app and wait for the demo's picture."""
    page.goto(f"http://127.0.0.1:{port}/")
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-testid=stImage] img')]"
        ".some(image => image.complete && image.naturalWidth > 0)"
    )


def change_to(page: Page, title: str) -> float:
    """Return the seconds from the click to the last thing on the page: the way onward."""
    start = time.perf_counter()
    page.get_by_test_id("stSidebarNavLink").get_by_text(title, exact=True).click()
    page.wait_for_selector(f"h1:has-text('{title}')")
    page.wait_for_selector("[data-stale=false] [data-testid=stPageLink]")
    return time.perf_counter() - start


def print_what_a_person_waits_for() -> None:
    """Time the start and the page changes, twice: the first visit imports libraries."""
    port = free_port()
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(FLAGS)
        )
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        start = time.perf_counter()
        server = serve(port, home)
        try:
            wait_until_healthy(port)
            print(f"{'server answers':28} {time.perf_counter() - start:8.3f} s")
            first_picture(page, port)
            print(f"{'first picture':28} {time.perf_counter() - start:8.3f} s")
            for visit in ("first visit", "again", "again"):
                for title in PAGES:
                    print(f"{f'{title}, {visit}':28} {change_to(page, title):8.3f} s")
        finally:
            server.terminate()
            server.wait()
            browser.close()


def print_slider_moves() -> None:
    """Time the script of the throughput page after each move of a slider."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.switch_page("pages/throughput.py").run()
    seconds = []
    for _ in range(5):
        for key, values in SLIDERS.items():
            for value in values:
                app.slider(key=key).set_value(value)
                start = time.perf_counter()
                app.run()
                seconds.append(time.perf_counter() - start)
    median_s, slowest_s = statistics.median(seconds), max(seconds)
    print(f"{f'slider, median of {len(seconds)}':28} {median_s:8.3f} s")
    print(f"{'slider, slowest':28} {slowest_s:8.3f} s")


def main() -> None:
    """Measure and print."""
    print_slider_moves()
    print_what_a_person_waits_for()


if __name__ == "__main__":
    main()
