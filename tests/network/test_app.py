"""The app as users start it, with every way out of the server forbidden and recorded.

The browser's side is in tests/browser, where the same guard stands around the server.
"""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

START_S = 60
ANSWER_S = 60


@contextmanager
def running_app(offline):
    """Start `streamlit run app.py` on a free port, wait until it is healthy, end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT,
        env=offline.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_healthy(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def wait_until_healthy(process, port):
    """Ask the health endpoint until it answers, while the server lives."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            url = f"http://127.0.0.1:{port}/_stcore/health"
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert answer.read() == b"ok"
                return
        except urllib.error.URLError:
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"the server ended with exit code {process.returncode}")
    pytest.fail(f"the server was not healthy within {START_S} s")


class Visitor:
    """One browser tab, as far as the server can tell: it asks for pages and reads them."""

    def __init__(self, socket):
        self.socket = socket
        self.pages = {}

    def open(self, page_hash=""):
        """Run a page to its end, again and again while it waits for its own work."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        request = BackMsg()
        request.rerun_script.page_script_hash = page_hash
        is_waiting = True
        while is_waiting:
            self.socket.send(request.SerializeToString())
            is_waiting = self.read_answer()

    def read_answer(self):
        """Read until the script has ended; return whether it asks to be run again."""
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        is_waiting = False
        kind = ""
        while kind != "script_finished":
            message = ForwardMsg.FromString(self.socket.recv(timeout=ANSWER_S))
            kind = message.WhichOneof("type")
            if kind == "navigation":
                pages = message.navigation.app_pages
                self.pages = {page.page_name: page.page_script_hash for page in pages}
            if kind == "auto_rerun":
                is_waiting = True
            if kind == "delta":
                shown = message.delta.new_element.WhichOneof("type")
                assert shown != "exception", message.delta.new_element.exception
        return is_waiting


def test_no_page_reaches_out_or_writes_to_the_home_folder(offline_in, tmp_path):
    from websockets.sync.client import connect

    offline = offline_in(tmp_path)
    with running_app(offline) as port:
        url = f"ws://127.0.0.1:{port}/_stcore/stream"
        with connect(url, subprotocols=["streamlit"], max_size=None) as socket:
            visitor = Visitor(socket)
            visitor.open()
            names = list(visitor.pages)
            for name in names:
                visitor.open(visitor.pages[name])

    assert len(names) >= 5
    assert offline.attempts == []
    assert list(offline.home.iterdir()) == []
