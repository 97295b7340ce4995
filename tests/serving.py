"""The app as users start it: a server of its own, with every way out of it forbidden."""

import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


STREAMLIT = ("streamlit", "run", "app.py", "--server.port")


@contextmanager
def running_app(offline, module=STREAMLIT):
    """Start `streamlit run app.py` on a free port, and end it; it may not reach out.

    Another `module`, with its arguments, takes the port as its last one.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", *module, str(port)],
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
