"""Drives an installed `rescale4dl` as a user does, and says what does not hold.

python .ci/drive_installed.py PROGRAM [PICTURE]

PROGRAM is the `rescale4dl` of an environment that has the wheel and not the checkout; run
this with an environment that has Playwright, in a folder that is not the checkout.
PICTURE is where to keep a screenshot of the first page.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parents[1]

COMMAND_S, SERVER_S, PAGE_S = 300, 120, 60

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync")

DARK_BACKGROUND = "rgb(20, 24, 28)"
"""#14181C of .streamlit/config.toml; Streamlit's own dark theme is rgb(14, 17, 23)."""


def main(program: str, picture: str | None = None) -> None:
    """Check the installation, its commands and its app."""
    check_apart(program)
    check_models(program)
    check_recommend(program)
    with served(program) as url:
        look(url, picture)
    print("the installed program is whole: networks, advice, app")


def check_apart(program: str) -> None:
    """Check that the program does not run from the checkout, nor add names beside it."""
    python = Path(program).with_name("python")
    code = "import importlib.util as u, rescale4dl_core as r; print(r.__file__); "
    code += "print(*(n for n in ('pages', 'models', 'app') if u.find_spec(n)))"
    where, others = run([str(python), "-P", "-c", code]).split("\n")[:2]
    require(not Path(where).is_relative_to(CHECKOUT), f"it runs from the checkout: {where}")
    require(not others, f"site-packages has the top-level names {others!r} too")


def check_models(program: str) -> None:
    """Check that each network of the checkout came along."""
    expected = sorted(card.parent.name for card in CHECKOUT.glob("models/*/card.json"))
    found = [model["name"] for model in asked(program, "models")["models"]]
    require(found == expected, f"networks: found {found}, expected {expected}")
    print(f"rescale4dl models: {len(found)} networks")


def check_recommend(program: str) -> None:
    """Check that the demo gets a recommendation."""
    headline = asked(program, "recommend", "demo")["headline"]
    require("µm per pixel" in headline, f"recommend demo says: {headline}")
    print(f"rescale4dl recommend demo: {headline}")


def asked(program: str, *arguments: str) -> dict[str, Any]:
    """Return what a command answers with `--json`."""
    answer: dict[str, Any] = json.loads(run([program, *arguments, "--json"]))
    return answer


def run(command: list[str]) -> str:
    """Return the standard output of a command that must succeed."""
    done = subprocess.run(
        command,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )
    require(done.returncode == 0, f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


def environment() -> dict[str, str]:
    """Return this environment without what would lead Python back to the checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


@contextmanager
def served(program: str) -> Iterator[str]:
    """Run `rescale4dl app` on a free port; yield its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [program, "app", "--port", str(port), "--headless"],
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    said: list[str] = []
    reader = threading.Thread(target=said.extend, args=(process.stderr,), daemon=True)
    reader.start()
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(url, process, said)
        yield url
    except Exception:
        print("the server said:\n" + "".join(said), file=sys.stderr)
        raise
    finally:
        stop(process)
        reader.join(SERVER_S)
    require("Traceback" not in "".join(said), "the server said:\n" + "".join(said))


def stop(process: subprocess.Popen[str]) -> None:
    """End the program and its server as Ctrl+C does, which reaches the whole group."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(SERVER_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise


def wait_until_healthy(url: str, process: subprocess.Popen[str], said: list[str]) -> None:
    """Wait for the server's own word that it is ready."""
    give_up_s = time.monotonic() + SERVER_S
    while time.monotonic() < give_up_s:
        require(process.poll() is None, "the server ended:\n" + "".join(said))
        try:
            with urlopen(f"{url}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            threading.Event().wait(0.1)
    fail(f"no answer from {url} in {SERVER_S} s:\n" + "".join(said))


def look(url: str, picture: str | None) -> None:
    """Check the first page in a browser: title, picture, theme, no fault."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    require(path is not None, f"no browser on this machine; one of {BROWSERS} is needed")
    expect.set_options(timeout=PAGE_S * 1000)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        page = browser.new_page(
            viewport={"width": 1400, "height": 1500}, color_scheme="dark"
        )
        page.goto(url, timeout=PAGE_S * 1000)
        expect(page.get_by_role("heading", name="Sample", exact=True)).to_be_visible()
        expect(page.get_by_alt_text("The image with its scale bar")).to_be_visible()
        expect(page.get_by_role("link", name="Recommendation")).to_be_visible()
        expect(page.get_by_test_id("stApp")).to_have_css(
            "background-color", DARK_BACKGROUND
        )
        expect(page.get_by_test_id("stException")).to_have_count(0)
        if picture is not None:
            page.screenshot(path=picture)
        browser.close()
    print(f"rescale4dl app: the first page is there, in the theme that ships ({url})")


def require(holds: bool, otherwise: str) -> None:
    """End with `otherwise` where something does not hold."""
    if not holds:
        fail(otherwise)


def fail(why: str) -> None:
    """End with the reason."""
    sys.exit(f"the installed program: {why}")


if __name__ == "__main__":
    main(*sys.argv[1:])
