"""The app as users start it, with every way out of the server forbidden and recorded.

The browser's side is in tests/browser, where the same guard stands around the server.
"""

from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.serving import running_app

ANSWER_S = 60


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


OPEN_TO_ALL = ("rescale4dl_core", "app", "--headless", "--address", "0.0.0.0", "--port")


def test_a_server_for_everybody_asks_nobody_for_its_own_address(offline_in, tmp_path):
    """Streamlit would ask outside. The server also ends with the one who started it."""
    with running_app(offline_in(tmp_path), OPEN_TO_ALL) as address:
        assert urlopen(f"{address}/_stcore/health", timeout=ANSWER_S).read() == b"ok"
    with pytest.raises(URLError):
        urlopen(address, timeout=ANSWER_S)


def test_no_page_reaches_out_or_writes_to_the_home_folder(offline_in, tmp_path):
    from websockets.sync.client import connect

    offline = offline_in(tmp_path)
    with running_app(offline) as address:
        url = f"{address.replace('http', 'ws')}/_stcore/stream"
        with connect(url, subprotocols=["streamlit"], max_size=None) as socket:
            visitor = Visitor(socket)
            visitor.open()
            names = list(visitor.pages)
            for name in names:
                visitor.open(visitor.pages[name])

    assert len(names) >= 5
    assert list(offline.home.iterdir()) == []
